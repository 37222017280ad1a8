"""To which account receipts of a supplier usually go, and what stands behind a cost type: proposals with their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from kontor.ledger.models.mappings import AccountMapping
from kontor.ledger.queries.mappings import mappings
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.rules.habits import Booked, Choice, Habit, habit_of

LOOKED_AT = 5


def habits(document: IncomingDocument, cost_type_ids: Iterable[int | None]) -> dict[int | None, Habit]:
    """Return what is proposed for a part of each cost type (None: without one); a type without proposal is left out.

    Counted are the last bookings of this supplier in these books, two statements in all; accounts out of use are no proposals.
    """
    wanted = set(cost_type_ids)
    booked = _last_booked(document)
    behind = _behind(mappings({key for key in wanted if key is not None}))
    found = {key: habit_of(booked, cost_type_id=key, behind=behind.get(key or 0)) for key in wanted}
    return {key: habit for key, habit in found.items() if habit is not None}


def _behind(rows: Mapping[int, AccountMapping]) -> dict[int, Choice]:
    return {
        key: Choice(row.account_id, row.account.number, row.tax_code, row.sphere)
        for key, row in rows.items()
        if row.account.is_active and not row.account.control
    }


def _last_booked(document: IncomingDocument) -> Sequence[Booked]:
    """Return the parts of the supplier's last receipts that were booked."""
    name = document.supplier_name.strip()
    same = Q(supplier_name__iexact=name) if name else Q(pk=None)
    if document.supplier_id is not None:
        same |= Q(supplier_id=document.supplier_id)
    last = IncomingDocument.objects.filter(same, state="final").exclude(id=document.id).order_by("-booked_at", "-id")
    rows = IncomingLine.objects.filter(
        document_id__in=last.values("id")[:LOOKED_AT], account__is_active=True, account__control=""
    )
    columns = ("document_id", "cost_type_id", "account_id", "account__number", "tax_code", "sphere")
    values = list(rows.order_by("-document__booked_at", "-document_id", "position").values_list(*columns))
    ages = {key: age for age, key in enumerate(dict.fromkeys(row[0] for row in values))}
    return [
        Booked(ages[document_id], cost_type_id, Choice(account_id or 0, number or "", tax_code, sphere))
        for document_id, cost_type_id, account_id, number, tax_code, sphere in values
    ]
