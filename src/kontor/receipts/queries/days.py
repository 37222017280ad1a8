"""The day on which a receipt is posted if nobody says otherwise."""

from __future__ import annotations

from datetime import date

from kontor.ledger.models.periods import Period, PeriodState


def first_open_day(day: date) -> date:
    """Return `day` if its period is open or not yet made, else the first day of the next open period, else `day`."""
    rows = Period.objects.filter(last_day__gte=day).order_by("first_day").values_list("first_day", "state")
    for first, state in rows[:60]:
        if state == PeriodState.OPEN:
            return max(first, day)
    return day
