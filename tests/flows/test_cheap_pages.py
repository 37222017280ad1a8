"""The pages that everybody sees all day cost the same number of statements, however full the books are (ADR 0016)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.books_data import fill, new_books
from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import OPEN_COUNT, open_transactions
from kontor.core.stand_ins import Keeping
from kontor.core.tenancy import tenant
from kontor.organisations.models import User
from kontor.receipts.queries.documents import (
    CLOSED,
    OWN_COUNT,
    TO_PROCESS_COUNT,
    own_documents,
    to_process,
)
from tests.builders import NOW, a_user

# Session with person and device, tenant, BEGIN, its set-up, rights, books of the menu with figures of the rail, COMMIT;
# and the page's own list.
SHELL_MAX = 8
PAGES = (
    "", "bank/", "match/", "ledger/", "ledger/sheet/1200/", "ledger/balances/", "items/", "contacts/", "record/",
    "projects/", "receipts/desk/", "receipts/archive/", "receipts/mine/",
)  # fmt: skip
_KEYS = re.compile(r'(?<=value=")[\w-]{16,64}(?=")|(?<="X-CSRFToken": ")\w+')
# What the pages of many parts ask today: a part that asks more has to find it elsewhere.
MOST = {
    "": 15,
    "match/": 20,
    "bank/": 16,
    "ledger/": 16,
    "ledger/balances/": 16,
    "items/": 16,
    "contacts/": 12,
    "record/": 15,
    "receipts/desk/": 20,
    "receipts/archive/": 14,
}
FEW, MANY = 24, 96


@pytest.fixture
def person(database: None) -> User:
    return a_user(name="Sabine Brandt")


def books_with(rows: int, *, of: User) -> str:
    made = new_books(by=of)
    if rows:
        fill(made.id, entry_count=rows, item_count=rows, bank_lines=rows, parties=rows, receipts=rows, submitter=of)
    return made.code


def statements_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == HTTPStatus.OK
    return len(seen)


def test_the_shell_of_a_page_is_a_handful_of_statements(person: User, client: Client) -> None:
    client.force_login(person)

    assert statements_of(client, f"/t/{books_with(0, of=person)}/projects/") <= SHELL_MAX


def test_no_page_asks_more_of_full_books_than_of_others(person: User, client: Client) -> None:
    client.force_login(person)
    few, many = books_with(FEW, of=person), books_with(MANY, of=person)

    counted = {page: [statements_of(client, f"/t/{code}/{page}") for code in (few, many)] for page in PAGES}

    assert {page: counts for page, counts in counted.items() if counts[0] < counts[1]} == {}


def test_no_page_asks_more_than_it_did(person: User, client: Client) -> None:
    client.force_login(person)
    code = books_with(FEW, of=person)

    counted = {page: statements_of(client, f"/t/{code}/{page}") for page in MOST}

    assert {page: count for page, count in counted.items() if count > MOST[page]} == {}


def test_what_kept_statements_show_is_what_the_orm_shows(
    person: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(person)
    addresses = [f"/t/{books_with(FEW, of=person)}/{page}" for page in PAGES if page != "receipts/desk/"]

    kept = [_shown(client, address) for address in addresses]
    monkeypatch.setattr(Keeping, "ready", lambda *_arguments: None)

    assert [_shown(client, address) for address in addresses] == kept


def _shown(client: Client, address: str) -> str:
    """Return a page without what is new each time: keys of forms."""
    client.get(address)
    return _KEYS.sub("", client.get(address).content.decode())


def test_a_page_writes_nothing_that_its_reader_did_not_ask_for(person: User, client: Client) -> None:
    client.force_login(person)
    address = f"/t/{books_with(0, of=person)}/contacts/"
    client.get(address)

    with CaptureQueriesContext(connection) as seen:
        client.get(address)

    assert [each["sql"] for each in seen if each["sql"].lstrip().startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_the_figures_of_the_rail_say_what_the_lists_hold(person: User) -> None:
    made = new_books(by=person)
    fill(made.id, entry_count=0, item_count=0, bank_lines=FEW, receipts=FEW, submitter=person)
    with tenant(made.id):
        noise = BankTransaction.objects.order_by("id")[0]
        BankTransaction.objects.filter(id=noise.id).update(relevance="not_relevant")
        values: dict[str, Any] = {"tenant": made.id, "user": person.id, "today": NOW.date()}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ({OPEN_COUNT}), ({TO_PROCESS_COUNT}), ({OWN_COUNT})", values)
            row = cursor.fetchone()
        assert row is not None
        transactions, receipts, own = row

        assert transactions == open_transactions().count() == FEW - 1
        assert receipts == to_process(person.id).count() == FEW // 2
        assert own == own_documents(person.id).exclude(CLOSED).exclude(state="draft").count() > 0
