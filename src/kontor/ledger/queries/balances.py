"""Balances of accounts, read from the monthly summaries that posting keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kontor.core.kept_statements import kept, kept_figures
from kontor.ledger.models.accounts import Account, AccountKind
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.names import Span, account_name

RESULT_KINDS = (AccountKind.INCOME, AccountKind.EXPENSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account over a span, minor units in base currency; `opening` and `closing` are debit positive."""

    account_id: int
    number: str
    name: str
    kind: str
    is_active: bool
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """Return the balance at the end of the span."""
        return self.opening + self.debit - self.credit

    @property
    def opening_debit(self) -> int:
        """Return the opening balance if it is a debit."""
        return max(self.opening, 0)

    @property
    def opening_credit(self) -> int:
        """Return the opening balance if it is a credit."""
        return max(-self.opening, 0)

    @property
    def closing_debit(self) -> int:
        """Return the closing balance if it is a debit."""
        return max(self.closing, 0)

    @property
    def closing_credit(self) -> int:
        """Return the closing balance if it is a credit."""
        return max(-self.closing, 0)


def balances(span: Span, *, all_accounts: bool = False) -> list[Balance]:
    """Return the balance of each account that ever moved until the end of `span`, by number; two queries.

    Income and expense accounts open each fiscal year at 0; what earlier years left on them uncarried is one last
    row without account, so that the totals are equal.
    """
    first_month, last_month = span.first_day.replace(day=1), span.last_day.replace(day=1)
    sums = {row["account_id"]: row for row in _sums.rows(span.year_first_day.replace(day=1), first_month, last_month)}
    rows, uncarried = [], 0
    for account in _accounts.rows():
        found = sums.get(account.id)
        if found is not None and account.kind in RESULT_KINDS:
            uncarried += int(found["before"] - found["this_year"])
            found = found | {"before": found["this_year"]}
            if not (all_accounts and account.is_active) and not (
                found["before"] or found["debits"] or found["credits"]
            ):
                continue
        if found is not None or (all_accounts and account.is_active):
            rows.append(_balance(account, found))
    return rows if not uncarried else [*rows, _uncarried(uncarried)]


@kept
def _sums(year_month: date, first_month: date, last_month: date) -> QuerySet[AccountMonth, Any]:
    in_year = Q(month__gte=year_month, month__lt=first_month)
    return (
        AccountMonth.objects.filter(month__lte=last_month)
        .values("account_id")
        .annotate(
            before=Coalesce(Sum("debit", filter=Q(month__lt=first_month)), 0)
            - Coalesce(Sum("credit", filter=Q(month__lt=first_month)), 0),
            this_year=Coalesce(Sum("debit", filter=in_year), 0) - Coalesce(Sum("credit", filter=in_year), 0),
            debits=Coalesce(Sum("debit", filter=Q(month__gte=first_month)), 0),
            credits=Coalesce(Sum("credit", filter=Q(month__gte=first_month)), 0),
        )
    )


@kept
def _accounts() -> QuerySet[Account]:
    return Account.objects.order_by("number")


def _uncarried(amount: int) -> Balance:
    return Balance(
        account_id=0, number="", name=_("Result of earlier years, not carried forward yet"), kind=AccountKind.EQUITY,
        is_active=True, opening=amount, debit=0, credit=0,
    )  # fmt: skip


def _balance(account: Account, row: Mapping[str, Any] | None) -> Balance:
    found = row or {"before": 0, "debits": 0, "credits": 0}
    return Balance(
        account_id=account.id, number=account.number, name=account_name(account), kind=account.kind,
        is_active=account.is_active, opening=int(found["before"]), debit=int(found["debits"]), credit=int(found["credits"]),
    )  # fmt: skip


def project_balances(span: Span, project_id: int) -> list[Balance]:
    """Return the balance of each account as far as its lines name the project, by number; two queries."""
    in_span = Q(entry_date__gte=span.first_day)
    rows = {
        row["account_id"]: row
        for row in JournalLine.objects.filter(project_id=project_id, is_posted=True, entry_date__lte=span.last_day)
        .values("account_id")
        .annotate(
            before=Coalesce(Sum("amount_base", filter=~in_span), 0),
            debits=Coalesce(Sum("amount_base", filter=in_span & Q(amount_base__gt=0)), 0),
            credits=-Coalesce(Sum("amount_base", filter=in_span & Q(amount_base__lt=0)), 0),
        )
    }
    return [_balance(account, rows[account.id]) for account in Account.objects.filter(id__in=rows).order_by("number")]


def opening_of(account: Account, *, first_day: date, year_first_day: date) -> int:
    """Return the balance of an account before `first_day`, debit positive.

    Balance-sheet accounts run on; income and expense accounts begin each fiscal year at 0.
    """
    month = first_day.replace(day=1)
    found = int(_before(account.id, _since(account, year_first_day), month)["total"])
    if first_day == month:
        return found
    return found + sum_of_days(account, first_day=month, last_day=first_day - timedelta(days=1))


