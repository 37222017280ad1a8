"""Days on which banks carry transfers out.

Euro transfers settle on TARGET working days: neither Saturday, Sunday, 1 January, Good Friday, Easter Monday, 1 May,
25 nor 26 December (ECB, long-term calendar for TARGET closing days). Swiss francs settle in SIC, which also rests on
2 January, Ascension Day, Whit Monday and 1 August.
"""

from __future__ import annotations

from datetime import date, timedelta

from kontor.core.figures import format_day
from kontor.payments.rules.refusals import DayIsPast, DayTooFar

SATURDAY = 5
AHEAD_MAX = 365
_TARGET = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_SIC = _TARGET | {(1, 2), (8, 1)}
_TARGET_FROM_EASTER = frozenset({-2, 1})
_SIC_FROM_EASTER = _TARGET_FROM_EASTER | {39, 50}


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    leap = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * leap) // 451
    month, day = divmod(h + leap - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_bank_day(day: date, *, currency: str) -> bool:
    """Tell whether transfers in `currency` (EUR or CHF) are carried out on `day`."""
    fixed, moving = (_SIC, _SIC_FROM_EASTER) if currency == "CHF" else (_TARGET, _TARGET_FROM_EASTER)
    return (
        day.weekday() < SATURDAY and (day.month, day.day) not in fixed and (day - easter(day.year)).days not in moving
    )


def bank_day(day: date, *, currency: str) -> date:
    """Return `day`, or the next one on which transfers in `currency` are carried out."""
    while not is_bank_day(day, currency=currency):
        day += timedelta(days=1)
    return day


def check_day(day: date, *, today: date) -> None:
    """Refuse a day of execution that is over, or that no bank takes yet.

    Raises:
        DayIsPast, DayTooFar
    """
    if day < today:
        raise DayIsPast(day=format_day(day))
    if (day - today).days > AHEAD_MAX:
        raise DayTooFar(day=format_day(day))
