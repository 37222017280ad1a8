"""Loans: what an instalment pays, and the plan of all instalments until the debt is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kontor.core.money import half_up
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role
from kontor.ledger.rules.schedules import next_occurrence

INSTALMENTS_MAX = 600


class DayCount(StrEnum):
    """How interest days are counted."""

    MONTHS_30_360 = "30E/360"
    ACT_360 = "act/360"
    ACT_365 = "act/365"


class LoanKind(StrEnum):
    """What stays the same: interest and principal together, or the principal alone (0: interest only)."""

    ANNUITY = "annuity"
    PRINCIPAL = "principal"


class InstalmentTooSmall(Refusal):
    """The instalment does not even pay the interest."""

    sentence = gettext_noop(
        "The instalment of %(instalment)s does not cover the interest of %(interest)s. Check the rate, the balance or the amount."
    )


class BadTerm(Refusal):
    """An annuity needs at least one instalment."""

    sentence = gettext_noop("The instalment follows from 1 to 600 instalments. Please correct the number.")


@dataclass(frozen=True, slots=True)
class InstalmentSplit:
    """What of an instalment is interest, principal and too much; `balance` is the debt afterwards. All ≥ 0."""

    interest: int
    principal: int
    excess: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What was agreed: `amount` is the whole instalment, or its principal; the last of `count` pays what is left."""

    rate_percent: Decimal
    amount: int
    every_months: int
    day_of_month: int
    kind: LoanKind = LoanKind.ANNUITY
    day_count: DayCount = DayCount.MONTHS_30_360
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment of the plan, numbered from 1; `balance` is the debt afterwards."""

    number: int
    day: date
    interest: int
    principal: int
    balance: int

    @property
    def total(self) -> int:
        """Return what is paid."""
        return self.interest + self.principal


def annuity(balance: int, *, rate_percent: Decimal, every_months: int, count: int) -> int:
    """Return the constant instalment that pays `balance` off in `count` instalments, rounded half up to the cent.

    Raises:
        BadTerm: not 1 to 600 instalments.
    """
    if not 1 <= count <= INSTALMENTS_MAX:
        raise BadTerm
    step = Fraction(rate_percent) / 100 * every_months / 12
    if not step:
        return half_up(Fraction(balance, count))
    growth = (1 + step) ** count
    return half_up(balance * step * growth / (growth - 1))


def instalment_on(day: date, *, balance: int, since: date, terms: LoanTerms, number: int = 1) -> Instalment:
    """Return the instalment of `day` on a debt that bears interest since the day `since`.

    Raises:
        InstalmentTooSmall: it is less than the interest.
    """
    years = interest_years(since, day, count=terms.day_count)
    interest = interest_on(balance, rate_percent=terms.rate_percent, years=years)
    is_last = terms.count is not None and number >= terms.count
    if terms.kind is LoanKind.PRINCIPAL:
        principal = balance if is_last else min(terms.amount, balance)
    elif is_last:
        principal = balance
    else:
        principal = split_instalment(
            terms.amount, balance=balance, rate_percent=terms.rate_percent, years=years
        ).principal
    return Instalment(number=number, day=day, interest=interest, principal=principal, balance=balance - principal)


def plan(
    balance: int, *, since: date, first_day: date, terms: LoanTerms, until: date | None = None, number: int = 1
) -> list[Instalment]:
    """Return the instalments from `first_day` until the debt is gone, or through the day `until`; at most 600.

    Raises:
        InstalmentTooSmall: the first one does not even pay the interest.
    """
    found: list[Instalment] = []
    day = first_day
    while balance > 0 and len(found) < INSTALMENTS_MAX and (until is None or day <= until):
        found.append(instalment_on(day, balance=balance, since=since, terms=terms, number=number + len(found)))
        balance, since = found[-1].balance, day
        day = next_occurrence(day, every_months=terms.every_months, day_of_month=terms.day_of_month)
    return found


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
    split: InstalmentSplit,
    *,
    loan: AccountRef,
    money: AccountRef,
    currency: str,
    memo: Memo,
    interest: AccountRef | None = None,
) -> Posting:
    """Pay an instalment: Dr interest, Dr loan, Dr suspense for any excess, Cr money; base currency."""
    total = split.interest + split.principal + split.excess
    return balanced(
        [
            PostingLine(interest or by_role("interest_expense"), split.interest, split.interest, currency),
            PostingLine(loan, split.principal, split.principal, currency),
            PostingLine(by_role("suspense"), split.excess, split.excess, currency),
            PostingLine(money, -total, -total, currency),
        ],
        memo=memo,
    )
