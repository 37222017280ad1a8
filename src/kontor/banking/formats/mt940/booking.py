"""Field 61: day, direction, amount and references of a booking."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

# Value day, booking day, mark, funds code, amount, transaction type, reference of the customer, of the bank, rest.
# The amount may follow after a line break (Sparkassen) and may lack its comma (Knab).
_BOOKING = re.compile(
    r"(\d{6})(\d{4})?(R?[CD]|E[CD])([A-Z])?[\n ]?(\d[\d,]{0,17})"
    r"([A-Z][A-Z0-9 ]{3})?([^/\n]*(?:/(?!/)[^/\n]*)*)(?://([^\n]*))?(?:\n(.*))?",
    re.DOTALL,
)
# RC takes back a credit, so it is a debit; EC and ED are expected ones (MT942).
SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}


class Booking(NamedTuple):
    """Field 61 in parts; `sign` is 1 for a credit, `amount` the text as written."""

    value_date: date
    booking_date: date
    sign: int
    is_reversal: bool
    amount: str
    customer_reference: str
    bank_reference: str | None
    extra: str


def booking_of(content: str) -> Booking | None:
    """Return field 61 in parts, None if it cannot be understood."""
    found = _BOOKING.fullmatch(content)
    if found is None:
        return None
    value, booked, mark, _funds, amount, _kind, customer, bank, extra = found.groups()
    try:
        value_date, booking_date = days_of(value, booked)
    except ValueError:
        return None
    return Booking(value_date, booking_date, SIGNS[mark], mark[0] == "R", amount, customer, bank, extra or "")


@lru_cache(maxsize=1024)
def days_of(value: str, booked: str | None) -> tuple[date, date]:
    """Return the value day and the booking day, which is the value day where none is written."""
    value_date = short_day(value)
    return value_date, _near(value_date, booked) if booked else value_date


def short_day(text: str) -> date:
    """Return the day of "260228".

    Banks that count 30 interest days a month write 30 February; it is read as the last day of that month.

    Raises:
        ValueError: no month, or no day of any month.
    """
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:6])
    return _clamped(year if year < 2080 else year - 100, month, day)


def _near(value_date: date, month_and_day: str) -> date:
    """Return the booking day, which has no year, in the year that brings it closest to the value day."""
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    year = value_date.year
    if month - value_date.month > 6:
        year -= 1
    elif value_date.month - month > 6:
        year += 1
    return _clamped(year, month, day)


def _clamped(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise ValueError(f"{year}-{month}-{day}")
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
