"""The home page's own parts as HTML: the closing of a month, and what was done last. Written, not rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from kontor.core.clock import now
from kontor.core.figures import format_day
from kontor.organisations.history import Activity
from kontor.ui.addresses import address, address_writer
from kontor.ui.checklist import Checklist, Line, Month
from kontor.ui.quick_html import quoted
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
        f'<header class="k-chead"><h2 id="month-h">{quoted(named)}</h2><span class="k-chip">{checklist.percent} %</span>'
        f'<span class="k-sp">{quoted(_("%(done)s of %(total)s done") % figures)}</span>'
        f"{_turn(checklist.month.before, _('Month before'), icon_name='chevron-left')}{after}</header>"
    )
    drawn = progress(checklist.done, checklist.total, _("%(done)s of %(total)s steps done") % figures, css="k-f1")
    tick = cache(_tick)
    groups = "".join(
        f"<h3>{quoted(name)}</h3><ul>{''.join([_step(line, tick(line.tone)) for line in lines])}</ul>"
        for name, lines in checklist.groups
    )
    return SafeString(
        f'<section class="k-card" id="month" aria-labelledby="month-h">{head}\n<div class="k-body k-prog">{drawn}</div>\n'
        f'<div class="k-steps">{groups}</div></section>\n'
    )


def _turn(month: Month, label: str, *, icon_name: str) -> str:
    return (
        f'<a class="k-btn k-btn-i k-btn-g k-btn-s" href="?month={month.first_day:%Y-%m}#month" '
        f'aria-label="{quoted(label)}">{icon(icon_name)}</a>'
    )


def _step(line: Line, tick: str) -> str:
    standing, label = line.standing, quoted(line.label)
    url = quoted(standing.url)
    is_now = line.tone == "now"
    named = f'<a class="k-a k-a-n" href="{url}">{label}</a>' if url else label
    note = (
        f" <small{' class="k-over"' if standing.is_late else ''}>{quoted(standing.note)}</small>"
        if standing.note
        else ""
    )
    side = f'<span class="k-who">{quoted(standing.by)}</span>'
    if is_now and url:
        side = f'<a class="k-btn k-btn-s" href="{url}">{quoted(line.action)}</a>'
    return (
        f'<li class="is-{line.tone}"><span class="k-tick is-{line.tone}">{tick}</span>'
        f"<span>{f'<b>{label}</b>' if is_now else named}{note}</span>{side}</li>"
    )


def _tick(tone: str) -> str:
    icon_name, word = _TICKS[tone]
    drawn = icon(icon_name) if icon_name else ""
    return f'{drawn}<span class="k-vh">{quoted(str(word))}</span>'


def activity_of(activities: Iterable[Activity], *, code: str) -> SafeString:
    """Return the tile of what was done last."""
    face = cache(lambda name, tone: str(avatar(name, "s", tone)))
    url_of = address_writer("record_event", "event_id", tenant=code)
    language, zone = get_language() or "de", get_current_timezone()
    on = now().astimezone(zone).date()
    lines = []
    for one in activities:
        at = one.at.astimezone(zone)
        near = f"{at:%H:%M}" if at.date() == on else format_day(at.date(), language=language)
        more = ngettext("%(n)s entry", "%(n)s entries", one.count) % {"n": one.count} if one.count > 1 else ""
        lines.append(
            f"<li>{face('K', 'n') if one.by_machine else face(one.who, '')}<div><p><b>{quoted(one.who)}</b></p><small>"
            f'<a class="k-a" href="{url_of(one.event_id)}">{quoted(one.what)}</a>{f" · {quoted(more)}" if more else ""}'
            f'</small></div><time datetime="{one.at.isoformat()}">{near}</time></li>'
        )
    nothing = f'<div class="k-body"><p class="k-sub">{quoted(_("Nothing was done yet."))}</p></div>'
    content = f'\n<ul class="k-feed">{"".join(lines)}</ul>\n\n' if lines else f"\n{nothing}\n"
    return card_of(_("Last activity"), link=_("Record"), url=address("record", tenant=code), content=content)
