"""Fiscal years by day."""

from __future__ import annotations

from datetime import date

from kontor.ledger.models.periods import FiscalYear


def year_on(day: date) -> int:
    """Return the year that numbers given on a day carry (decisions.md 10): its fiscal year's, the calendar's where none is open."""
    found = FiscalYear.objects.filter(first_day__lte=day, last_day__gte=day).values_list("label", flat=True).first()
    return day.year if found is None else found
