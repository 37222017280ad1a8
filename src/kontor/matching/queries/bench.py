"""What the workbench lists: transactions by state, grouped by day, each with its hint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, F, Q, QuerySet

from kontor.banking.models import BankTransaction, TransactionStatus
from kontor.banking.queries.transactions import (
    ASSIGNED,
    PARTLY,
    RELEVANT,
    search_transactions,
    state_of,
    transactions,
)
from kontor.core.kept_statements import kept, kept_figures
from kontor.matching.models import Proposal
from kontor.openitems.models import Allocation

ROWS = 100
TABS = ("open", "partly", "automatic", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which part of the list is shown; `items` are open items chosen beforehand, to be assigned."""

    account: str = ""
    tab: str = "open"
    q: str = ""
    page: int = 1
    items: tuple[int, ...] = ()

    def query(
        self,
        *,
        t: int | None = None,
        page: int = 1,
        account: str | None = None,
        tab: str | None = None,
        q: str | None = None,
    ) -> str:
        """Return the address's query with changes; `t` is the transaction to open, and the list shows the page it is on."""
        shown = self.tab if tab is None else tab
        parts = {
            "account": self.account if account is None else account, "tab": shown if shown != "open" else "",
            "q": self.q if q is None else q, "p": page if page > 1 else "", "t": t or "",
            "items": ",".join(map(str, self.items)),
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many transactions are in each tab, and how far the work is."""

    open: int
    partly: int
    automatic: int
    all: int

    @property
    def assigned(self) -> int:
        """Return how many are fully assigned."""
        return self.all - self.open


@dataclass(frozen=True, slots=True)
class Best:
    """The best proposal of a transaction, as the list shows it."""

    score: int
    lead: int
    decision: str
    items: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction of the list with its state and best proposal."""

    transaction: BankTransaction
    state: str
    best: Best | None
    is_automatic: bool

    @property
    def rest(self) -> int:
        """Return what is not assigned."""
        return int(self.transaction.amount - self.transaction.allocated)


@dataclass(frozen=True, slots=True)
class Day:
    """The transactions of a day with their sum, None when they are of several currencies."""

    day: date
    total: int | None
    currency: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the list; rows are numbered from 1, `before` and `after` are the transactions just beyond it."""

    days: tuple[Day, ...]
    number: int
    pages: int
    first: int
    last: int
    total: int
    before: int | None
    after: int | None


def matchable(account: str = "") -> QuerySet[BankTransaction]:
    """Return booked, relevant transactions, newest first; `account` is the code of a money account."""
    rows = transactions().filter(RELEVANT, status=TransactionStatus.BOOKED).exclude(amount=0)
    return rows.filter(money_account__code=account) if account else rows


def in_scope(scope: Scope) -> QuerySet[BankTransaction]:
    """Return the transactions that the list shows, newest first."""
    rows = _in_tab(scope.account, scope.tab)
    return search_transactions(rows, scope.q) if scope.q else rows


@kept
def _in_tab(account: str, tab: str) -> QuerySet[BankTransaction]:
    rows = matchable(account)
    match tab:
        case "open":
            rows = rows.exclude(ASSIGNED)
        case "partly":
            rows = rows.filter(PARTLY)
        case "automatic":
            rows = rows.filter(id__in=_automatic())
    return rows


def counts(scope: Scope) -> Counts:
    """Return the counts of all tabs in one query."""
    found = _counts(scope.account)
    return Counts(found["open"], found["partly"], found["automatic"], found["all"])


@kept_figures
def _counts(account: str) -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    figures: dict[str, Aggregate] = {
        "all": Count("id"), "open": Count("id", filter=~Q(allocated=F("amount"))), "partly": Count("id", filter=PARTLY),
        "automatic": Count("id", filter=Q(id__in=_automatic())),
    }  # fmt: skip
    return matchable(account).order_by(), figures


def first_of_page(scope: Scope) -> BankTransaction | None:
    """Return the first transaction of the scope's page, that of the list where the page does not exist."""
    if scope.page == 1 and not scope.q:
        return _in_tab.first(scope.account, scope.tab)
    rows = in_scope(scope)
    start = (scope.page - 1) * ROWS
    return next(iter(rows[start : start + 1]), None) or (rows.first() if start else None)


def page_of(scope: Scope, *, at: BankTransaction | None) -> Page:
    """Return the page of the list where `at` stands or would stand, grouped by day; four queries."""
    found = _place_of(scope, at)
    total = found["total"]
    pages = max(1, -(-total // ROWS))
    number = min(found["above"] // ROWS + 1, pages)
    start = (number - 1) * ROWS
    margin = 1 if start else 0
    if start or scope.q:
        rows = list(in_scope(scope)[start - margin : start + ROWS + 1])
    else:
        most = ROWS + 1
        rows = _in_tab.of(scope.account, scope.tab).rows(most, lambda found: found[:most])
    shown = rows[margin : margin + ROWS]
    beyond = rows[margin + ROWS :]
    return Page(
        days=tuple(_grouped(_rows(shown))), number=number, pages=pages, first=start + 1, last=start + len(shown), total=total,
        before=rows[0].id if margin and rows else None, after=beyond[0].id if beyond else None,
    )  # fmt: skip


def _place_of(scope: Scope, at: BankTransaction | None) -> dict[str, int]:
    """Return how many transactions the list has, and how many of them stand above `at`."""
    day, number = (None, None) if at is None else (at.booking_date, at.id)
    if not scope.q:
        return _total_and_above(scope.account, scope.tab, day, number)
    return in_scope(scope).order_by().aggregate(**_above(day, number))


@kept_figures
def _total_and_above(
    account: str, tab: str, day: date | None, number: int | None
) -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    return _in_tab(account, tab).order_by(), _above(day, number)


def _above(day: date | None, number: int | None) -> dict[str, Aggregate]:
    above = Q(pk=None) if day is None else Q(booking_date__gt=day) | Q(booking_date=day, id__gt=number)
    return {"total": Count("id"), "above": Count("id", filter=above)}


def _rows(shown: Sequence[BankTransaction]) -> list[Row]:
    ids = [row.id for row in shown]
    best = best_proposals(ids)
    automatic = set(_automatic_of.rows(ids)) if ids else set()
    return [Row(row, state_of(row), best.get(row.id), row.id in automatic) for row in shown]


def best_proposals(ids: Iterable[int]) -> dict[int, Best]:
    """Return the first proposal of each transaction."""
    wanted = list(ids)
    return {
        key: Best(score, lead, decision, len(shares), tuple(notes))
        for key, score, lead, decision, shares, notes in (_best.rows(wanted) if wanted else ())
    }


@kept
def _best(ids: list[int]) -> QuerySet[Proposal, Any]:
    rows = Proposal.objects.filter(transaction_id__among=ids, rank=1)
    return rows.values_list("transaction_id", "score", "lead", "decision", "shares", "notes")


def next_after(scope: Scope, row: BankTransaction, *, page: Page | None = None) -> int | None:
    """Return the id of the transaction below `row` in the list, at its end the first one; None if there is no other.

    The page that shows `row` mostly knows it already.
    """
    shown = [each.transaction.id for day in page.days for each in day.rows] if page is not None else []
    place = shown.index(row.id) + 1 if row.id in shown else len(shown)
    if place < len(shown):
        return shown[place]
    others = in_scope(scope).exclude(id=row.id)
    below = others.filter(Q(booking_date__lt=row.booking_date) | Q(booking_date=row.booking_date, id__lt=row.id))
    return below.values_list("id", flat=True).first() or others.values_list("id", flat=True).first()


def _automatic() -> QuerySet[Allocation, int]:
    undone = Allocation.objects.filter(reverses__isnull=False).values("reverses_id")
    rows = Allocation.objects.filter(is_automatic=True, reverses__isnull=True, transaction__isnull=False)
    return rows.exclude(id__in=undone).order_by().values_list("transaction_id", flat=True)


@kept
def _automatic_of(ids: list[int]) -> QuerySet[Allocation, int]:
    return _automatic().filter(transaction_id__among=ids)


def _grouped(rows: Iterable[Row]) -> Iterable[Day]:
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row.transaction.booking_date, []).append(row)
    for day, members in by_day.items():
        currencies = {row.transaction.currency for row in members}
        total = sum(row.transaction.amount for row in members) if len(currencies) == 1 else None
        yield Day(day, total, members[0].transaction.currency, tuple(members))
