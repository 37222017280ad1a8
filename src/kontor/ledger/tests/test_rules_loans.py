"""Plans of loans: rounding, the last instalment, interest only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.ledger.rules.loan_plans import LoanPlan, read_plan, stored_plan
from kontor.ledger.rules.loans import BadTerm, InstalmentTooSmall, LoanKind, LoanTerms, annuity, plan
from kontor.ledger.rules.manual import undue_kinds
from kontor.ledger.rules.taxes import TaxKind

START = date(2026, 1, 31)
FIRST = date(2026, 2, 28)


def _terms(amount: int, **more: object) -> LoanTerms:
    known = {"rate_percent": Decimal(6), "amount": amount, "every_months": 1, "day_of_month": 31, **more}
    return LoanTerms(**known)  # type: ignore[arg-type]  # as given


def test_an_annuity_is_rounded_half_up_to_the_cent() -> None:
    assert annuity(10_000_00, rate_percent=Decimal(6), every_months=1, count=12) == 860_66
    assert annuity(10_000_00, rate_percent=Decimal(0), every_months=1, count=12) == 833_33
    assert annuity(10_000_00, rate_percent=Decimal(4), every_months=3, count=20) == 554_15
    with pytest.raises(BadTerm):
        annuity(10_000_00, rate_percent=Decimal(6), every_months=1, count=0)


def test_the_last_instalment_pays_what_rounding_left() -> None:
    rows = plan(10_000_00, since=START, first_day=FIRST, terms=_terms(860_66, count=12))

    assert len(rows) == 12
    assert rows[-1].balance == 0
    assert sum(row.principal for row in rows) == 10_000_00
    assert abs(rows[-1].total - 860_66) < 5_00
    assert [row.day for row in rows[:3]] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_without_a_number_the_last_instalment_is_the_smaller_rest() -> None:
    rows = plan(1_000_00, since=date(2026, 1, 1), first_day=date(2026, 2, 1), terms=_terms(400_00, day_of_month=1))

    assert [row.total for row in rows] == [400_00, 400_00, 209_07]
    assert rows[-1].balance == 0


def test_constant_principal_lets_the_instalment_fall_and_none_pays_interest_only() -> None:
    falling = plan(
        900_00, since=date(2026, 1, 1), first_day=date(2026, 2, 1),
        terms=_terms(300_00, day_of_month=1, kind=LoanKind.PRINCIPAL),
    )  # fmt: skip
    only = plan(
        900_00, since=date(2026, 1, 1), first_day=date(2026, 2, 1), until=date(2026, 4, 1),
        terms=_terms(0, day_of_month=1, kind=LoanKind.PRINCIPAL),
    )  # fmt: skip

    assert [row.total for row in falling] == [304_50, 303_00, 301_50]
    assert [(row.interest, row.balance) for row in only] == [(4_50, 900_00)] * 3


def test_the_end_of_fixed_interest_leaves_a_debt() -> None:
    rows = plan(
        10_000_00,
        since=date(2026, 1, 1),
        first_day=date(2026, 2, 1),
        until=date(2026, 2, 1),
        terms=_terms(860_66, day_of_month=1),
    )

    assert [(row.interest, row.principal, row.balance) for row in rows] == [(50_00, 810_66, 9_189_34)]


def test_an_instalment_below_the_interest_is_refused() -> None:
    with pytest.raises(InstalmentTooSmall):
        plan(10_000_00, since=START, first_day=FIRST, terms=_terms(10_00))


@given(st.integers(1_00, 10**9), st.decimals(0, 15, places=3), st.integers(1, 120), st.sampled_from([1, 3, 12]))
def test_every_plan_pays_exactly_the_debt(balance: int, rate: Decimal, count: int, every: int) -> None:
    terms = LoanTerms(
        rate_percent=rate, amount=annuity(balance, rate_percent=rate, every_months=every, count=count),
        every_months=every, day_of_month=1, count=count,
    )  # fmt: skip

    rows = plan(
        balance,
        since=date(2026, 1, 1),
        first_day=date(2026, 1 + every, 1) if every < 12 else date(2027, 1, 1),
        terms=terms,
    )

    assert sum(row.principal for row in rows) == balance
    assert len(rows) <= count
    assert all(row.interest >= 0 and row.principal >= 0 for row in rows)


def test_a_plan_is_stored_and_read_again() -> None:
    loan = LoanPlan(
        loan_account="0630", interest_account="2120", money_account="1200", balance=5_000_00, since=START,
        terms=_terms(100_00, count=60), number=4,
    )  # fmt: skip

    assert read_plan(stored_plan(loan), every_months=1, day_of_month=31) == loan


def _undue(*, moves_money: bool, wish: str = "") -> frozenset[TaxKind]:
    return undue_kinds(output_received=True, input_received=False, moves_money=moves_money, wish=wish)


def test_tax_waits_for_the_money_only_under_received_timing() -> None:
    agreed = undue_kinds(output_received=False, input_received=False, moves_money=False, wish="undue")

    assert _undue(moves_money=False) == {TaxKind.OUTPUT}
    assert _undue(moves_money=True) == frozenset()
    assert _undue(moves_money=True, wish="undue") == {TaxKind.OUTPUT}
    assert _undue(moves_money=False, wish="due") == frozenset()
    assert agreed == frozenset()
