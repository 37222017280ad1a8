"""Statements of an account: in a row, with what is wrong between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Min, QuerySet, Sum

from kontor.banking.models import BankTransaction, MoneyAccount, Statement
from kontor.banking.rules.chain import (
    BalanceDiffers,
    Link,
    OpeningDiffers,
    SequenceGap,
    TwoStories,
    balance_problem,
    chain_of,
)
from kontor.core.kept_statements import kept
from kontor.core.refusal import Refusal

STATEMENTS_MAX = 1_000
_LOOKED_AT = (
    "number", "format", "from_date", "to_date", "closing_date", "opening", "closing", "currency", "problems",
    "money_account__name",
)  # fmt: skip
# Found anew each time, because the missing statement may have come meanwhile.
_FOUND_ANEW = frozenset({SequenceGap.sentence, OpeningDiffers.sentence, TwoStories.sentence, BalanceDiffers.sentence})


class Finding(NamedTuple):
    """A sentence (message id) with its facts."""

    sentence: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement with what is wrong about it."""

    statement: Statement
    problems: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BalanceProof:
    """What the bank states at last, and what opening balance and transactions come to on that day."""

    stated: int
    computed: int
    on: date
    problem: Refusal | None


def checked_statements(account: MoneyAccount) -> list[CheckedStatement]:
    """Return the booked statements of an account with their problems, latest first."""
    rows = Statement.objects.filter(money_account=account, kind="booked")
    return _checked(list(rows.order_by("-id")[:STATEMENTS_MAX]))[::-1]


def statements_to_look_at(account: MoneyAccount | None = None) -> list[CheckedStatement]:
    """Return the statements that have a problem, latest first, of one account or of all, in one query."""
    rows = _latest_statements.rows(account.id if account is not None else None)
    latest = sorted(rows, key=lambda row: row.money_account_id)
    found = [
        one
        for _, mine in groupby(latest, key=lambda row: row.money_account_id)
        for one in _checked(list(mine))
        if one.problems
    ]
    return sorted(found, key=lambda one: one.statement.id, reverse=True)


@kept
def _latest_statements(account_id: int | None) -> QuerySet[Statement]:
    rows = Statement.objects.filter(kind="booked", money_account__is_active=True).select_related("money_account")
    rows = rows.only(*_LOOKED_AT)
    if account_id is not None:
        rows = rows.filter(money_account_id=account_id)
    return rows.order_by("-id")[:STATEMENTS_MAX]


class _Known(NamedTuple):
    """What the chain of an account's statements is checked by, as a row of `_known`."""

    account_id: int
    id: int
    to_date: date | None
    problems: list[dict[str, Any]]
    link: Link

    @property
    def place(self) -> tuple[date, int, int]:
        """Return its place in the chain."""
        return _place_of(self.link.number, self.link.closing_date or self.to_date, self.id)

    def touches(self, first_day: date, last_day: date) -> bool:
        """Tell whether one of these days may be on the statement."""
        last = self.link.closing_date or self.to_date
        first = self.link.from_date or last
        return bool(first and last and first <= last_day and last >= first_day)


def count_to_look_at(first_day: date, last_day: date) -> int:
    """Return how many statements that touch these days have a problem, as `statements_to_look_at` finds them; one query."""
    rows = [
        _Known(account_id, statement_id, to_date, problems, Link(*link))
        for account_id, statement_id, to_date, problems, *link in _known.rows()
    ]
    rows.sort(key=lambda row: (row.account_id, row.place))
    count = 0
    for _account, mine in groupby(rows, key=lambda row: row.account_id):
        ordered = list(mine)
        for row, chain in zip(ordered, chain_of([row.link for row in ordered]), strict=True):
            if row.touches(first_day, last_day) and (chain or _stored(row.problems)):
                count += 1
    return count


@kept
def _known() -> QuerySet[Statement, Any]:
    rows = Statement.objects.filter(kind="booked", money_account__is_active=True)
    return rows.order_by("-id").values_list(
        "money_account_id", "id", "to_date", "problems",
        "number", "format", "from_date", "closing_date", "opening", "closing", "currency",
    )[:STATEMENTS_MAX]  # fmt: skip


def balance_proof(account: MoneyAccount) -> BalanceProof | None:
    """Compare the last stated balance with the first stated one plus the transactions since; None without both."""
    rows = sorted(Statement.objects.filter(money_account=account, kind="booked"), key=_place)
    first = next((row for row in rows if row.opening is not None), None)
    last = next((row for row in reversed(rows) if row.closing is not None and row.closing_date), None)
    if first is None or last is None or first.opening is None or last.closing is None or last.closing_date is None:
        return None
    mine = BankTransaction.objects.filter(
        money_account=account, status="booked", is_deleted=False, parent__isnull=True, booking_date__gte=_start_of(first),
        booking_date__lte=last.closing_date,
    )  # fmt: skip
    moved = mine.aggregate(sum=Sum("amount"))["sum"] or 0
    computed = first.opening + moved
    problem = balance_problem(computed=computed, stated=last.closing, currency=last.currency)
    return BalanceProof(last.closing, computed, last.closing_date, problem)


def _start_of(first: Statement) -> date:
    """Return the first day that a statement moved; MT940 dates its opening balance by the day before."""
    lines = BankTransaction.objects.filter(statement=first).aggregate(first=Min("booking_date"))["first"]
    stated = first.from_date if not first.format.startswith("MT94") else None
    return min(filter(None, (lines, stated, first.closing_date)), default=date.min)


def link_of(row: Statement) -> Link:
    """Return a statement as a link of the chain."""
    return Link(row.number, row.format, row.from_date, row.closing_date, row.opening, row.closing, row.currency)


def _checked(rows: list[Statement]) -> list[CheckedStatement]:
    """Return statements of one account, oldest first, each with its problems."""
    ordered = sorted(rows, key=_place)
    found = []
    for row, chain in zip(ordered, chain_of([link_of(row) for row in ordered]), strict=True):
        stored = _stored(row.problems)
        chained = [Finding(one.sentence, one.facts) for one in chain]
        found.append(CheckedStatement(row, (*stored, *chained)))
    return found


def _stored(problems: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return what was found when the statement came, without what is found anew."""
    return [Finding(one["sentence"], one["facts"]) for one in problems if one["sentence"] not in _FOUND_ANEW]


def _place(row: Statement) -> tuple[date, int, int]:
    return _place_of(row.number, row.closing_date or row.to_date, row.id)


def _place_of(number: str, last_day: date | None, statement_id: int) -> tuple[date, int, int]:
    return last_day or date.min, int(number[:15]) if number.isdecimal() else 0, statement_id
