"""The rows of the workbench's list as HTML: up to a hundred, written, not rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.figures import format_money
from kontor.matching.queries.bench import Row, Scope
from kontor.ui.tags.signs import dot

# What a link of the workbench exchanges; the template hx.html says the same for those outside of the list.
EXCHANGE = (
    'hx-target="#main" hx-select="#main" hx-select-oob="#toasts,.k-rail .k-nav[id]:outerMorph" hx-swap="outerMorph" '
    'hx-push-url="true"'
)


def rows_of(
    rows: Iterable[Row],
    scope: Scope,
    *,
    current: int | None,
    region: str,
    sign: Callable[[Row], tuple[str, str]],
    hint: Callable[[Row, str], tuple[str, str]],
) -> SafeString:
    """Return the rows; `sign` gives tone and word of the dot, `hint` a few words with their tone."""
    draw_dot = cache(lambda tone, word: str(dot(tone, word)))
    parts, unknown = [], _("Unknown")
    for row in rows:
        shown = row.transaction
        url = escape(scope.query(t=shown.id))
        mark = ' aria-current="true"' if shown.id == current else ""
        amount = escape(format_money(shown.amount, currency=shown.currency, region=region, plus=True))
        money = f'<span class="k-amt{" is-in" if shown.amount > 0 else ""}">{amount}</span>'
        words, tone = hint(row, region)
        parts.append(
            f'<li><a class="k-tx" id="tx-{shown.id}" href="{url}" hx-get="{url}" {EXCHANGE}{mark}>{draw_dot(*sign(row))}'
            f"<span><b>{escape(shown.counterparty_name or shown.booking_text or unknown)}</b>"
            f'<span class="k-tp">{escape(shown.remittance or shown.booking_text or "–")}</span></span>'
            f'<span class="k-r">{money}<span class="k-tip{f" is-{tone}" if tone else ""}">{escape(words)}</span></span></a></li>'
        )
    return SafeString("".join(parts))
