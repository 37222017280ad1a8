"""Money between two own accounts is proposed for transit, where the second line clears the first."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.core.tenancy import tenant
from kontor.matching.actions.own_orders import settle_sent_orders
from kontor.matching.actions.running import run_match
from kontor.matching.actions.transferring import NoOwnTransfer, move_through_transit
from kontor.matching.models import MatchRun, Proposal
from kontor.matching.queries.proposals import POINTS_CERTAIN
from kontor.matching.tests.books import DAY, Books, the_books
from kontor.openitems.tests.office import assert_books_hold, balance_of
from tests.builders import NOW, a_bank_account, a_bank_line

pytestmark = pytest.mark.usefixtures("database")
HOUSE, SAVINGS = "DE02120300000000202051", "DE02500105170137075030"
TRANSIT = "1360"


@pytest.fixture
def books() -> Books:
    made = the_books()
    with tenant(made.tenant.id, by=made.clerk):
        MoneyAccount.objects.filter(id=made.bank_id).update(iban=HOUSE)
    return made


def a_transfer(books: Books, *, currency: str = "EUR") -> tuple[int, int]:
    """Make a savings account and both lines of a transfer of 5,000.00 to it; return debit and credit."""
    with tenant(books.tenant.id, by=books.clerk):
        savings = a_bank_account(role="bank", currency=currency)
        MoneyAccount.objects.filter(id=savings).update(name="Tagesgeld", iban=SAVINGS)
        left = a_bank_line(
            -5_000_00, account_id=books.bank_id, day=DAY, counterparty_iban=SAVINGS, remittance="Rücklage"
        )
        came = a_bank_line(
            5_000_00, account_id=savings, day=DAY, counterparty_iban=HOUSE, remittance="Rücklage", currency=currency
        )
    return left, came


def test_both_lines_are_proposed_and_end_at_zero_in_transit(books: Books) -> None:
    left, came = a_transfer(books)
    client = books.client()

    page = client.get(books.url("match") + f"?t={left}").content.decode()
    assert 'id="transfer-h"' in page
    assert "Tagesgeld" in page
    client.post(books.url("match_list"), {"t": left, "transfer": "1", "key": "k1"})
    client.post(books.url("match_list"), {"t": left, "transfer": "1", "key": "k1"})
    with tenant(books.tenant.id):
        assert balance_of(TRANSIT) == 5_000_00
    assert "steht schon auf Geldtransit" in client.get(books.url("match") + f"?t={came}").content.decode()
    client.post(books.url("match_list"), {"t": came, "transfer": "1", "key": "k2"})

    with tenant(books.tenant.id):
        assert (balance_of(TRANSIT), BankTransaction.objects.get(id=came).allocated) == (0, 5_000_00)
        assert_books_hold()


def test_the_list_calls_a_transfer_by_its_name_until_it_is_assigned(books: Books) -> None:
    left, came = a_transfer(books)
    client = books.client()

    assert [hint_of(client, books, line) for line in (left, came)] == ["Umbuchung", "Umbuchung"]
    client.post(books.url("match_list"), {"t": left, "transfer": "1", "key": "k1"})

    assert [hint_of(client, books, line) for line in (left, came)] == ["zugeordnet", "Umbuchung"]


@pytest.mark.parametrize(("score", "hint"), [(POINTS_CERTAIN, "70 Punkte · 1 Posten"), (45, "Umbuchung")])
def test_only_a_proposal_that_is_sure_comes_before_a_transfer(books: Books, score: int, hint: str) -> None:
    left, _came = a_transfer(books)
    with tenant(books.tenant.id, by=books.clerk):
        Proposal.objects.create(
            run=MatchRun.objects.latest("id"), transaction_id=left, rank=1, score=score, lead=score, decision="proposed",
            shares=[{}], evidence=[],
        )  # fmt: skip

    assert hint_of(books.client(), books, left) == hint


def hint_of(client: Client, books: Books, line: int) -> str:
    """Return the few words of a transaction's row among all."""
    row = client.get(books.url("match") + "?tab=all").content.decode().split(f'id="tx-{line}"')[1].split("</li>")[0]
    return row.split('class="k-tip')[1].split(">")[1].split("<")[0]


def test_the_bar_assigns_a_transfer_and_nothing_empty_stands_beside_it(books: Books) -> None:
    left, _came = a_transfer(books)
    other = books.line(-7_77, counterparty_name="Jemand")

    page, nothing = (books.client().get(books.url("match") + f"?t={line}").content.decode() for line in (left, other))

    assert 'id="offer"' in page
    assert 'type="submit" form="offer"' in page
    assert 'id="confirm" class="k-card k-when-found"' in page
    assert "k-when-offer" not in nothing
    assert 'id="confirm" class="k-card"' in nothing


def test_no_run_posts_a_transfer_by_itself(books: Books) -> None:
    left, came = a_transfer(books)
    with tenant(books.tenant.id, by=books.clerk):
        assert settle_sent_orders(run_match(at=NOW), at=NOW) == 0
        assert list(BankTransaction.objects.filter(id__in=[left, came]).values_list("allocated", flat=True)) == [0, 0]


def test_a_stranger_and_an_account_of_another_currency_are_no_transfer(books: Books) -> None:
    left, _came = a_transfer(books, currency="CHF")
    with tenant(books.tenant.id, by=books.clerk):
        stranger = a_bank_line(-10_00, account_id=books.bank_id, day=DAY, counterparty_iban="DE75512108001245126199")

        odd = a_bank_line(-11_00, account_id=books.bank_id, day=DAY, counterparty_iban="Konto 4711")
        a_bank_account(code="ohne-iban")

    for line in (left, stranger, odd):
        assert 'id="transfer-h"' not in books.client().get(books.url("match") + f"?t={line}").content.decode()
        with pytest.raises(NoOwnTransfer), tenant(books.tenant.id, by=books.clerk):
            move_through_transit(line, at=NOW, by=books.clerk)
