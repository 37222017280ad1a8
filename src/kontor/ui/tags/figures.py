"""Tags that write amounts, days and moments as the organisation's region and the reader's language do."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from kontor.core.clock import now, today
from kontor.core.figures import format_amount, format_day, format_money
from kontor.ui.context import region_of

register = template.Library()


class _Money(Protocol):
    amount: int
    currency: str


def _minor_and_currency(value: int | _Money, currency: str) -> tuple[int, str]:
    return (value, currency) if isinstance(value, int) else (value.amount, value.currency)


def _currency(context: Context, given: str) -> str:
    return given or str(getattr(getattr(context.get("request"), "tenant", None), "base_currency", "") or "EUR")


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    value: int | _Money | None,
    currency: str = "",
    *,
    plus: bool = False,
    tone: bool = False,
    css: str = "k-amt",
) -> SafeString:
    """Write figure and unit in tabular figures; `plus` signs a gain, `tone` colours money in. A dash for none."""
    if value is None:
        return format_html('<span class="{} k-muted">–</span>', css)
    minor, unit = _minor_and_currency(value, _currency(context, currency))
    text = format_money(minor, currency=unit, region=region_of(context.get("request")), plus=plus)
    return format_html('<span class="{}{}">{}</span>', css, " is-in" if tone and minor > 0 else "", text)


@register.simple_tag(takes_context=True)
def amount(context: Context, value: int | _Money | None, currency: str = "", *, plus: bool = False) -> str:
    """Write the figure only, for cells under a head that names the unit."""
    if value is None:
        return "–"
    minor, unit = _minor_and_currency(value, _currency(context, currency))
    figure = format_amount(minor, currency=unit, region=region_of(context.get("request")))
    return f"+{figure}" if plus and minor > 0 else figure


@register.simple_tag
def day(value: date | None, style: str = "full") -> SafeString | str:
    """Write a day: "full" 03.11.2026, "short" 03.11., "long" Dienstag, 3. November 2026."""
    return "–" if value is None else _day(value, style, get_language())


@lru_cache(maxsize=4096)
def _day(value: date, style: str, language: str | None) -> SafeString:
    """Return a day in the language that is active: lists say the same few again and again."""
    if style == "long":
        text = date_format(value, "l, j. F Y" if _is_german() else "l, j F Y")
    elif style == "short":
        text = f"{value:%d.%m.}" if _is_german() else date_format(value, "j M")
    else:
        text = format_day(value, language=language or "de")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def moment(value: datetime | None, style: str = "full") -> SafeString | str:
    """Write an instant in local time: "full" 20.11.2026, 06:30; "clock" 06:30; "near" a clock today, else a day."""
    if value is None:
        return "–"
    local = localtime(value)
    clock_text = f"{local:%H:%M}"
    day_text = format_day(local.date(), language=get_language() or "de")
    if style == "clock" or (style == "near" and local.date() == localtime(now()).date()):
        text = clock_text
    else:
        text = day_text if style == "near" else f"{day_text}, {clock_text}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def due(context: Context, value: date | None, on: date | None = None) -> SafeString | str:
    """Say how far a due day is away: "80 Tage überfällig", "in 2 Tagen", "heute"."""
    return "" if value is None else due_words(value, on or today(region_of(context.get("request"))))


def due_words(value: date, on: date) -> SafeString:
    """Return how far a day is away."""
    return _due_words((value - on).days, get_language())


@lru_cache(maxsize=2048)
def _due_words(days: int, _language: str | None) -> SafeString:
    """Return how far a day is away, in the language that is active."""
    if days < 0:
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
        return format_html('<small class="k-over">{}</small>', words)
    words = _("today") if days == 0 else ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return format_html("<small>{}</small>", words)


@register.simple_tag
def ago(value: datetime | None, at: datetime | None = None) -> SafeString | str:
    """Say how long ago an instant was, in the largest fitting unit."""
    if value is None:
        return "–"
    minutes = max(0, int(((at or now()) - value).total_seconds() // 60))
    if minutes < 60:
        words = ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    elif minutes < 60 * 24:
        words = ngettext("%(n)s hour ago", "%(n)s hours ago", minutes // 60) % {"n": minutes // 60}
    else:
        words = ngettext("%(n)s day ago", "%(n)s days ago", minutes // 1440) % {"n": minutes // 1440}
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), words if minutes else pgettext("time", "now")
    )


@register.simple_tag(takes_context=True)
def unit(context: Context, currency: str = "") -> str:
    """Write the sign of a currency as column heads show it: €, CHF."""
    code = _currency(context, currency)
    return {"EUR": "€", "USD": "$", "GBP": "£"}.get(code, code)


def _is_german() -> bool:
    return (get_language() or "de").startswith("de")
