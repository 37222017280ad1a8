"""Books, entries and addresses of the tests of the set-up rooms."""

from __future__ import annotations

from datetime import date

from django.test import Client

from kontor.core.tenancy import tenant
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.rules.postings import Memo, PostingLine, balanced, by_number, by_role, transfer
from kontor.organisations.models import Tenant
from tests.builders import NOW, a_member, a_tenant

ACCOUNT = {
    "number": "4931", "name_de": "Bürobedarf Werkstatt", "name_en": "", "kind": "expense", "report_group": "office",
    "tax_code": "purchase-standard",
}  # fmt: skip


def a_signed_in_office(client: Client) -> Tenant:
    """Open books and sign their administrator in."""
    made = a_tenant()
    client.force_login(a_member(made, role="administrator"))
    return made


def url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/ledger/setup/{path}"


def post_some(books: Tenant, *, on: date = date(2026, 3, 10), amount: int = 100_00, debit: str = "4930") -> None:
    posting = transfer(
        debit=by_number(debit), credit=by_number("1200"), amount=amount, amount_base=amount, currency="EUR",
        memo=Memo(text="Posten"),
    )  # fmt: skip
    with tenant(books.id):
        post([NewEntry(posting=posting, entry_date=on)], at=NOW)


def post_taxed(books: Tenant, *, on: date) -> None:
    lines = [
        PostingLine(by_number("1200"), 119_00, 119_00, "EUR"),
        PostingLine(by_number("8400"), -100_00, -100_00, "EUR", tax_code="sale-standard"),
        PostingLine(by_role("output_vat"), -19_00, -19_00, "EUR"),
    ]
    with tenant(books.id):
        post([NewEntry(posting=balanced(lines, memo=Memo(text="Erlös")), entry_date=on)], at=NOW)


def account_id(books: Tenant, number: str) -> int:
    with tenant(books.id):
        return Account.objects.get(number=number).id
