"""Books with suppliers' bills and a bank account, for the tests of this room."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.test import Client

from kontor.banking.models import MoneyAccount
from kontor.contacts.models import BankDetails
from kontor.core import clock
from kontor.core.invariants import proven_inside
from kontor.core.tenancy import current_tenant_id, tenant
from kontor.openitems.actions.opening import open_items
from kontor.openitems.check import violations
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.organisations.models import Tenant, User
from kontor.payments.actions.batches import Wanted, collect
from kontor.payments.check import broken
from kontor.payments.queries.payables import payables
from tests.builders import NOW, a_bank_account, a_member, a_party, a_tenant

DAY = date(2026, 3, 10)
IBAN = "DE02120300000000202051"
SWISS_IBAN = "CH9300762011623852957"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Treasury:
    """Open books from which bills are paid."""

    tenant: Tenant
    clerk: User
    bank_id: int

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open the books as the bookkeeper."""
        with tenant(self.tenant.id, by=self.clerk):
            yield

    def client(self) -> Client:
        """Return a browser without scripts, signed in."""
        client = Client()
        client.force_login(self.clerk)
        return client

    def path(self, tail: str = "") -> str:
        """Return an address of payments in these books."""
        return f"/t/{self.tenant.code}/payments/{tail}"

    @property
    def iban(self) -> str:
        """Return an account that transfers of these books reach."""
        return SWISS_IBAN if self.tenant.country == "CH" else IBAN

    def bill(self, gross: int, number: str, *, iban: str | None = None) -> int:
        """Open a supplier's bill, without tax; returns the item's id."""
        with self.open():
            party_id = a_party(side="creditor", name=f"Lieferant {next(_numbers)} GmbH")
            account = self.iban if iban is None else iban
            if account:
                BankDetails.objects.create(party_id=party_id, iban=account)
            new = NewItem(
                kind="payable", party_id=party_id, document_number=number, document_date=DAY, due_date=DAY,
                currency=self.tenant.base_currency,
                parts=[NewPart(number="6500" if self.tenant.country == "CH" else "4930", amount=gross, tax_code="")],
            )  # fmt: skip
            return open_items([new], at=NOW)[0]

    def form(self, *item_ids: int) -> dict[str, object]:
        """Return the form of a new list with these items ticked."""
        return {"account": str(self.bank_id), "day": "+1", "ids": [str(each) for each in item_ids]}

    def batch(self, *item_ids: int) -> int:
        """Put a draft together for today; returns its id."""
        with self.open():
            return collect(
                self.wanted(*item_ids), money_account_id=self.bank_id, execution_date=clock.today(self.tenant.country),
                at=clock.now(), by=self.clerk,
            ).id  # fmt: skip

    def wanted(self, *item_ids: int) -> list[Wanted]:
        """Return orders for these items; the books must be open."""
        return [
            Wanted(item_id=each.item.id, document=each.item.document_number, payee_name=each.payee.name,
                   payee_iban=each.payee.iban, remittance=each.payee.remittance)
            for each in payables(self.tenant.base_currency, ids=item_ids)
        ]  # fmt: skip

    def nothing_is_wrong(self) -> None:
        """Prove the open books."""
        assert [str(each) for each in violations()] == []
        assert [str(each) for each in proven_inside()] == []
        assert list(broken(current_tenant_id())) == []


def a_treasury(*, country: str = "DE") -> Treasury:
    """Make books with a bank account that has an IBAN."""
    chart = {"CH": "KMU", "AT": "EKR"}.get(country, "SKR03")
    books = a_tenant(country=country, chart=chart)
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        bank_id = a_bank_account(currency=books.base_currency)
        iban = "CH5604835012345678009" if country == "CH" else "DE89370400440532013000"
        MoneyAccount.objects.filter(id=bank_id).update(iban=iban)
    return Treasury(books, clerk, bank_id)
