"""What the form of a receipt needs to know of the books, in one statement: usual accounts, open day, what booking meets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from kontor.ledger.rules.taxes import TaxCode
from kontor.organisations.models import Tenant
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.bookings import FACTS, BookingFacts, facts_in
from kontor.receipts.queries.days import FIRST_OPEN, day_in
from kontor.receipts.queries.habits import HABITS, LAST, habits_in, values_for
from kontor.receipts.rules.habits import Habit

_GROUND = f"WITH {LAST} SELECT {HABITS}, ({FIRST_OPEN}), {FACTS}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is proposed for parts of each cost type (see `habits`), and the first day that a receipt can be booked on."""

    habits: Mapping[int | None, Habit]
    entry_day: date
    facts: Sequence[Any]

    def booking(self, *, tenant: Tenant, codes: Sequence[TaxCode]) -> BookingFacts:
        """Return what `booking_facts` does."""
        return facts_in(self.facts, tenant=tenant, codes=codes)


def ground_of(document: IncomingDocument, cost_type_ids: Collection[int | None], *, day: date) -> Ground:
    """Return what the books say to a receipt with parts of these cost types that is to be booked on `day`."""
    values = {**values_for(document, cost_type_ids), "day": day, "submitter": document.submitter_id}
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, values)
        row = cursor.fetchone()
    return Ground(habits_in(row[:2], cost_type_ids), day_in(row[2], day), row[3:])
