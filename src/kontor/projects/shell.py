"""Where projects show in the shell: rail, palette, search; and what their acts are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from kontor.core.audit import name_verbs, show_objects
from kontor.core.rights import declare
from kontor.projects.actions import VERBS
from kontor.projects.permissions import RIGHTS
from kontor.projects.queries import find_projects
from kontor.projects.record_names import name_our_objects
from kontor.ui.navigation import Command, Hit, NavItem, Search, register, register_command, register_search


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
    name_our_objects()
    show_objects("projects.project", url_name="projects:project", argument="project_id")
    register(NavItem(label=gettext_noop("Projects"), url_name="projects:list", icon="folder-tree", right="projects.view",
                     group="Settings", order=40))  # fmt: skip
    register_command(
        Command(label=gettext_noop("New project"), url_name="projects:new", icon="folder-tree", right="projects.edit")
    )
    register_search(Search(label=gettext_noop("Projects"), find=_project_hits, right="projects.edit"))


def _project_hits(request: HttpRequest, text: str) -> Iterable[Hit]:
    code = request.tenant.code  # type: ignore[attr-defined]  # inside a tenant's door
    for project in find_projects(text):
        url = reverse("projects:project", kwargs={"tenant": code, "project_id": project.id})
        yield Hit(label=project.name, url=url, icon="folder-tree", sub=project.code)
