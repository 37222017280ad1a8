"""Splitting loan instalments into interest and principal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kontor.core.money import half_up
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role


class DayCount(StrEnum):
    """How interest days are counted."""

    MONTHS_30_360 = "30E/360"
    ACT_360 = "act/360"
    ACT_365 = "act/365"


class InstalmentTooSmall(Refusal):
    """The instalment does not even pay the interest."""

    sentence = gettext_noop(
        "The instalment of %(instalment)s does not cover the interest of %(interest)s. Check the rate, the balance or the amount."
    )


@dataclass(frozen=True, slots=True)
class InstalmentSplit:
    """What of an instalment is interest, principal and too much; `balance` is the debt afterwards. All ≥ 0."""

    interest: int
    principal: int
    excess: int
    balance: int


def interest_years(first: date, last: date, *, count: DayCount) -> Fraction:
    """Return the time from `first` to `last` (exclusive) in years."""
    match count:
        case DayCount.MONTHS_30_360:
            months = (last.year - first.year) * 12 + last.month - first.month
            return Fraction(months * 30 + min(last.day, 30) - min(first.day, 30), 360)
        case DayCount.ACT_360:
            return Fraction((last - first).days, 360)
        case DayCount.ACT_365:
            return Fraction((last - first).days, 365)


def interest_on(balance: int, *, rate_percent: Decimal, years: Fraction) -> int:
    """Return the interest on `balance` over `years`, rounded half up once."""
    return half_up(balance * Fraction(rate_percent) / 100 * years)


def split_instalment(instalment: int, *, balance: int, rate_percent: Decimal, years: Fraction) -> InstalmentSplit:
    """Split `instalment`: interest first, then principal (§ 367 BGB); what exceeds the debt is `excess`.

    Raises:
        InstalmentTooSmall: it is less than the interest.
    """
    interest = interest_on(balance, rate_percent=rate_percent, years=years)
    if instalment < interest:
        raise InstalmentTooSmall(instalment=Decimal(instalment) / 100, interest=Decimal(interest) / 100)
    principal = min(instalment - interest, balance)
    return InstalmentSplit(interest, principal, instalment - interest - principal, balance - principal)


def instalment_posting(
    split: InstalmentSplit, *, loan: AccountRef, money: AccountRef, currency: str, memo: Memo
) -> Posting:
    """Pay an instalment: Dr interest, Dr loan, Dr suspense for any excess, Cr money; base currency."""
    total = split.interest + split.principal + split.excess
    return balanced(
        [
            PostingLine(by_role("interest_expense"), split.interest, split.interest, currency),
            PostingLine(loan, split.principal, split.principal, currency),
            PostingLine(by_role("suspense"), split.excess, split.excess, currency),
            PostingLine(money, -total, -total, currency),
        ],
        memo=memo,
    )
