"""The rows of the workbench's list as HTML: up to fifty, written, not rendered."""

from __future__ import annotations

from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.figures import format_money
from kontor.receipts.desk.words import row_title, said, status_mark
from kontor.receipts.queries.inbox import Scope
from kontor.receipts.queries.listed import ListedPage, ListedRow
from kontor.receipts.rules.tracks import Facts, Payment, Status, payment_of, status_of
from kontor.ui.quick_html import quoted as escape
from kontor.ui.tags.signs import dot, icon, initials

PROJECTS_SHOWN = 2


@cache
def exchange() -> SafeString:
    """Return what a link of the workbench exchanges."""
    return SafeString(render_to_string("receipts/desk/hx.html").strip())


def rows_of(page: ListedPage, scope: Scope, *, path: str, current: int | None, user_id: int, region: str) -> SafeString:
    """Return the rows; `path` is the workbench's address, `current` the receipt that is open."""
    address = path + scope.query(p=page.number if page.number > 1 else "")
    address += "r=" if address.endswith("?") else "&r="
    words = _Words()
    parts = [
        _row(
            row, words, url=escape(f"{address}{row.id}"), tip=words.tip(row, user_id=user_id), is_current=row.id == current,
            region=region,
        )
        for row in page.rows
    ]  # fmt: skip
    return SafeString("".join(parts))


def _row(row: ListedRow, words: _Words, *, url: str, tip: str, is_current: bool, region: str) -> str:
    title = row_title(row.supplier, row.purpose, row.number)
    label = escape(words.select % {"what": title, "number": row.number})
    amount = "–" if row.gross is None else escape(format_money(row.gross, currency=row.currency, region=region))
    below = " · ".join(
        escape(part) for part in (row.number, row.submitter, ", ".join(row.projects[:PROJECTS_SHOWN])) if part
    )
    return (
        f'<li class="k-txrow"><input class="k-cb" type="checkbox" name="ids" value="{row.id}" form="bulk" aria-label="{label}">'
        f'<a class="k-tx" id="rc-{row.id}" href="{url}" hx-get="{url}" {exchange()}'
        f'{' aria-current="true"' if is_current else ""}>{words.sign(row.facts)}<span><b>{escape(title)}</b><span class="k-tp">{below}</span>'
        f'</span><span class="k-r"><span class="k-amt"><span class="">{amount}</span></span>{tip}</span></a></li>'
    )


class _Words:
    """The signs before receipts, and what stands right below the amounts; the words of one list, translated once."""

    def __init__(self) -> None:
        self._lock, self._mine = str(icon("lock")), escape(_("with me"))
        self._ready, self.select = escape(_("ready to book")), _("Select %(what)s, %(number)s")
        self._differing = {
            ("amount",): _("amount differs"), ("date",): _("date differs"), ("amount", "date"): _("amount and date differ"),
        }  # fmt: skip
        self._doubt = str(icon("triangle-alert"))
        self._variants = {key: escape(words) for key, words in said("variant")}
        self._signs: dict[tuple[Status, Payment, bool], str] = {}

    def sign(self, facts: Facts) -> str:
        """Return the dot of where a receipt stands."""
        key = (status_of(facts), payment_of(facts), facts.variant == "donation")
        if key not in self._signs:
            mark = status_mark(key[0], key[1], is_donation=key[2])
            self._signs[key] = str(dot(mark.tone, mark.word))
        return self._signs[key]

    def tip(self, row: ListedRow, *, user_id: int) -> str:
        """Return who keeps the receipt, and whether it can be booked, what of it was read otherwise, or how it is paid."""
        is_ready = row.is_complete and row.facts.state != "final"
        words = self._variants.get(row.facts.variant, "–")
        doubt = self._differing.get(row.differing) if is_ready else None
        if is_ready:
            words = self._ready if doubt is None else f"{self._doubt}{escape(doubt)}"
        if not row.owner:
            return f'<span class="k-tip{" is-warn" if doubt else ""}">{words}</span>'
        is_mine = row.owner_id == user_id
        owner = escape(row.owner)
        who = (
            f'<span class="k-vh">{self._mine} · </span>'
            if is_mine
            else f'<span title="{owner}">{escape(initials(row.owner))}<span class="k-vh"> {owner}</span></span> · '
        )
        return f'<span class="k-tip{"" if is_mine and not doubt else " is-warn"}">{self._lock}{who}{words}</span>'
