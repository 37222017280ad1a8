"""Books with customers, open items and payments, as the workbench's stories need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from kontor.contacts.models import BankDetails
from kontor.core.tenancy import tenant
from kontor.matching.actions.running import run_match
from kontor.openitems.rules.news import Discount
from kontor.organisations.models import Tenant, User
from tests.builders import NOW, a_bank_account, a_bank_line, a_member, a_party, a_tenant, an_invoice

DAY = date(2026, 11, 20)
HOFMANN_IBAN = "DE89370400440532013000"
FRAME = 1_190_00
STAND = 892_50
DISCOUNT = 17_85


@dataclass(frozen=True, slots=True)
class Books:
    """A customer with two invoices, one of them with discount, and payments that wait."""

    tenant: Tenant
    clerk: User
    bank_id: int
    party_id: int
    frame_id: int
    stand_id: int
    both_id: int
    """The payment of both invoices less the discount."""

    def url(self, name: str, **kwargs: object) -> str:
        """Return an address in these books."""
        return reverse(name, kwargs={"tenant": self.tenant.code, **kwargs})

    def client(self, who: User | None = None) -> Client:
        """Return a browser without scripts, signed in."""
        client = Client()
        client.force_login(who or self.clerk)
        return client

    def line(self, amount: int, **facts: object) -> int:
        """Make a bank transaction and match everything."""
        with tenant(self.tenant.id, by=self.clerk):
            line = a_bank_line(amount, account_id=self.bank_id, day=DAY, **facts)  # type: ignore[arg-type]  # facts are columns
            run_match(at=NOW)
        return line


def the_books() -> Books:
    """Make the books of the mock-up: Hofmann pays two invoices at once and takes his discount."""
    books = a_tenant()
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        bank_id = a_bank_account()
        party_id = a_party(name="Hofmann Möbelbau GmbH")
        BankDetails.objects.create(party_id=party_id, iban=HOFMANN_IBAN)
        frame_id = an_invoice(
            FRAME, party_id=party_id, number="2026-0398", on=DAY - timedelta(12), text="Ladenregal, 2. Abschlag"
        )
        stand_id = an_invoice(
            STAND, party_id=party_id, number="2026-0412", on=DAY - timedelta(6), text="Messestand, Beschriftung",
            discounts=(Discount(until=DAY + timedelta(4), grace_until=DAY + timedelta(4), amount=DISCOUNT, percent=Decimal(2)),),
        )  # fmt: skip
        an_invoice(357_00, party_id=party_id, number="2026-0420", on=DAY - timedelta(1), text="Aufmaß Büro")
        both_id = a_bank_line(
            FRAME + STAND - DISCOUNT, account_id=bank_id, day=DAY, counterparty_name="Hofmann Möbelbau GmbH",
            counterparty_iban=HOFMANN_IBAN,
            remittance="SEPA Überweisung RE 2026-0398 + 2026-0412 abzgl. Skonto, danke Hofmann Möbelbau",
        )  # fmt: skip
        run_match(at=NOW)
    return Books(books, clerk, bank_id, party_id, frame_id, stand_id, both_id)
