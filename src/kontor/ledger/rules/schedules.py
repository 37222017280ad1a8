"""When recurring entries come again."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import IntEnum

from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.periods import first_of_month_after


class Rhythm(IntEnum):
    """How many months lie between two occurrences."""

    MONTHLY = 1
    QUARTERLY = 3
    HALF_YEARLY = 6
    YEARLY = 12


class BadSchedule(Refusal):
    """A schedule needs a day from 1 to 31 and at least one month between occurrences."""

    sentence = gettext_noop("A recurring entry needs a day from 1 to 31 and at least one month between two dates.")


def day_in_month(month: date, *, day_of_month: int) -> date:
    """Return `day_of_month` in the month of `month`; days that it lacks fall on its last.

    Raises:
        BadSchedule: no day from 1 to 31.
    """
    if not 1 <= day_of_month <= 31:
        raise BadSchedule
    return month.replace(day=min(day_of_month, monthrange(month.year, month.month)[1]))


def next_occurrence(last: date, *, every_months: int, day_of_month: int) -> date:
    """Return the occurrence after `last`; the 31st comes back after a short month.

    Raises:
        BadSchedule: no such rhythm or day.
    """
    if every_months < 1:
        raise BadSchedule
    return day_in_month(first_of_month_after(last, months=every_months), day_of_month=day_of_month)


def occurrences(
    first: date, *, every_months: int, day_of_month: int, through: date, until: date | None = None
) -> list[date]:
    """Return the days from `first` through `through`, none after `until` (a day that still counts)."""
    days: list[date] = []
    day = day_in_month(first, day_of_month=day_of_month)
    if day < first:
        day = next_occurrence(first, every_months=1, day_of_month=day_of_month)
    while day <= through and (until is None or day <= until):
        days.append(day)
        day = next_occurrence(day, every_months=every_months, day_of_month=day_of_month)
    return days
