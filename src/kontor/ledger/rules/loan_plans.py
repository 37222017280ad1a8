"""A loan as a recurring entry keeps it: accounts, what was agreed, and how far it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from kontor.ledger.rules.loans import (
    DayCount,
    Instalment,
    InstalmentSplit,
    LoanKind,
    LoanTerms,
    instalment_on,
    instalment_posting,
)
from kontor.ledger.rules.postings import Memo, Posting, by_number


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPlan:
    """The debt `balance` (> 0) bears interest since the day `since`; `number` counts the next instalment from 1."""

    loan_account: str
    interest_account: str
    money_account: str
    balance: int
    since: date
    terms: LoanTerms
    number: int = 1

    def instalment(self, day: date) -> Instalment:
        """Return the next instalment if it is paid on `day`.  Raises: InstalmentTooSmall."""
        return instalment_on(day, balance=self.balance, since=self.since, terms=self.terms, number=self.number)

    def after(self, paid: Instalment) -> LoanPlan:
        """Return the plan once `paid` is posted."""
        return replace(self, balance=paid.balance, since=paid.day, number=paid.number + 1)

    def posting(self, paid: Instalment, *, currency: str, memo: Memo) -> Posting:
        """Return the posting of an instalment: Dr interest, Dr loan, Cr money."""
        split = InstalmentSplit(paid.interest, paid.principal, 0, paid.balance)
        return instalment_posting(
            split, loan=by_number(self.loan_account), money=by_number(self.money_account), currency=currency, memo=memo,
            interest=by_number(self.interest_account),
        )  # fmt: skip


def stored_plan(plan: LoanPlan) -> dict[str, Any]:
    """Return a plan as JSON can hold it."""
    terms = plan.terms
    return {
        "loan_account": plan.loan_account, "interest_account": plan.interest_account,
        "money_account": plan.money_account, "balance": plan.balance, "since": plan.since.isoformat(),
        "number": plan.number, "rate_percent": str(terms.rate_percent), "amount": terms.amount,
        "kind": terms.kind.value, "day_count": terms.day_count.value, "count": terms.count,
    }  # fmt: skip


def read_plan(stored: Mapping[str, Any], *, every_months: int, day_of_month: int) -> LoanPlan:
    """Return the plan that was stored; the rhythm is the recurring entry's."""
    terms = LoanTerms(
        rate_percent=Decimal(stored["rate_percent"]), amount=stored["amount"], every_months=every_months,
        day_of_month=day_of_month, kind=LoanKind(stored["kind"]), day_count=DayCount(stored["day_count"]),
        count=stored["count"],
    )  # fmt: skip
    return LoanPlan(
        loan_account=stored["loan_account"], interest_account=stored["interest_account"],
        money_account=stored["money_account"], balance=stored["balance"], since=date.fromisoformat(stored["since"]),
        terms=terms, number=stored["number"],
    )  # fmt: skip
