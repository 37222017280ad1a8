"""Recurring entries and where they stand."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from kontor.ledger.models.entries import JournalEntry, RecurringEntry


class StateOfPlan(StrEnum):
    """Where a recurring entry stands."""

    DUE = "due"
    WAITING = "waiting"
    HELD = "held"
    ENDED = "ended"


def plans(*, loans: bool | None = None) -> QuerySet[RecurringEntry]:
    """Return recurring entries, those that go on first, by their next day; only `loans`, or none of them."""
    rows = RecurringEntry.objects.order_by("-is_active", "next_day", "id")
    return rows if loans is None else rows.filter(loan__isnull=not loans)


def state_of_plan(plan: RecurringEntry, *, on: date) -> StateOfPlan:
    """Return where a plan stands on the day `on`; a debt that is paid ends it."""
    is_over = plan.until is not None and plan.next_day > plan.until
    if not plan.is_active or is_over or (plan.loan is not None and plan.loan["balance"] <= 0):
        return StateOfPlan.ENDED
    if plan.problem:
        return StateOfPlan.HELD
    return StateOfPlan.DUE if plan.next_day <= on else StateOfPlan.WAITING


def posted_count(plan_id: int) -> int:
    """Return how many entries a recurring entry has posted."""
    return JournalEntry.objects.filter(source_type="ledger.recurring", source_id=plan_id).count()


def has_due(*, on: date) -> bool:
    """Tell whether anything is due by `on`."""
    return RecurringEntry.objects.filter(is_active=True, next_day__lte=on).exists()
