"""Plain functions that make believable things for tests; each test makes its own tenant."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.contacts.actions.bulk import find_or_create_parties
from kontor.contacts.rules.parties import PartyRow
from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import AccountRole
from kontor.openitems.actions.opening import open_items
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.organisations.actions import create_tenant, create_user, grant_access, reserve_tenant_id
from kontor.organisations.models import Tenant, User

_numbers = itertools.count(1)


def a_user(*, name: str = "Sabine Brandt", password: str | None = None) -> User:
    """Make a user with an address of their own."""
    return User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.org", name=name, password=password)


def a_day(month: int = 3, day: int = 10) -> date:
    """Return a day in the year that tests live in."""
    return date(2026, month, day)


def a_tenant(*, country: str = "DE", chart: str = "SKR03", first_year: int = 2025, by: User | None = None) -> Tenant:
    """Open new books with a code of their own, with everything that every context sets up in them."""
    code = f"books-{next(_numbers)}-{uuid.uuid4().hex[:8]}"
    with tenant(reserve_tenant_id(), by=by):
        return create_tenant(
            code,
            name=f"Books {code}",
            country=country,
            chart=chart,
            first_year=first_year,
            demands_second_factor=False,
            by=by,
        )


def a_member(of: Tenant, *, role: str = "bookkeeper", name: str = "Sabine Brandt") -> User:
    """Make a person who may enter the books with a preset role; sign them in with `client.force_login`."""
    person = create_user(f"{uuid.uuid4().hex[:12]}@example.org", name=name)
    with tenant(of.id):
        grant_access(person, tenant=of, role=role, by=None)
    return person


NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def a_party(*, side: str = "debtor", name: str = "Nordlicht Verlag GmbH", number: str = "") -> int:
    """Make a debtor or creditor in the open tenant; returns its id."""
    row = PartyRow(side=side, number=number or f"{'1' if side == 'debtor' else '7'}{next(_numbers):05d}", name=name)
    return find_or_create_parties([row])[side, row.number]


def a_bank_account(*, code: str = "", currency: str = "EUR", role: str = "bank") -> int:
    """Make a money account in the open tenant on the account that plays `role`; returns its id."""
    account = AccountRole.objects.get(role=role, rate_percent=None).account_id
    made = MoneyAccount.objects.create(
        code=code or f"bank{next(_numbers)}", name="Hausbank", currency=currency, account_id=account
    )
    return made.id


def a_bank_line(amount: int, *, account_id: int, day: date, currency: str = "EUR", **facts: object) -> int:
    """Make a booked bank transaction in the open tenant, credit positive; returns its id."""
    columns = {"counterparty_name": "Nordlicht Verlag GmbH", "remittance": "RE-2026-0001", "value_date": day, **facts}
    made = BankTransaction.objects.create(
        money_account_id=account_id, identity=f"line-{next(_numbers)}", booking_date=day, amount=amount,
        currency=currency, **columns,
    )  # fmt: skip
    return made.id


def an_invoice(
    gross: int = 1_190_00,
    *,
    party_id: int,
    number: str = "",
    on: date,
    revenue: str = "8400",
    tax_code: str = "sale-standard",
    rate_percent: int = 19,
    **facts: Any,
) -> int:
    """Open a customer's invoice of one line, gross in cents; returns the item's id."""
    new = NewItem(
        kind="receivable", party_id=party_id, document_number=number or f"RE-2026-{next(_numbers):04d}", document_date=on,
        due_date=on + timedelta(days=14), currency=facts.pop("currency", "EUR"),
        parts=[NewPart(number=revenue, amount=gross * 100 // (100 + rate_percent), tax_code=tax_code)], **facts,
    )  # fmt: skip
    return open_items([new], at=NOW)[0]
