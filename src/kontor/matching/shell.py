"""Where matching shows in the shell: rail, home page, palette; and what its acts are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from kontor.banking.queries.transactions import OPEN_COUNT, waiting
from kontor.core.audit import name_verbs
from kontor.core.clock import today
from kontor.matching.month_end import STEPS
from kontor.matching.queries.proposals import POINTS_CERTAIN, safe_count
from kontor.matching.rules import keys as engine
from kontor.matching.rules.lookups import item_lookups
from kontor.openitems import keys
from kontor.ui.checklist import register_steps
from kontor.ui.navigation import Command, Count, NavItem, Tile, register, register_command, register_tile

VERBS = {
    "matching.run": gettext_noop("Matching run"),
    "matching.confirm": gettext_noop("Payment assigned"),
    "matching.confirm_run": gettext_noop("Payments assigned together"),
    "matching.undo": gettext_noop("Assignment taken back"),
    "matching.undo_run": gettext_noop("Assignment run taken back"),
    "matching.matchrun": gettext_noop("Matching run"),
}


def furnish() -> None:
    """Register everything."""
    register_steps(STEPS)
    name_verbs(VERBS)
    keys.register(_item_keys)
    register(
        NavItem(label=gettext_noop("Matching"), url_name="match", icon="git-compare-arrows", right="matching.view",
                group="Bank", order=20, badge=Count(sql=OPEN_COUNT), keys="g a", phone=3,
                phone_label=gettext_noop("Matching"))
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Match open items"), url_name="match", icon="git-compare-arrows", right="matching.view",
                words="abgleich zuordnen op zahlung")
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Assign certain payments"), url_name="match_safe", icon="wand-sparkles",
                right="matching.confirm", words="sichere zuordnen")
    )  # fmt: skip
    register_tile(
        Tile(template="matching/tile_work.html", query=_work, right="matching.view", order=20, column="strip")
    )
    register_tile(Tile(template="matching/tile_tasks.html", query=_tasks, right="matching.confirm", order=20))


def _item_keys(document_number: str, references: Sequence[str]) -> Sequence[str]:
    """Return the keys by which people and payments find an item: its numbers and references, then its lookups."""
    structured, others = engine.reference_keys(references)
    numbers = engine.item_keys(document_number).numbers
    return list(dict.fromkeys((*numbers, *others, *structured, *item_lookups(document_number, references))))


def _work(request: HttpRequest) -> Mapping[str, Any]:
    count, oldest = _waiting(request)
    country = request.tenant.country  # type: ignore[attr-defined]  # inside the door
    return {"count": count, "oldest_days": (today(country) - oldest).days if oldest else None}


def _tasks(request: HttpRequest) -> Mapping[str, Any] | None:
    count, _oldest = _waiting(request)
    return {"safe": safe_count(), "waiting": count, "points": POINTS_CERTAIN} if count else None


def _waiting(request: HttpRequest) -> tuple[int, date | None]:
    """Return what waits and since when; asked once per request, for both tiles."""
    found: tuple[int, date | None] | None = getattr(request, "matching_waiting", None)
    if found is None:
        found = request.matching_waiting = waiting()  # type: ignore[attr-defined]  # remembered on the request
    return found
