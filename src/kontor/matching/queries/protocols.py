"""The payment protocol [Zahlungsprotokoll]: what one run has posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from kontor.openitems.models import Allocation


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a payment; amounts in the item's currency, `cash` with the transaction's sign."""

    allocation_id: int
    document_number: str
    party: str
    cash: int
    discount: int
    difference: int
    open_after: int
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of the run with everything it settled."""

    transaction_id: int
    day: date
    name: str
    amount: int
    currency: str
    entry_id: int
    entry_number: str
    lines: tuple[Line, ...]

    @property
    def is_undone(self) -> bool:
        """Tell whether everything was taken back."""
        return all(line.is_undone for line in self.lines)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A run with its payments in order of posting."""

    run_key: str
    at: datetime
    by: str
    is_automatic: bool
    payments: tuple[Payment, ...]

    @property
    def items(self) -> int:
        """Return how many open items were settled or reduced."""
        return sum(len(payment.lines) for payment in self.payments)

    @property
    def total(self) -> int:
        """Return the assigned money."""
        return sum(line.cash for payment in self.payments for line in payment.lines)

    @property
    def discount(self) -> int:
        """Return the discount of all lines."""
        return sum(line.discount for payment in self.payments for line in payment.lines)

    @property
    def difference(self) -> int:
        """Return the differences of all lines."""
        return sum(line.difference for payment in self.payments for line in payment.lines)

    @property
    def is_undone(self) -> bool:
        """Tell whether the whole run was taken back."""
        return all(payment.is_undone for payment in self.payments)


def protocol_of(run_key: str) -> Protocol | None:
    """Return what a run has posted, None if there is no such run; one query."""
    rows = list(_rows(run_key))
    if not rows:
        return None
    by_entry: dict[int, list[Allocation]] = {}
    for row in rows:
        by_entry.setdefault(row.entry_id, []).append(row)
    first = rows[0]
    return Protocol(
        run_key, first.created_at, first.created_by.name if first.created_by else "", first.is_automatic,
        tuple(_payment(members) for members in by_entry.values()),
    )  # fmt: skip


def count_of(run_key: str) -> int:
    """Return how many entries a run has posted."""
    found = Allocation.objects.filter(run_key=run_key, reverses__isnull=True).aggregate(
        n=Count("entry_id", distinct=True)
    )
    return int(found["n"])


def _rows(run_key: str) -> QuerySet[Allocation]:
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = Allocation.objects.filter(run_key=run_key, reverses__isnull=True, transaction__isnull=False)
    return (
        rows.annotate(is_undone=Exists(undo))
        .select_related("item", "item__party", "account", "transaction", "entry", "created_by")
        .order_by("id")
    )


def _payment(rows: list[Allocation]) -> Payment:
    first = rows[0]
    line = first.transaction
    return Payment(
        line.id, line.booking_date, line.counterparty_name or line.booking_text, line.amount, line.currency, first.entry_id,
        f"{first.entry.year}-{first.entry.sequence:06d}", tuple(_line(row) for row in rows),
    )  # fmt: skip


def _line(row: Allocation) -> Line:
    item = row.item
    return Line(
        row.id, item.document_number if item else row.account.number, item.party.name if item else row.account.name_de,
        row.cash, row.discount, row.difference, item.amount_open if item else 0, row.is_undone,  # type: ignore[attr-defined]  # annotated
    )  # fmt: skip
