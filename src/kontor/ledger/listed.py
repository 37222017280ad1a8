"""The rows of an account sheet as HTML: up to two hundred, written, not rendered."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.figures import amount_writer
from kontor.ledger.queries.sheet import Sheet, SheetRow
from kontor.ui.quick_html import quoted
from kontor.ui.tags.figures import day
from kontor.ui.tags.signs import icon

EXCHANGE = 'hx-target="#main" hx-select="#main" hx-swap="outerMorph" hx-push-url="true"'


def sheet_rows_of(sheet: Sheet, *, page: str, current: int | None, currency: str, region: str) -> SafeString:
    """Return the rows of a page of the sheet; `page` is what the address says of it, `current` the entry that is open."""
    figure = amount_writer(currency, region)
    states = {sign: _state(sign, word) for sign, word in (
        ("lock", _("committed")), ("zap", _("posted automatically")), ("pencil", _("text can be changed")),
    )}  # fmt: skip
    many = quoted(_("div."))
    place = quoted(f"?span={sheet.span.key}{page}&entry=")
    days = {each: day(each, "short") for each in {row.entry_date for row in sheet.rows}}
    parts = []
    for row in sheet.rows:
        on, amount = days[row.entry_date], row.amount
        words, url = quoted(row.text), f"{place}{row.entry_id}"
        mark = ' class="is-cur" aria-current="true"' if row.entry_id == current else ""
        debit, credit = figure(amount) if amount > 0 else "", figure(-amount) if amount < 0 else ""
        signed = f"+{debit}" if amount > 0 else figure(amount)
        parts.append(
            f'<tr data-row{mark}><td class="k-num k-hide-m">{on}</td>'
            f'<th scope="row"><a class="k-a" id="line-{row.line_id}" href="{url}" hx-get="{url}" {EXCHANGE}>{quoted(row.number)}</a>'
            f'<small class="k-only-mb">{on} · {words}</small></th><td class="k-hide-m">{words}</td>'
            f'<td class="k-num k-hide-m">{_contra(row, many)}</td>'
            f'<td class="k-num k-hide-m">{debit}</td><td class="k-num k-hide-m">{credit}</td>'
            f'<td class="k-num k-only-mc">{signed}</td><td class="k-num">{figure(row.balance)}</td>'
            f'<td class="k-hide-m k-stc">{states[_sign(row)]}</td></tr>\n'
        )
    return SafeString("".join(parts))


def _contra(row: SheetRow, many: str) -> str:
    if len(row.contras) == 1:
        return quoted(row.contras[0])
    return f'<span title="{quoted(", ".join(row.contras))}">{many}</span>' if row.contras else ""


def _sign(row: SheetRow) -> str:
    if row.is_committed:
        return "lock"
    return "zap" if row.is_automatic else "pencil"


def _state(sign: str, word: str) -> str:
    return f'<span class="k-stl" title="{quoted(word)}">{icon(sign, "s", word)}</span>'
