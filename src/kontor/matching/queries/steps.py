"""The last step of a person, for the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from kontor.core.kept_statements import kept
from kontor.openitems.models import Allocation


@dataclass(frozen=True, slots=True)
class LastStep:
    """What a person confirmed last and did not take back."""

    entry_id: int
    transaction_id: int
    name: str


def last_step_of(user_id: int) -> LastStep | None:
    """Return the person's last confirmation that still holds, None if there is none."""
    found = _steps_of.first(user_id)
    if found is None:
        return None
    entry_id, transaction_id, name, remittance = found
    return LastStep(entry_id, transaction_id, name or remittance[:40])


@kept
def _steps_of(user_id: int) -> QuerySet[Allocation, Any]:
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = Allocation.objects.filter(
        ~Exists(undo), created_by_id=user_id, reverses__isnull=True, transaction__isnull=False
    ).order_by("-id")
    return rows.values_list("entry_id", "transaction_id", "transaction__counterparty_name", "transaction__remittance")
