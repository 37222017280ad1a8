"""Allocations of an item, a bank transaction or an entry, with whether they still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id

_SELECT = """
SELECT x.id, x.kind, x.day, x.amount, x.cash, x.discount, x.difference, coalesce(i.currency, t.currency), t.currency,
  x.item_id, i.document_number, p.name, x.transaction_id, t.counterparty_name, a.number, a.name_de, a.name_en,
  x.entry_id, e.year, e.sequence, x.reverses_id, r.id, x.is_automatic, x.run_key, x.created_at, u.name,
  x.evidence IS NOT NULL, t.booking_date
FROM openitems_allocation x
JOIN ledger_journalentry e ON e.tenant_id = %(here)s AND e.id = x.entry_id
LEFT JOIN openitems_openitem i ON i.tenant_id = %(here)s AND i.id = x.item_id
LEFT JOIN contacts_party p ON p.tenant_id = %(here)s AND p.id = i.party_id
LEFT JOIN ledger_account a ON a.tenant_id = %(here)s AND a.id = x.account_id
LEFT JOIN banking_banktransaction t ON t.tenant_id = %(here)s AND t.id = x.transaction_id
LEFT JOIN openitems_allocation r ON r.tenant_id = %(here)s AND r.reverses_id = x.id
LEFT JOIN organisations_user u ON u.id = x.created_by_id
WHERE x.tenant_id = %(here)s AND {condition} ORDER BY x.id DESC LIMIT %(limit)s
"""
ROWS_MAX = 500


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One allocation as people see it; `amount` is in `currency`, `cash` in `cash_currency`, undo rows are negative."""

    id: int
    kind: str
    day: date
    amount: int
    cash: int
    discount: int
    difference: int
    currency: str
    cash_currency: str | None
    item_id: int | None
    document_number: str | None
    party_name: str | None
    transaction_id: int | None
    counterparty_name: str | None
    account_number: str | None
    account_name_de: str | None
    account_name_en: str | None
    entry_id: int
    entry_year: int | None
    entry_sequence: int | None
    reverses_id: int | None
    reversed_by_id: int | None
    is_automatic: bool
    run_key: str
    created_at: datetime
    created_by: str | None
    has_evidence: bool
    booking_date: date | None

    @property
    def holds(self) -> bool:
        """Tell whether it still counts and may be taken back."""
        return self.reversed_by_id is None and (self.reverses_id is None or self.amount > 0)

    @property
    def entry_number(self) -> str:
        """The entry's number as it is written."""
        return f"{self.entry_year}-{self.entry_sequence:06d}" if self.entry_sequence is not None else ""


def allocations_of_item(item_id: int) -> list[AllocationRow]:
    """Return an item's allocations, newest first, undone ones and their undo included."""
    return _rows("x.item_id = %(key)s", item_id)


def allocations_of_transaction(transaction_id: int) -> list[AllocationRow]:
    """Return a bank transaction's allocations, newest first, undone ones and their undo included."""
    return _rows("x.transaction_id = %(key)s", transaction_id)


def allocations_of_entry(entry_id: int) -> list[AllocationRow]:
    """Return the allocations written with an entry, newest first."""
    return _rows("x.entry_id = %(key)s", entry_id)


def _rows(condition: str, key: int) -> list[AllocationRow]:
    values: dict[str, Any] = {"here": current_tenant_id(), "key": key, "limit": ROWS_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(condition=condition), values)
        return [AllocationRow(*row) for row in cursor.fetchall()]