def opening_and_turnover_of(account: Account, span: Span) -> tuple[int, int, int]:
    """Return the balance before a span, and debits and credits in it; one query for whole months."""
    if not _is_of_months(span.first_day, span.last_day):
        opening = opening_of(account, first_day=span.first_day, year_first_day=span.year_first_day)
        return opening, *turnover_of(account, first_day=span.first_day, last_day=span.last_day)
    since = _since(account, span.year_first_day)
    found = _before_and_in(account.id, since, span.first_day, span.last_day.replace(day=1))
    return int(found["opening"]), int(found["debits"]), int(found["credits"])


def _since(account: Account, year_first_day: date) -> date | None:
    """Return the month that an account's balance begins with, None where it runs on from year to year."""
    return year_first_day.replace(day=1) if account.kind in RESULT_KINDS else None


def _is_of_months(first_day: date, last_day: date) -> bool:
    return first_day.day == 1 and (last_day + timedelta(days=1)).day == 1


@kept_figures
def _before(account_id: int, since: date | None, month: date) -> tuple[QuerySet[AccountMonth], dict[str, Any]]:
    rows = AccountMonth.objects.filter(account_id=account_id, month__lt=month)
    rows = rows if since is None else rows.filter(month__gte=since)
    return rows, {"total": Coalesce(Sum("debit"), 0) - Coalesce(Sum("credit"), 0)}


@kept_figures
def _before_and_in(
    account_id: int, since: date | None, first_month: date, last_month: date
) -> tuple[QuerySet[AccountMonth], dict[str, Any]]:
    rows = AccountMonth.objects.filter(account_id=account_id, month__lte=last_month)
    rows = rows if since is None else rows.filter(month__gte=since)
    before, after = Q(month__lt=first_month), Q(month__gte=first_month)
    return rows, {
        "opening": Coalesce(Sum("debit", filter=before), 0) - Coalesce(Sum("credit", filter=before), 0),
        "debits": Coalesce(Sum("debit", filter=after), 0), "credits": Coalesce(Sum("credit", filter=after), 0),
    }  # fmt: skip


@kept_figures
def _in_months(account_id: int, first_day: date, last_day: date) -> tuple[QuerySet[AccountMonth], dict[str, Any]]:
    rows = AccountMonth.objects.filter(account_id=account_id, month__gte=first_day, month__lte=last_day)
    return rows, {"debits": Coalesce(Sum("debit"), 0), "credits": Coalesce(Sum("credit"), 0)}


def turnover_of(account: Account, *, first_day: date, last_day: date) -> tuple[int, int]:
    """Return debits and credits of an account; whole months come from their sums."""
    if _is_of_months(first_day, last_day):
        found = _in_months(account.id, first_day, last_day)
        return int(found["debits"]), int(found["credits"])
    found = _posted(account, first_day, last_day).aggregate(
        debit=Coalesce(Sum("amount_base", filter=Q(amount_base__gt=0)), 0),
        credit=-Coalesce(Sum("amount_base", filter=Q(amount_base__lt=0)), 0),
    )
    return int(found["debit"]), int(found["credit"])


def sum_of_days(account: Account, *, first_day: date, last_day: date) -> int:
    """Return what moved on an account in these days, debit positive."""
    return int(_of_days(account.id, first_day, last_day)["total"])


@kept_figures
def _of_days(account_id: int, first_day: date, last_day: date) -> tuple[QuerySet[JournalLine], dict[str, Any]]:
    rows = JournalLine.objects.filter(account_id=account_id, is_posted=True)
    return rows.filter(entry_date__gte=first_day, entry_date__lte=last_day), {"total": Coalesce(Sum("amount_base"), 0)}


def _posted(account: Account, first_day: date, last_day: date) -> QuerySet[JournalLine]:
    return JournalLine.objects.filter(
        account=account, is_posted=True, entry_date__gte=first_day, entry_date__lte=last_day
    )


def balance_on(account: Account, *, on: date) -> int:
    """Return the balance of an account at the end of the day `on`, debit positive, base currency; two queries."""
    month = on.replace(day=1)
    known = int(_before(account.id, None, month)["total"])
    return known + sum_of_days(account, first_day=month, last_day=on)


def foreign_balance_on(account: Account, *, currency: str, on: date) -> int:
    """Return the balance of an account in another `currency` at the end of the day `on`, debit positive."""
    lines = JournalLine.objects.filter(account=account, is_posted=True, currency=currency, entry_date__lte=on)
    return int(lines.aggregate(total=Coalesce(Sum("amount"), 0))["total"])
