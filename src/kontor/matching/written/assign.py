"""The form that assigns items: what speaks for them, what to tick, what would be posted."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext, pgettext

from kontor.core.figures import MINUS
from kontor.matching.detail import Detail
from kontor.matching.evidence import Criterion
from kontor.matching.queries.proposals import Stored
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.written.frame import DROP, Frame, hidden
from kontor.matching.written.items import item_row_of
from kontor.matching.written.outcome import outcome_of
from kontor.ui.quick_html import quoted
from kontor.ui.tags.parts import bar, ring
from kontor.ui.tags.signs import chip, icon

RULESET = Ruleset()
_SCALE = 50
_SPLIT = (
    'hx-include="#confirm" hx-trigger="change delay:150ms, input delay:500ms" hx-sync="this:replace" hx-target="#outcome" '
    'hx-select="#outcome" hx-swap="outerMorph" hx-push-url="false"'
)


def assign_of(frame: Frame, detail: Detail, *, has_offer: bool) -> str:
    """Return the form; `has_offer` where something else is offered above it."""
    current, row, url = detail.current, detail.transaction, frame.url("match_confirm")
    rank = current.rank if current else ""
    kept = hidden("t", row.id) + hidden("key", frame.key) + hidden("rank", rank)
    rows = "".join([item_row_of(frame, line, row=row, is_shown=True) for line in detail.lines])
    css = "k-card k-when-found" if has_offer and not current else "k-card"
    return (
        f'<form id="confirm" class="{css}" method="post" action="{url}" hx-post="{url}" {DROP} aria-labelledby="best-h">'
        f"{frame.fields}{kept}\n{_head(frame, detail, has_offer=has_offer)}\n{_evidence(frame, detail, has_offer=has_offer)}\n"
        f'<k-split data-total="{abs(detail.rest)}" hx-post="{frame.url("match_preview")}" {_SPLIT}>\n{_table(frame, rows)}\n'
        f"{outcome_of(frame, detail.outcome, row.currency)}</k-split></form>\n"
    )


def _head(frame: Frame, detail: Detail, *, has_offer: bool) -> str:
    words, current = frame.words, detail.current
    said = ""
    if current:
        points = ngettext("%(n)s point", "%(n)s points", current.score) % {"n": current.score}
        said = f'{_verdict(frame, detail)}<span class="k-chip k-only-m">{points}</span>'
    sure = words[_("From %(n)s points automatic")] % {"n": RULESET.points_automatic}
    title = _title(frame, current, has_offer=has_offer)
    return f'<header class="k-chead"><h2 id="best-h">{title}</h2>{said}<span class="k-sp k-desk">{sure}</span></header>'


def _title(frame: Frame, current: Stored | None, *, has_offer: bool) -> str:
    if current is None:
        return frame.words[_("Assign otherwise") if has_offer else _("No proposal")]
    if current.score < RULESET.points_show:
        return frame.words[_("Weak hint")]
    return (
        frame.words[_("Best proposal")] if current.rank == 1 else frame.words[_("Proposal %(n)s")] % {"n": current.rank}
    )


def _verdict(frame: Frame, detail: Detail) -> str:
    """Say beside the heading whether it works out."""
    words = frame.words
    items = ngettext("%(n)s item", "%(n)s items", detail.ticked) % {"n": detail.ticked}
    if detail.conflict:
        return chip(words[_("other number named")], "neg", "triangle-alert")
    if detail.is_clean and detail.outcome.is_part:
        return chip(words[_("%(items)s · part payment")] % {"items": items}, "brand", "circle-dashed")
    if detail.is_clean:
        return chip(words[_("%(items)s · works out")] % {"items": items}, "pos", "check")
    return chip(words[_("to check")], "warn", "eye")


def _evidence(frame: Frame, detail: Detail, *, has_offer: bool) -> str:
    """Return the points with what they are for; without a proposal what to do then."""
    words, current = frame.words, detail.current
    if current is None:
        nothing = words[
            _("Nothing was found that explains this payment. Search an open item, or post directly to an account.")
        ]
        return "" if has_offer else f'<p class="k-body k-sub">{nothing}</p>\n'
    points = words[_("%(n)s points")] % {"n": current.score}
    drawn = ring(current.score, 100, points, words[_("points")])
    return f'<div class="k-evidence">{drawn}<ul class="k-pts">{_criteria(frame, detail.criteria)}</ul></div>\n'


def _criteria(frame: Frame, criteria: Iterable[Criterion]) -> str:
    out_of = frame.words[_("of %(n)s points")]
    parts = []
    for line in criteria:
        points = line.points
        css = "" if points > 0 else ' class="is-no is-neg"' if points < 0 else ' class="is-no"'
        sign = icon("check" if points > 0 else "x" if points < 0 else "minus")
        found = f" <em>· {quoted(line.detail)}</em>" if line.detail else ""
        parts.append(
            f"<li{css}>{sign}<span>{quoted(line.label)}{found}</span>{_bar(line)}"
            f'<span class="k-p">{f"{MINUS}{-points}" if points < 0 else f"+{points}"}'
            f'<span class="k-vh"> {out_of % {"n": line.points_max}}</span></span></li>'
        )
    return "".join(parts)


def _bar(line: Criterion) -> str:
    """Return the points of one criterion on a common scale."""
    total = max(_SCALE, line.points_max)
    return bar(abs(line.points), total, of=line.points_max or total, tone="neg" if line.points < 0 else "pos")


def _table(frame: Frame, rows: str) -> str:
    words = frame.words
    return (
        f'<table class="k-alloc"><caption class="k-vh">{words[_("Assignment to open items")]}</caption><thead><tr>'
        f'<th scope="col"><span class="k-vh">{words[_("Choice")]}</span></th><th scope="col">{words[_("Open item")]}</th>'
        f'<th scope="col" class="k-hide-m">{words[_("Due")]}</th><th scope="col" class="k-num k-hide-m">'
        f'{pgettext("amount", "Open")}</th><th scope="col" class="k-num k-hide-m">{words[_("Discount")]}</th>'
        f'<th scope="col" class="k-num">{words[_("Assign")]}</th></tr></thead>\n'
        f'<tbody>{rows}</tbody><tbody id="found"></tbody></table>'
    )
