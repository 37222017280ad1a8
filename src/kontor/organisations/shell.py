"""Where organisations show in the shell: rail, home page, palette; and what their acts are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from kontor.core.audit import name_verbs
from kontor.core.rights import declare
from kontor.organisations import farewells, founding, lost_factor, memberships, subscribing
from kontor.organisations.actions import VERBS
from kontor.organisations.history import activities
from kontor.organisations.home_parts import activity_of
from kontor.organisations.letters import NEW_REQUEST
from kontor.organisations.notifications import EACH, OFF, register_notification
from kontor.organisations.permissions import RIGHTS
from kontor.ui.navigation import Command, NavItem, Tile, register, register_command, register_tile


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    for verbs in (VERBS, memberships.VERBS, founding.VERBS, subscribing.VERBS, farewells.VERBS, lost_factor.VERBS):
        name_verbs(verbs)
    register_notification(
        NEW_REQUEST, label=gettext_noop("Somebody asks to join an organisation that I administer"), modes=(EACH, OFF)
    )
    register(NavItem(label=gettext_noop("Overview"), url_name="overview", icon="house", order=1, keys="g h", phone=1,
                     phone_label=gettext_noop("Start")))  # fmt: skip
    register(NavItem(label=gettext_noop("People and roles"), url_name="people", icon="users", right="org.roles",
                     group="Settings", order=20))  # fmt: skip
    register(NavItem(label=gettext_noop("Outgoing mail"), url_name="mails", icon="mail", right="org.settings",
                     group="Settings", order=80))  # fmt: skip
    register(NavItem(label=gettext_noop("Record"), url_name="record", icon="history", right="org.audit",
                     group="Settings", order=90, keys="g r"))  # fmt: skip
    register_command(Command(label=gettext_noop("Personal settings"), url_name="preferences", icon="settings",
                             words="theme language keys sprache darstellung"))  # fmt: skip
    register_command(Command(label=gettext_noop("Organisations and tenants"), url_name="organisations", icon="building-2",
                             words="mandant einladung benutzer tarif invitation users plan"))  # fmt: skip
    register_command(
        Command(label=gettext_noop("Jobs"), url_name="jobs", icon="loader-circle", words="progress import")
    )
    register_command(
        Command(label=gettext_noop("Switch books"), url_name="home", icon="chevrons-up-down", words="mandant")
    )
    register_tile(Tile(write=_written_activity, query=_activity, right="org.audit", order=90, column="side"))


def _activity(request: HttpRequest) -> Mapping[str, Any] | None:  # a tile's shape
    return {"activities": activities()}


def _written_activity(request: HttpRequest, tile: Mapping[str, Any]) -> SafeString:
    return activity_of(tile["activities"], code=request.tenant.code)  # type: ignore[attr-defined]  # inside the door
