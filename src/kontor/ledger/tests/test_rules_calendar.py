"""Periods, commitment, recurring entries and loan instalments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.ledger.rules.loans import (
    DayCount,
    InstalmentTooSmall,
    instalment_posting,
    interest_on,
    interest_years,
    split_instalment,
)
from kontor.ledger.rules.periods import (
    BadFiscalYear,
    ForbiddenPeriodStep,
    MissingReason,
    NoPeriod,
    PeriodNotOpen,
    State,
    check_may_post,
    check_step,
    commitment_due,
    is_stale_draft,
    period_on,
    periods_of_year,
    year_label,
)
from kontor.ledger.rules.postings import Memo, by_number, by_role
from kontor.ledger.rules.schedules import BadSchedule, Rhythm, next_occurrence, occurrences
from kontor.ledger.rules.year_end import (
    AccountBalance,
    ControlAccountOpened,
    ResultAccountOpened,
    opening_balances,
    result_carry_forward,
)

months = st.dates(date(2000, 1, 1), date(2050, 1, 1)).map(lambda day: day.replace(day=1))


def test_a_year_from_july_has_twelve_months_and_is_named_after_its_end() -> None:
    periods = periods_of_year(date(2025, 7, 1))

    assert (periods[0].first_day, periods[7].last_day, periods[-1].last_day) == (
        date(2025, 7, 1), date(2026, 2, 28), date(2026, 6, 30),
    )  # fmt: skip
    assert year_label(date(2025, 7, 1)) == 2026
    assert year_label(date(2025, 7, 1), months=6) == 2025


@given(months, st.integers(1, 12))
def test_every_day_of_a_year_belongs_to_exactly_one_period(first: date, count: int) -> None:
    periods = periods_of_year(first, months=count)
    day = first

    while day <= periods[-1].last_day:
        assert sum(period.covers(day) for period in periods) == 1
        day += timedelta(days=1)
    assert len(periods) == count


def test_a_day_outside_the_years_and_a_crooked_year_are_refused() -> None:
    with pytest.raises(NoPeriod, match="2027-01-01"):
        period_on(periods_of_year(date(2026, 1, 1)), day=date(2027, 1, 1))
    with pytest.raises(BadFiscalYear):
        periods_of_year(date(2026, 1, 15))
    with pytest.raises(BadFiscalYear):
        periods_of_year(date(2026, 1, 1), months=13)


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_three_steps_of_a_period_are_known(old: State, new: State) -> None:
    known = {(State.OPEN, State.CLOSED), (State.CLOSED, State.OPEN), (State.CLOSED, State.COMMITTED)}

    if (old, new) in known:
        check_step(old, new, reason="Nachtrag der Bank")
    else:
        with pytest.raises(ForbiddenPeriodStep):
            check_step(old, new, reason="Nachtrag der Bank")


def test_opening_a_closed_period_needs_a_reason() -> None:
    with pytest.raises(MissingReason):
        check_step(State.CLOSED, State.OPEN, reason="  ")


def test_nothing_is_posted_into_closed_periods() -> None:
    check_may_post(State.OPEN, day=date(2026, 1, 1))

    with pytest.raises(PeriodNotOpen, match="closed"):
        check_may_post(State.CLOSED, day=date(2026, 1, 1))


def test_commitment_comes_at_the_earliest_event() -> None:
    january = periods_of_year(date(2026, 1, 1))[0]
    december = periods_of_year(date(2026, 1, 1))[-1]
    end = date(2026, 12, 31)

    assert commitment_due(january, year_last_day=end) == date(2026, 2, 28)
    assert commitment_due(january, year_last_day=end, return_sent_on=date(2026, 2, 10)) == date(2026, 2, 10)
    assert commitment_due(january, year_last_day=end, locking_export_on=date(2026, 2, 5)) == date(2026, 2, 5)
    assert commitment_due(december, year_last_day=end) == end


def test_drafts_warn_after_ten_days() -> None:
    assert not is_stale_draft(recorded_on=date(2026, 1, 1), on=date(2026, 1, 11))
    assert is_stale_draft(recorded_on=date(2026, 1, 1), on=date(2026, 1, 12))


def test_the_thirty_first_falls_on_the_last_day_of_short_months_and_comes_back() -> None:
    days = occurrences(date(2026, 1, 31), every_months=Rhythm.MONTHLY, day_of_month=31, through=date(2026, 5, 1))

    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_quarters_and_years_keep_their_day() -> None:
    assert next_occurrence(date(2026, 11, 30), every_months=Rhythm.QUARTERLY, day_of_month=30) == date(2027, 2, 28)
    assert next_occurrence(date(2024, 2, 29), every_months=Rhythm.YEARLY, day_of_month=29) == date(2025, 2, 28)
    assert next_occurrence(date(2027, 2, 28), every_months=Rhythm.YEARLY, day_of_month=29) == date(2028, 2, 29)


def test_a_schedule_starts_on_its_first_day_and_ends_with_until() -> None:
    days = occurrences(
        date(2026, 1, 20), every_months=1, day_of_month=15, through=date(2026, 12, 31), until=date(2026, 4, 15)
    )

    assert days == [date(2026, 2, 15), date(2026, 3, 15), date(2026, 4, 15)]


def test_a_schedule_without_rhythm_or_day_is_refused() -> None:
    with pytest.raises(BadSchedule):
        next_occurrence(date(2026, 1, 1), every_months=0, day_of_month=1)
    with pytest.raises(BadSchedule):
        next_occurrence(date(2026, 1, 1), every_months=1, day_of_month=32)


def test_interest_of_a_month_by_the_three_counts() -> None:
    first, last = date(2026, 1, 31), date(2026, 3, 1)

    assert interest_years(first, last, count=DayCount.MONTHS_30_360) == Fraction(31, 360)
    assert interest_years(first, last, count=DayCount.ACT_360) == Fraction(29, 360)
    assert interest_years(first, last, count=DayCount.ACT_365) == Fraction(29, 365)
    assert interest_on(1_000_00, rate_percent=Decimal(5), years=Fraction(30, 360)) == 4_17


def test_an_instalment_pays_interest_first_and_never_more_than_the_debt() -> None:
    split = split_instalment(500_00, balance=10_000_00, rate_percent=Decimal(6), years=Fraction(1, 12))
    last = split_instalment(500_00, balance=300_00, rate_percent=Decimal(6), years=Fraction(1, 12))

    assert (split.interest, split.principal, split.balance) == (50_00, 450_00, 9_550_00)
    assert (last.interest, last.principal, last.excess, last.balance) == (1_50, 300_00, 198_50, 0)
    with pytest.raises(InstalmentTooSmall):
        split_instalment(49_99, balance=10_000_00, rate_percent=Decimal(6), years=Fraction(1, 12))


@given(st.integers(1, 10**9), st.integers(0, 10**10), st.decimals(0, 20, places=3))
def test_the_parts_of_an_instalment_add_up(instalment: int, balance: int, rate: Decimal) -> None:
    try:
        split = split_instalment(instalment, balance=balance, rate_percent=rate, years=Fraction(1, 12))
    except InstalmentTooSmall:
        assert instalment < interest_on(balance, rate_percent=rate, years=Fraction(1, 12))
        return

    assert split.interest + split.principal + split.excess == instalment
    assert split.balance == balance - split.principal
    posting = instalment_posting(split, loan=by_number("0630"), money=by_role("bank"), currency="EUR", memo=Memo())
    assert posting.lines[-1].amount_base == -instalment


def test_the_result_of_the_year_is_carried_forward() -> None:
    balances = [
        AccountBalance("8400", "income", -5_000_00, -5_000_00, "EUR"),
        AccountBalance("4930", "expense", 3_000_00, 3_000_00, "EUR"),
        AccountBalance("1200", "asset", 2_000_00, 2_000_00, "EUR"),
    ]

    posting = result_carry_forward(balances, base_currency="EUR", memo=Memo())

    assert posting is not None
    assert [(line.account.number or line.account.role, line.amount_base) for line in posting.lines] == [
        ("8400", 5_000_00), ("4930", -3_000_00), ("result_carry_forward", -2_000_00),
    ]  # fmt: skip
    assert result_carry_forward(balances[2:], base_currency="EUR", memo=Memo()) is None


def test_opening_balances_leave_control_and_result_accounts_alone() -> None:
    bank = AccountBalance("1200", "asset", 2_000_00, 2_000_00, "EUR")

    posting = opening_balances([bank], base_currency="EUR", memo=Memo())

    assert [(line.account.number or line.account.role, line.amount_base) for line in posting.lines] == [
        ("1200", 2_000_00), ("opening_balance", -2_000_00),
    ]  # fmt: skip
    with pytest.raises(ControlAccountOpened, match="1400"):
        opening_balances(
            [AccountBalance("1400", "asset", 1, 1, "EUR", is_control=True)], base_currency="EUR", memo=Memo()
        )
    with pytest.raises(ResultAccountOpened, match="8400"):
        opening_balances([AccountBalance("8400", "income", -1, -1, "EUR")], base_currency="EUR", memo=Memo())
