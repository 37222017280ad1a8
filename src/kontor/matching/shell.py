"""Where matching shows in the shell: rail, home page, palette; and what its acts are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kontor.banking.queries.transactions import OPEN_COUNT, waiting
from kontor.core.audit import name_verbs
from kontor.core.clock import today
from kontor.matching.month_end import STEPS
from kontor.matching.queries.proposals import POINTS_CERTAIN, certain
from kontor.matching.rules import keys as engine
from kontor.matching.rules.lookups import item_lookups
from kontor.openitems import keys
from kontor.ui.addresses import address
from kontor.ui.checklist import register_steps
from kontor.ui.foreseen import foreseen
from kontor.ui.navigation import Command, Count, NavItem, Tile, register, register_command, register_tile
from kontor.ui.tags.signs import icon
from kontor.ui.tiles import work_of

LATE_DAYS = 14
VERBS = {
    "matching.run": gettext_noop("Matching run"),
    "matching.confirm": gettext_noop("Payment assigned"),
    "matching.confirm_run": gettext_noop("Payments assigned together"),
    "matching.transfer": gettext_noop("Transfer between own accounts assigned"),
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
    register_tile(Tile(write=_written_work, query=_work, figures=lambda _request: waiting.of(), right="matching.view",
                       order=20, column="strip"))  # fmt: skip
    register_tile(Tile(write=_written_tasks, query=_tasks, figures=lambda _request: certain.of(""),
                       right="matching.confirm", order=20))  # fmt: skip


def _item_keys(document_number: str, references: Sequence[str]) -> Sequence[str]:
    """Return the keys by which people and payments find an item: its numbers and references, then its lookups."""
    structured, others = engine.reference_keys(references)
    numbers = engine.item_keys(document_number).numbers
    return list(dict.fromkeys((*numbers, *others, *structured, *item_lookups(document_number, references))))


def _work(request: HttpRequest) -> Mapping[str, Any]:
    found = foreseen(request, waiting.of())
    on, oldest = today(request.tenant.country), found["oldest"]  # type: ignore[attr-defined]  # inside the door
    return {"count": found["n"], "oldest_days": (on - oldest).days if oldest else None}


def _written_work(request: HttpRequest, work: Mapping[str, Any]) -> SafeString:
    days = work["oldest_days"]
    if days is None:
        age = _("everything assigned")
    elif days <= 0:
        age = _("oldest from today")
    else:
        age = ngettext("oldest for %(n)s day", "oldest for %(n)s days", days) % {"n": days}
    return work_of(_("Matching"), icon_name="git-compare-arrows", url=_url(request, "match"), count=work["count"], age=age,
                   is_late=days is not None and days > LATE_DAYS)  # fmt: skip


def _tasks(request: HttpRequest) -> Mapping[str, Any] | None:
    count = foreseen(request, waiting.of())["n"]
    return {"safe": foreseen(request, certain.of(""))["n"], "waiting": count} if count else None


def _written_tasks(request: HttpRequest, tasks: Mapping[str, Any]) -> SafeString:
    bench, safe, waits = escape(_url(request, "match")), tasks["safe"], tasks["waiting"]
    certain_ones = ""
    if safe:
        words = ngettext("Assign %(n)s certain payment", "Assign %(n)s certain payments", safe) % {"n": safe}
        certain_ones = (
            f'<li class="k-item"><span class="k-badge is-brand">{icon("wand-sparkles", "m")}</span><div class="k-grow">'
            f'<a class="k-a k-a-n" href="{escape(_url(request, "match_safe"))}?points={POINTS_CERTAIN}"><b>{escape(words)}'
            f"</b></a><p>{escape(_('Look through the list, untick what is wrong, confirm once'))}</p></div></li>"
        )
    words = ngettext("Go through %(n)s open transaction", "Go through %(n)s open transactions", waits) % {"n": waits}
    open_ones = (
        f'<li class="k-item"><span class="k-badge">{icon("git-compare-arrows", "m")}</span><div class="k-grow">'
        f'<a class="k-a k-a-n" href="{bench}"><b>{escape(words)}</b></a>'
        f'<p class="k-desk">{escape(_("With the keyboard: J and K move, ↵ assigns"))}</p></div></li>'
    )
    return SafeString(
        f'<section class="k-card" aria-labelledby="match-tasks-h"><header class="k-chead"><h2 id="match-tasks-h">'
        f'{escape(_("Payments to assign"))}</h2><a class="k-link k-sp" href="{bench}">{escape(_("To the matching"))}</a>'
        f'</header><ul class="k-rows">\n{certain_ones}\n{open_ones}</ul></section>\n'
    )


def _url(request: HttpRequest, name: str) -> str:
    return address(name, tenant=request.tenant.code)  # type: ignore[attr-defined]  # inside the door
