"""The home page's own parts as HTML: the closing of a month, and what was done last. Written, not rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from kontor.core.clock import now
from kontor.core.figures import format_day
from kontor.organisations.history import Activity
from kontor.ui.addresses import address
from kontor.ui.checklist import Checklist, Line, Month
from kontor.ui.tags.parts import progress
from kontor.ui.tags.signs import avatar, icon
from kontor.ui.tiles import card_of

_TICKS: Mapping[str, tuple[str, Promise]] = {
    "done": ("check", pgettext_lazy("step", "done")),
    "lock": ("lock", pgettext_lazy("step", "later")),
    "now": ("", pgettext_lazy("step", "next")),
    "warn": ("triangle-alert", pgettext_lazy("step", "late")),
    "open": ("", pgettext_lazy("step", "open")),
}


def month_of(checklist: Checklist, *, has_next: bool) -> SafeString:
    """Return the closing of a month, with links to the months before and after."""
    named = _("Month end %(month)s") % {"month": date_format(checklist.month.first_day, "F Y")}
    figures = {"done": checklist.done, "total": checklist.total}
    after = _turn(checklist.month.after, _("Next month"), icon_name="chevron-right") if has_next else ""
    head = (
        f'<header class="k-chead"><h2 id="month-h">{escape(named)}</h2><span class="k-chip">{checklist.percent} %</span>'
        f'<span class="k-sp">{escape(_("%(done)s of %(total)s done") % figures)}</span>'
        f"{_turn(checklist.month.before, _('Month before'), icon_name='chevron-left')}{after}</header>"
    )
    drawn = progress(checklist.done, checklist.total, _("%(done)s of %(total)s steps done") % figures, css="k-f1")
    groups = "".join(
        f"<h3>{escape(name)}</h3><ul>{''.join(map(_step, lines))}</ul>" for name, lines in checklist.groups
    )
    return SafeString(
        f'<section class="k-card" id="month" aria-labelledby="month-h">{head}\n<div class="k-body k-prog">{drawn}</div>\n'
        f'<div class="k-steps">{groups}</div></section>\n'
    )


def _turn(month: Month, label: str, *, icon_name: str) -> str:
    return (
        f'<a class="k-btn k-btn-i k-btn-g k-btn-s" href="?month={month.first_day:%Y-%m}#month" '
        f'aria-label="{escape(label)}">{icon(icon_name)}</a>'
    )


def _step(line: Line) -> str:
    standing, label = line.standing, escape(line.label)
    url = escape(standing.url)
    is_now = line.tone == "now"
    named = f'<a class="k-a k-a-n" href="{url}">{label}</a>' if url else label
    note = (
        f" <small{' class="k-over"' if standing.is_late else ''}>{escape(standing.note)}</small>"
        if standing.note
        else ""
    )
    side = f'<span class="k-who">{escape(standing.by)}</span>'
    if is_now and url:
        side = f'<a class="k-btn k-btn-s" href="{url}">{escape(line.action)}</a>'
    return (
        f'<li class="is-{line.tone}"><span class="k-tick is-{line.tone}">{_tick(line.tone)}</span>'
        f"<span>{f'<b>{label}</b>' if is_now else named}{note}</span>{side}</li>"
    )


def _tick(tone: str) -> str:
    icon_name, word = _TICKS[tone]
    drawn = icon(icon_name) if icon_name else ""
    return f'{drawn}<span class="k-vh">{escape(str(word))}</span>'


def activity_of(activities: Iterable[Activity], *, code: str) -> SafeString:
    """Return the tile of what was done last."""
    face = cache(lambda name, tone: str(avatar(name, "s", tone)))
    language, on = get_language() or "de", localtime(now()).date()
    lines = []
    for one in activities:
        at, url = localtime(one.at), address("record_event", tenant=code, event_id=one.event_id)
        near = f"{at:%H:%M}" if at.date() == on else format_day(at.date(), language=language)
        more = ngettext("%(n)s entry", "%(n)s entries", one.count) % {"n": one.count}
        lines.append(
            f"<li>{face('K', 'n') if one.by_machine else face(one.who, '')}<div><p><b>{escape(one.who)}</b></p><small>"
            f'<a class="k-a" href="{escape(url)}">{escape(one.what)}</a>{f" · {escape(more)}" if one.count > 1 else ""}'
            f'</small></div><time datetime="{one.at.isoformat()}">{near}</time></li>'
        )
    nothing = f'<div class="k-body"><p class="k-sub">{escape(_("Nothing was done yet."))}</p></div>'
    content = f'\n<ul class="k-feed">{"".join(lines)}</ul>\n\n' if lines else f"\n{nothing}\n"
    return card_of(_("Last activity"), link=_("Record"), url=address("record", tenant=code), content=content)
