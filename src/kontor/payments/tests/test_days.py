"""Banks rest on weekends and on the holidays of their system; a list moves to the next day, and never back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.payments.rules.days import bank_day, check_day, easter, is_bank_day
from kontor.payments.rules.discounts import discount_on, last_day
from kontor.payments.rules.refusals import DayIsPast, DayTooFar

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 1))


@pytest.mark.parametrize(
    ("year", "day"),
    [(2000, date(2000, 4, 23)), (2008, date(2008, 3, 23)), (2011, date(2011, 4, 24)), (2019, date(2019, 4, 21)),
     (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)),
     (2038, date(2038, 4, 25))],
)  # fmt: skip
def test_easter_falls_on_its_day(year: int, day: date) -> None:
    assert easter(year) == day


@pytest.mark.parametrize(
    ("day", "euro", "franc"),
    [
        (date(2026, 4, 3), False, False),  # Good Friday
        (date(2026, 4, 6), False, False),  # Easter Monday
        (date(2026, 5, 1), False, False),
        (date(2026, 5, 14), True, False),  # Ascension Day
        (date(2026, 5, 25), True, False),  # Whit Monday
        (date(2026, 10, 3), False, False),  # a Saturday
        (date(2028, 8, 1), True, False),  # Swiss national day, a Tuesday
        (date(2026, 12, 24), True, True),
        (date(2026, 12, 25), False, False),
        (date(2028, 12, 26), False, False),
        (date(2029, 1, 1), False, False),
        (date(2029, 1, 2), True, False),
        (date(2026, 11, 23), True, True),
    ],
)
def test_each_currency_has_its_own_holidays(day: date, *, euro: bool, franc: bool) -> None:
    assert is_bank_day(day, currency="EUR") is euro
    assert is_bank_day(day, currency="CHF") is franc


def test_christmas_moves_to_the_monday_after_it() -> None:
    assert bank_day(date(2026, 12, 25), currency="EUR") == date(2026, 12, 28)


@given(days, st.sampled_from(["EUR", "CHF"]))
def test_the_next_bank_day_is_near_and_never_earlier(day: date, currency: str) -> None:
    found = bank_day(day, currency=currency)

    assert is_bank_day(found, currency=currency)
    assert timedelta(0) <= found - day <= timedelta(days=5)
    assert not any(is_bank_day(day + timedelta(days=n), currency=currency) for n in range((found - day).days))


def test_a_day_that_is_over_or_a_year_ahead_is_refused() -> None:
    today = date(2026, 11, 22)
    check_day(today, today=today)
    with pytest.raises(DayIsPast):
        check_day(date(2026, 11, 21), today=today)
    with pytest.raises(DayTooFar):
        check_day(date(2027, 11, 23), today=today)


def test_the_best_discount_counts_until_its_own_last_day() -> None:
    tiers: list[dict[str, str | int]] = [
        {"until": "2026-11-30", "grace_until": "2026-12-03", "amount": 3_00, "percent": "3"},
        {"until": "2026-12-10", "grace_until": "2026-12-10", "amount": 2_00, "percent": "2"},
    ]

    assert [discount_on(tiers, on=date(2026, *day)) for day in ((11, 30), (12, 1), (12, 10), (12, 11))] == [
        300,
        200,
        200,
        0,
    ]
    assert last_day(tiers, on=date(2026, 12, 1)) == date(2026, 12, 10)
    assert last_day([], on=date(2026, 12, 1)) is None
