"""Books for the stories that are checked to the cent: every account that holds something, and every rule of check-books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from kontor.core.invariants import codes, proven_inside, violations
from kontor.core.tenancy import tenant
from kontor.ledger.check import INVARIANTS
from kontor.ledger.models.taxes import VatRegime
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.opening import open_items
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.openitems.rules.steps import Share
from kontor.openitems.tests.office import lines_of
from kontor.organisations.models import Tenant, User
from tests.builders import NOW, a_bank_account, a_bank_line, a_member, a_party, a_tenant

_UNSEALED = "(never closed). The audit chain is unbroken from its first link to its head."
BALANCES = """
SELECT a.number, sum(l.amount_base)::bigint FROM ledger_journalline l
JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE l.tenant_id = app_tenant() AND l.is_posted GROUP BY 1 HAVING sum(l.amount_base) <> 0
"""


@dataclass(frozen=True, slots=True)
class Story:
    """Open books with a bank account, a customer and a supplier."""

    tenant: Tenant
    clerk: User
    bank_id: int
    customer_id: int
    supplier_id: int

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open the books as the bookkeeper; when they are closed again, every rule of check-books is proved."""
        with tenant(self.tenant.id, by=self.clerk):
            yield
        with tenant(self.tenant.id):
            found = self._violations()
        assert found == [], found

    def invoice(self, number: str, net: int, *, on: date, account: str = "8400", code: str = "sale-standard",
                currency: str = "EUR", rate: str = "1") -> int:  # fmt: skip
        """Open a customer's invoice, or with a negative net a credit note; returns the item."""
        return self._document("receivable", self.customer_id, number, net, on, account, code, currency, rate)

    def bill(self, number: str, net: int, *, on: date, account: str = "4930", code: str = "purchase-standard",
             currency: str = "EUR", rate: str = "1") -> int:  # fmt: skip
        """Open a supplier's bill, or with a negative net a credit note; returns the item."""
        return self._document("payable", self.supplier_id, number, net, on, account, code, currency, rate)

    def pay(self, cents: int, *shares: Share, on: date, account_id: int = 0, currency: str = "EUR") -> int:
        """Let money move on the bank account, all of it for these items; returns the entry."""
        line = a_bank_line(cents, account_id=account_id or self.bank_id, day=on, currency=currency)
        entry_id = allocate(line, shares, at=NOW, by=self.clerk).entry_id
        assert entry_id is not None
        return entry_id

    def prove(self) -> None:
        """Prove the open books as they stand; what this transaction adds to the chain is sealed when it is committed."""
        found = [each for each in self._violations() if not each.endswith(_UNSEALED)]
        assert found == [], found

    def _violations(self) -> list[str]:
        assert {rule.code for rule in INVARIANTS} <= set(codes())
        found = [str(each) for each in proven_inside()]
        with connection.cursor() as cursor:
            found += [str(each) for each in violations(self.tenant.id, cursor=cursor)]
            cursor.execute("RESET enable_nestloop")
        return found

    def _document(
        self,
        kind: str,
        party_id: int,
        number: str,
        net: int,
        on: date,
        account: str,
        code: str,
        currency: str,
        rate: str,
    ) -> int:
        new = NewItem(
            kind=kind, party_id=party_id, document_number=number, document_date=on, due_date=on, currency=currency,
            rate=Decimal(rate), parts=[NewPart(number=account, amount=net, tax_code=code)],
        )  # fmt: skip
        return open_items([new], at=NOW)[0]


def a_story(*, country: str = "DE", chart: str = "SKR03", first_year: int = 2025, timing: str = "agreed") -> Story:
    """Open books; `timing` says when output VAT falls due."""
    books = a_tenant(country=country, chart=chart, first_year=first_year)
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        if timing != "agreed":
            VatRegime.objects.create(valid_from=date(first_year, 1, 2), output_timing=timing, input_timing="agreed")
        return Story(
            books,
            clerk,
            a_bank_account(currency=books.base_currency),
            a_party(),
            a_party(side="creditor", name="Druck AG"),
        )


def balances() -> dict[str, int]:
    """Return what every account of the open books holds that holds something, debit positive, in cents."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES)
        return dict(cursor.fetchall())


def posted(entry_id: int) -> Sequence[tuple[str, int]]:
    """Return the lines of an entry by account, debit positive, in cents."""
    return sorted(lines_of(entry_id))
