"""Opening balances as the office types and pastes them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.ledger.actions.periods import close_period
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.periods import Period
from kontor.ledger.tests.setting_up import a_signed_in_office, url
from kontor.organisations.models import Tenant


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    return a_signed_in_office(client)


def _opened(books: Tenant) -> dict[str, int]:
    with tenant(books.id):
        sums: dict[str, int] = {}
        for line in JournalLine.objects.filter(is_posted=True).select_related("account"):
            sums[line.account.number] = sums.get(line.account.number, 0) + line.amount_base
    return {number: total for number, total in sums.items() if total}


def test_opening_balances_are_posted_against_the_opening_account(books: Tenant, client: Client) -> None:
    client.post(
        url(books, "opening/save"), {"debit-1200": "1.500,00", "debit-1000": "20,50", "credit-0860": "1.000,00"}
    )

    assert _opened(books) == {"1200": 1500_00, "1000": 20_50, "0860": -1000_00, "9000": -520_50}
    with tenant(books.id):
        entry = JournalEntry.objects.get()
        assert (entry.entry_date, entry.kind, entry.document_number) == (date(2025, 1, 1), "opening", "EB-2025")
    assert 'value="1.500,00"' in client.get(url(books, "opening/")).content.decode()


def test_opening_balances_that_change_replace_the_earlier_ones(books: Tenant, client: Client) -> None:
    first = {"debit-1200": "1.500,00", "credit-0860": "1.500,00"}
    client.post(url(books, "opening/save"), first)
    client.post(url(books, "opening/save"), first)
    client.post(url(books, "opening/save"), {"debit-1200": "1.400,00", "credit-0860": "1.500,00"})

    assert _opened(books) == {"1200": 1400_00, "0860": -1500_00, "9000": 100_00}
    with tenant(books.id):
        kinds = list(JournalEntry.objects.order_by("id").values_list("kind", flat=True))
        assert kinds == ["opening", "reversal", "opening"]

    client.post(url(books, "opening/save"), {})

    assert _opened(books) == {}


def test_a_wrong_amount_is_named_and_nothing_typed_is_lost(books: Tenant, client: Client) -> None:
    answer = client.post(
        url(books, "opening/save"),
        {"debit-1200": "1.500,00", "debit-1000": "abc", "debit-0860": "1", "credit-0860": "2"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1.500,00"' in page
    assert 'value="abc"' in page
    assert "entweder Soll oder Haben" in page
    assert _opened(books) == {}


def test_a_pasted_table_fills_the_screen_and_posts_nothing(books: Tenant, client: Client) -> None:
    answer = client.post(
        url(books, "opening/read"),
        {"table": "Konto\tName\tSoll\tHaben\n1200\tBank\t1.500,00\t\n0860\tVortrag\t\t1500\n"},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('value="1.500,00"') == 2
    assert _opened(books) == {}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1400;100;", "fasst offene Posten zusammen"),
        ("4930;100;", "Erfolgskonto"),
        ("9000;100;", "Rest"),
        ("7777;100;", "kein aktives Konto"),
        ("1200;100;100", "entweder"),
        ("1200;-5;", "negativ"),
        ("1200;abc;", "abc"),
    ],
)
def test_a_line_that_cannot_open_is_named(books: Tenant, client: Client, line: str, sentence: str) -> None:
    sent = SimpleUploadedFile("eb.csv", f"account;debit;credit\n0860;;100\n{line}\n".encode())

    answer = client.post(url(books, "opening/read"), {"file": sent})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zeile 3" in page
    assert sentence in page


def test_a_control_account_does_not_open_by_a_sum_even_if_somebody_sends_it(books: Tenant, client: Client) -> None:
    client.post(url(books, "opening/save"), {"debit-1400": "100,00", "debit-1200": "50,00"})

    assert _opened(books) == {"1200": 50_00, "9000": -50_00}


def test_a_closed_first_month_keeps_its_opening(books: Tenant, client: Client) -> None:
    client.post(url(books, "opening/save"), {"debit-1200": "50,00"})
    with tenant(books.id):
        close_period(Period.objects.get(first_day=date(2025, 1, 1)).id)

    refused = client.post(url(books, "opening/save"), {"debit-1200": "60,00"})

    assert refused.status_code == 422
    assert _opened(books)["1200"] == 50_00
