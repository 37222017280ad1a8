"""Documents and payments with the figures of the office, from which the posting rules are tested."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kontor.ledger.rules.documents import OpenedItem, customer_invoice, supplier_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    AccountRef,
    Memo,
    Posting,
    by_number,
    by_role,
)
from kontor.ledger.rules.settlements import (
    Cash,
    Item,
)
from kontor.ledger.rules.taxes import TaxCode, country_tax_codes, tax_code_on

MEMO = Memo(text="Test", document_number="RE-1", document_date=date(2026, 3, 1))
BANK = by_role("bank")


def code(name: str, *, country: str = "DE") -> TaxCode:
    return tax_code_on(country_tax_codes(country), name, on=date(2026, 8, 1))


def facts(posting: Posting) -> list[tuple[str, str]]:
    """Return (account, amount in major units) of each line, debit positive."""
    return [(_name(line.account), f"{Decimal(line.amount_base) / 100:.2f}") for line in posting.lines]


def _name(account: AccountRef) -> str:
    rate = "" if account.rate_percent is None else f":{account.rate_percent.normalize():f}"
    return (account.number or account.role) + rate


def invoice(
    net: int = 1_000_00, *, tax: str = "sale-standard", country: str = "DE", received: bool = False
) -> OpenedItem:
    return customer_invoice(
        [Part(by_number("8400"), net, code(tax, country=country))],
        currency="EUR",
        base_currency="EUR",
        memo=MEMO,
        party_id=7,
        is_received_timing=received,
    )


def bill(net: int = 1_000_00, *, tax: str = "purchase-standard") -> OpenedItem:
    return supplier_invoice(
        [Part(by_number("4930"), net, code(tax))], currency="EUR", base_currency="EUR", memo=MEMO, party_id=8
    )


def paid(amount: int) -> Cash:
    return Cash(BANK, amount, amount, "EUR", amount)


def dollars(open_base: int = 920_00) -> Item:
    return Item("debit", by_role("receivables"), "USD", "EUR", 1_000_00, open_base, 1_000_00, open_base, party_id=7)
