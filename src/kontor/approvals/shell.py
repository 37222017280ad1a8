"""Where approvals show in the shell: rail, phone bar, home page, palette; what people are told by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from kontor.approvals import links
from kontor.approvals.notices import RESULT, TALK, WAITING
from kontor.approvals.permissions import RIGHTS
from kontor.approvals.queries.requests import WAITING_COUNT, named_in, waiting_for
from kontor.approvals.record_names import name_our_objects
from kontor.approvals.verbs import VERBS
from kontor.core.audit import name_verbs
from kontor.core.clock import today
from kontor.core.kept_statements import Figures
from kontor.core.refusal import gettext_noop
from kontor.core.rights import declare
from kontor.organisations.notifications import EACH, OFF, register_notification
from kontor.ui.foreseen import foreseen
from kontor.ui.navigation import Command, Count, NavItem, Tile, register, register_command, register_tile

SHOWN_ON_TILE = 3


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
    name_our_objects()
    links.connect()
    register_notification(WAITING, label=gettext_noop("Something waits for my approval"))
    register_notification(
        TALK, label=gettext_noop("Questions and messages about what I handed in or asked"), modes=(EACH, OFF)
    )
    register_notification(RESULT, label=gettext_noop("What I handed in was approved or rejected"), modes=(EACH, OFF))
    register(
        NavItem(label=gettext_noop("Approvals"), url_name="approvals:bench", icon="stamp", right="approvals.decide",
                group="Receipts", order=20, badge=Count(sql=WAITING_COUNT), keys="g f", phone=2,
                phone_label=gettext_noop("Approvals"))
    )  # fmt: skip
    register(
        NavItem(label=gettext_noop("Approval policies"), url_name="approvals:policies", icon="git-branch",
                right="approvals.setup", group="Settings", order=30)
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Name a substitute for approvals"), url_name="approvals:substitutes", icon="users",
                right="approvals.decide", words="vertretung urlaub abwesend")
    )  # fmt: skip
    register_tile(
        Tile(template="approvals/tile.html", query=_tile, figures=_figures, right="approvals.decide", order=25)
    )


def _figures(request: HttpRequest) -> Figures:
    return named_in.of(request.user.pk or 0, today(request.tenant.country))  # type: ignore[attr-defined]  # inside the door


def _tile(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what waits for the person; nothing more is asked where no request names them."""
    if not foreseen(request, _figures(request))["n"]:
        return None
    on = today(request.tenant.country)  # type: ignore[attr-defined]  # inside the door
    waiting = waiting_for(request.user.pk or 0, on=on)
    return {"requests": waiting[:SHOWN_ON_TILE], "count": len(waiting)} if waiting else None
