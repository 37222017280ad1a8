"""A small office for the tests of this room: books, a customer, a bank, and the invariants of open items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection

from kontor.core.tenancy import tenant
from kontor.openitems.check import violations
from kontor.organisations.models import Tenant, User
from tests.builders import a_bank_account, a_member, a_party, a_tenant

DAY = date(2026, 3, 10)


@dataclass(frozen=True, slots=True)
class Office:
    """Open books with one customer and one bank account."""

    tenant: Tenant
    clerk: User
    party_id: int
    bank_id: int

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open the books as the clerk."""
        with tenant(self.tenant.id, by=self.clerk):
            yield


def an_office(*, chart: str = "SKR03", country: str = "DE") -> Office:
    """Make books with a customer and a bank."""
    books = a_tenant(chart=chart, country=country)
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        party_id, bank_id = a_party(), a_bank_account()
    return Office(books, clerk, party_id, bank_id)


def lines_of(entry_id: int) -> list[tuple[str, int]]:
    """Return (account number, amount in base currency, debit positive) of an entry, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.number, l.amount_base FROM ledger_journalline l JOIN ledger_account a ON a.tenant_id = l.tenant_id "
            "AND a.id = l.account_id WHERE l.tenant_id = app_tenant() AND l.entry_id = %s ORDER BY l.position",
            [entry_id],
        )
        found: list[tuple[str, int]] = cursor.fetchall()
    return found


def balance_of(number: str) -> int:
    """Return the balance of an account, debit positive."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(l.amount_base), 0)::bigint FROM ledger_journalline l JOIN ledger_account a "
            "ON a.tenant_id = l.tenant_id AND a.id = l.account_id "
            "WHERE l.tenant_id = app_tenant() AND l.is_posted AND a.number = %s",
            [number],
        )
        total: int = cursor.fetchone()[0]
    return total


def assert_books_hold() -> None:
    """Fail with the first violation of this room's invariants in the open tenant."""
    assert [str(found) for found in violations()] == []
