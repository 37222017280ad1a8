"""What the workbench lists: transactions by state, grouped by day, each with its hint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Q, QuerySet

from kontor.banking.models import BankTransaction, TransactionStatus
from kontor.banking.queries.transactions import ASSIGNED, PARTLY, RELEVANT, search_transactions, transactions
from kontor.core.kept_statements import Figures, kept, kept_figures
from kontor.matching.queries.listed import Row, as_rows
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
    """How many transactions are in each tab, and how many of the shown one stand above a transaction."""

    open: int
    partly: int
    automatic: int
    all: int
    above: int = 0

    @property
    def assigned(self) -> int:
        """Return how many are fully assigned."""
        return self.all - self.open

    def of(self, tab: str) -> int:
        """Return how many a tab has."""
        found: int = getattr(self, tab)
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """The transactions of a day with their sum, None when they are of several currencies."""

    day: date
    total: int | None
    currency: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the list; rows are numbered from 1, `before` and `after` are the transactions just beyond it.

    `automatic` are those of its assigned transactions that a run has assigned.
    """

    days: tuple[Day, ...]
    number: int
    pages: int
    first: int
    last: int
    total: int
    before: int | None
    after: int | None
    automatic: frozenset[int]


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
    return rows.filter(_condition(tab))


def _condition(tab: str) -> Q:
    """Return what the transactions of a tab have in common."""
    match tab:
        case "open":
            return ~ASSIGNED
        case "partly":
            return PARTLY
        case "automatic":
            return Q(id__in=_automatic())
        case _:
            return Q()


@kept
def _listed(account: str, tab: str) -> QuerySet[BankTransaction, Any]:
    return as_rows(_in_tab(account, tab))


def counts(scope: Scope, *, at: BankTransaction | None) -> Figures:
    """Return the counts of all tabs, and of the transactions above `at` in the shown one, to be asked with others."""
    return _counts.of(scope.account, scope.tab, *_place(at))


@kept_figures
def _counts(
    account: str, tab: str, day: date | None, number: int | None
) -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    figures: dict[str, Aggregate] = {
        "all": Count("id"), "open": Count("id", filter=_condition("open")), "partly": Count("id", filter=_condition("partly")),
        "automatic": Count("id", filter=_condition("automatic")),
        "above": Count("id", filter=_above(day, number) & _condition(tab)),
    }  # fmt: skip
    return matchable(account).order_by(), figures


def transaction_with(transaction_id: int) -> BankTransaction | None:
    """Return a transaction that was not removed, with its account."""
    return _with_id.first(transaction_id)


@kept
def _with_id(transaction_id: int) -> QuerySet[BankTransaction]:
    return BankTransaction.objects.filter(id=transaction_id, is_deleted=False).select_related("money_account")


def first_of_page(scope: Scope) -> BankTransaction | None:
    """Return the first transaction of the scope's page, that of the list where the page does not exist."""
    if scope.page == 1 and not scope.q:
        return _in_tab.first(scope.account, scope.tab)
    rows = in_scope(scope)
    start = (scope.page - 1) * ROWS
    return next(iter(rows[start : start + 1]), None) or (rows.first() if start else None)


def page_of(scope: Scope, counted: Counts, *, at: BankTransaction | None) -> Page:
    """Return the page of the list where `at` stands or would stand, grouped by day; at most three queries."""
    total, above = _found(scope, at) if scope.q else (counted.of(scope.tab), counted.above)
    pages = max(1, -(-total // ROWS))
    number = min(above // ROWS + 1, pages)
    start = (number - 1) * ROWS
    margin = 1 if start else 0
    rows = _rows(scope, start - margin, start + ROWS + 1)
    shown, beyond = rows[margin : margin + ROWS], rows[margin + ROWS :]
    return Page(
        days=tuple(_grouped(shown)), number=number, pages=pages, first=start + 1, last=start + len(shown), total=total,
        before=rows[0].id if margin and rows else None, after=beyond[0].id if beyond else None,
        automatic=_automatic_among([row.id for row in shown if row.allocated == row.amount]),
    )  # fmt: skip


def _rows(scope: Scope, start: int, end: int) -> list[Row]:
    if start or scope.q:
        return [Row(*cells) for cells in as_rows(in_scope(scope))[start:end]]
    return [Row(*cells) for cells in _listed.of(scope.account, scope.tab).rows(end, lambda found: found[:end])]


def _found(scope: Scope, at: BankTransaction | None) -> tuple[int, int]:
    """Return how many transactions a search finds, and how many of them stand above `at`."""
    figures = {"total": Count("id"), "above": Count("id", filter=_above(*_place(at)))}
    found = in_scope(scope).order_by().aggregate(**figures)
    return found["total"], found["above"]


def _place(at: BankTransaction | None) -> tuple[date | None, int | None]:
    return (None, None) if at is None else (at.booking_date, at.id)


def _above(day: date | None, number: int | None) -> Q:
    return Q(pk=None) if day is None else Q(booking_date__gt=day) | Q(booking_date=day, id__gt=number)


def next_after(scope: Scope, row: BankTransaction, *, page: Page | None = None) -> int | None:
    """Return the id of the transaction below `row` in the list, at its end the first one; None if there is no other.

    The page that shows `row` mostly knows it already.
    """
    shown = [each.id for day in page.days for each in day.rows] if page is not None else []
    shown += [page.after] if page is not None and page.after is not None else []
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


def _automatic_among(ids: Sequence[int]) -> frozenset[int]:
    return frozenset(_automatic_of.rows(list(ids))) if ids else frozenset()


@kept
def _automatic_of(ids: list[int]) -> QuerySet[Allocation, int]:
    return _automatic().filter(transaction_id__among=ids)


def _grouped(rows: Iterable[Row]) -> Iterable[Day]:
    for day, same in groupby(rows, attrgetter("booking_date")):
        members = tuple(same)
        currencies = {row.currency for row in members}
        total = sum([row.amount for row in members]) if len(currencies) == 1 else None
        yield Day(day, total, members[0].currency, members)
