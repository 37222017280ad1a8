"""Changing the tree of projects."""

from __future__ import annotations

from django.db import IntegrityError
from django_subatomic import db

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.projects.models import Project
from kontor.projects.queries import parents, with_descendants
from kontor.projects.rules import check_place, check_project

VERBS = {
    "projects.project": gettext_noop("Project"),
    "projects.costtype": gettext_noop("Type of expense"),
    "projects.create_project": gettext_noop("Project created"),
    "projects.rename_project": gettext_noop("Project renamed"),
    "projects.move_project": gettext_noop("Project moved"),
    "projects.deactivate_project": gettext_noop("Project deactivated"),
    "projects.activate_project": gettext_noop("Project activated"),
}


class ProjectCodeTaken(Refusal):
    """Another project has the code."""

    sentence = gettext_noop("A project with the code “%(code)s” exists already. Please choose another code.")
    status = 409


@act("projects.create_project")
def create_project(code: str, *, name: str, kind: str, parent: Project | None = None, by: Actor | None) -> Project:
    """Create a project below `parent`, or at the top.

    Raises:
        WrongProjectCode, ProjectNameMissing, ProjectCodeTaken, TooDeep
    """
    check_project(code, name=name)
    check_place(None, parent_id=parent.id if parent else None, parents=parents())
    try:
        with db.savepoint():
            return Project.objects.create(code=code.strip(), name=name.strip(), kind=kind, parent=parent)
    except IntegrityError as taken:
        raise ProjectCodeTaken(code=code.strip()) from taken


@act("projects.rename_project")
def rename_project(project: Project, *, code: str, name: str, kind: str, by: Actor | None) -> None:
    """Give a project another code, name or kind.

    Raises:
        WrongProjectCode, ProjectNameMissing, ProjectCodeTaken
    """
    check_project(code, name=name)
    try:
        with db.savepoint():
            Project.objects.filter(id=project.id).update(code=code.strip(), name=name.strip(), kind=kind)
    except IntegrityError as taken:
        raise ProjectCodeTaken(code=code.strip()) from taken


@act("projects.move_project")
def move_project(project: Project, *, parent: Project | None, by: Actor | None) -> None:
    """Hang a branch below another project, or at the top.

    Raises:
        WouldBeItsOwnParent, TooDeep
    """
    list(Project.objects.select_for_update().order_by("id").values_list("id"))  # two moves at once could close a ring
    check_place(project.id, parent_id=parent.id if parent else None, parents=parents())
    Project.objects.filter(id=project.id).update(parent=parent)


@act("projects.deactivate_project")
def deactivate_project(project: Project, *, by: Actor | None) -> None:
    """Take a branch out of choices; what was posted to it stays."""
    Project.objects.filter(id__in=with_descendants(project.id)).update(is_active=False)


@act("projects.activate_project")
def activate_project(project: Project, *, by: Actor | None) -> None:
    """Take a project back into choices."""
    Project.objects.filter(id=project.id).update(is_active=True)
