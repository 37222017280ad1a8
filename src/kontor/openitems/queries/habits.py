"""How a party pays: days from document to payment, and the last payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from kontor.core.tenancy import current_tenant_id

ITEMS_MAX = 50

_HOLDS = (
    "a.kind = 'payment' AND a.transaction_id IS NOT NULL AND a.reverses_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM openitems_allocation r WHERE r.tenant_id = a.tenant_id AND r.reverses_id = a.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTime:
    """How many days lay between document and last payment on average, over `count` settled documents of a kind."""

    kind: str
    days: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPayment:
    """The latest payment that was assigned to a party's documents; `amount` with the bank's sign."""

    day: date
    amount: int
    currency: str


def payment_times(party_id: int) -> list[PaymentTime]:
    """Return how soon the last 50 settled documents of a party were paid, claims before payables; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, round(avg(days))::int, count(*) FROM ("  # a constant of this file
            "SELECT i.kind, max(a.day) - i.document_date AS days FROM openitems_openitem i "
            "JOIN openitems_allocation a ON a.tenant_id = i.tenant_id AND a.item_id = i.id "
            f"WHERE i.tenant_id = %s AND i.party_id = %s AND i.amount_open = 0 AND {_HOLDS} "
            "AND i.side = CASE i.kind WHEN 'receivable' THEN 'debit' ELSE 'credit' END "
            "GROUP BY i.id, i.kind, i.document_date ORDER BY max(a.day) DESC, i.id DESC LIMIT %s) paid "
            "GROUP BY kind ORDER BY kind DESC",
            [current_tenant_id(), party_id, ITEMS_MAX],
        )
        return [PaymentTime(kind=kind, days=days, count=count) for kind, days, count in cursor.fetchall()]


def last_payment(party_id: int) -> LastPayment | None:
    """Return the latest payment of a party, or to it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.booking_date, sum(a.cash), t.currency FROM openitems_allocation a "  # a constant of this file
            "JOIN openitems_openitem i ON i.tenant_id = a.tenant_id AND i.id = a.item_id "
            "JOIN banking_banktransaction t ON t.tenant_id = a.tenant_id AND t.id = a.transaction_id "
            f"WHERE a.tenant_id = %s AND i.party_id = %s AND {_HOLDS} "
            "GROUP BY t.id, t.booking_date, t.currency ORDER BY t.booking_date DESC, t.id DESC LIMIT 1",
            [current_tenant_id(), party_id],
        )
        found = cursor.fetchone()
    return None if found is None else LastPayment(day=found[0], amount=int(found[1]), currency=found[2])
