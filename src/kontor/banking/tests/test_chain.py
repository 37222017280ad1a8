"""Statements in a row: gaps, doubles and balances that do not follow are named, and stop being named when they are cured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.test import Client

from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.banking.queries.statements import balance_proof, checked_statements, count_to_look_at, statements_to_look_at
from kontor.banking.rules.chain import (
    BalanceDiffers,
    Link,
    OpeningDiffers,
    SequenceGap,
    TwoStories,
    balance_problem,
    chain_of,
)
from kontor.banking.tests.test_import import books, bring, entry, statement  # the fixture
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from tests.builders import a_member

__all__ = ["books"]

FIRST = Link("1", "camt.053.001.08", date(2026, 3, 10), date(2026, 3, 10), 0, 1_000, "EUR")
NEXT = Link("2", "camt.053.001.08", date(2026, 3, 11), date(2026, 3, 11), 1_000, 1_500, "EUR")


def _names(*links: Link) -> list[list[str]]:
    return [[type(problem).__name__ for problem in problems] for problems in chain_of(links)]


def test_statements_that_follow_have_no_problem() -> None:
    assert _names(FIRST, NEXT) == [[], []]


def test_a_missing_number_and_a_jump_of_the_balance_are_named() -> None:
    assert _names(FIRST, replace(NEXT, number="4", opening=1_200)) == [
        [],
        [SequenceGap.__name__, OpeningDiffers.__name__],
    ]


def test_numbers_begin_anew_in_a_new_year_and_in_another_format() -> None:
    assert _names(replace(FIRST, number="250"), replace(NEXT, number="1")) == [[], []]
    assert _names(replace(FIRST, number="7"), replace(NEXT, format="MT940", number="90")) == [[], []]


def test_one_statement_with_two_ends_is_named() -> None:
    assert _names(FIRST, replace(FIRST, closing=900)) == [[], [TwoStories.__name__]]
    assert _names(FIRST, FIRST) == [[], []]


def test_csv_exports_may_overlap_but_not_leave_a_gap() -> None:
    export = replace(FIRST, format="CSV", number="")
    assert _names(export, replace(export, from_date=date(2026, 3, 10), opening=500, closing=2_000)) == [[], []]
    assert _names(export, replace(export, from_date=date(2026, 3, 20), opening=500)) == [[], [OpeningDiffers.__name__]]


def test_the_sentence_says_what_is_missing() -> None:
    problem = balance_problem(computed=10_000, stated=12_550, currency="EUR")

    assert isinstance(problem, BalanceDiffers)
    assert "25.50 EUR" in str(problem)
    assert balance_problem(computed=5, stated=5, currency="EUR") is None


def _march(number: int, *, opening: str, closing: str) -> bytes:
    day = f"2026-03-{9 + number:02d}"
    amount = f"{float(closing) - float(opening):.2f}"
    return statement(entry(amount, ref=f"A{number}", day=day), number=number, opening=opening, closing=closing, day=day)


def test_a_gap_is_named_until_the_missing_statement_comes(books: int) -> None:
    with tenant(books):
        account = MoneyAccount.objects.get()
        bring(_march(1, opening="0.00", closing="10.00"))
        bring(_march(3, opening="15.00", closing="20.00"))

        assert [len(one.problems) for one in checked_statements(account)] == [2, 0]
        proof = balance_proof(account)
        assert proof is not None
        assert (proof.stated, proof.computed) == (2_000, 1_500)

        assert [one.statement.closing_date for one in statements_to_look_at()] == [date(2026, 3, 12)]
        assert count_to_look_at(date(2026, 3, 1), date(2026, 3, 31)) == 1
        assert count_to_look_at(date(2026, 2, 1), date(2026, 2, 28)) == 0

        bring(_march(2, opening="10.00", closing="15.00"))

        assert statements_to_look_at() == []
        assert count_to_look_at(date(2026, 3, 1), date(2026, 3, 31)) == 0
        proof = balance_proof(account)
        assert proof is not None
        assert proof.problem is None


def test_a_transaction_that_was_laid_aside_is_missed_in_the_balance(books: int) -> None:
    with tenant(books):
        bring(_march(1, opening="5.00", closing="15.00"))
        bring(_march(2, opening="15.00", closing="18.00"))
        BankTransaction.objects.filter(bank_reference="A2").update(is_deleted=True)

        proof = balance_proof(MoneyAccount.objects.get())

        assert proof is not None
        assert isinstance(proof.problem, BalanceDiffers)
        assert (proof.stated, proof.computed) == (1_800, 1_500)


def test_the_pages_say_what_is_wrong(books: int) -> None:
    here = Tenant.objects.get(id=books)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(here))
    with tenant(books):
        account_id = MoneyAccount.objects.get().id
        bring(_march(1, opening="0.00", closing="10.00"))
        bring(statement(entry("5.00", ref="A9"), number=2, opening="10.00", closing="19.00", day="2026-03-11"))

    overview = client.get(f"/t/{here.code}/bank/").content.decode()
    account = client.get(f"/t/{here.code}/bank/accounts/{account_id}/").content.decode()

    assert "15.00 EUR" in overview
    assert "19.00 EUR" in overview
    assert "Endsaldo" in account
    assert "fehlen oder sind zu viel" in account
