"""Days of the story's months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def months(first: date, until: date) -> Iterator[date]:
    """Yield the first day of every month from `first` through `until`."""
    while first <= until:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def day_of(first: date, day: int) -> date:
    """Return a day of the month that begins on `first`."""
    return first.replace(day=day)


def last_of(first: date) -> date:
    """Return the last day of the month that begins on `first`."""
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
