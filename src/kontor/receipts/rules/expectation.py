"""When money is likely to arrive: a forecast for people, never a promise in the books."""

from __future__ import annotations

from datetime import date, timedelta

BOOKING_DAYS = 1
APPROVAL_DAYS = 2


def expected_day(on: date, *, payment_weekday: int, waits_for_approval: bool) -> date:
    """Return the payment day (0 Monday … 6) that a receipt handed in on `on` can make.

    It is booked the day after, after two more days if somebody has to approve it first.
    """
    ready = on + timedelta(days=BOOKING_DAYS + (APPROVAL_DAYS if waits_for_approval else 0))
    return next_weekday(ready, weekday=payment_weekday)


def next_weekday(on: date, *, weekday: int) -> date:
    """Return the first `weekday` (0 Monday … 6) on or after a day."""
    return on + timedelta(days=(weekday - on.weekday()) % 7)
