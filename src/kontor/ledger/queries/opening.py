"""What opens the books: balances by hand, other opening entries, open items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.periods import FiscalYear, PeriodState
from kontor.ledger.models.periods import Period as PeriodRow
from kontor.ledger.queries.names import account_name
from kontor.ledger.rules.opening_files import OpenableAccount

KIND = "opening"
BY_HAND = "ledger.opening"
OPENING_ROLES = ("opening_balance", "opening_receivables", "opening_payables")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRow:
    """An account that opens by a sum: `by_hand` is what this screen set, `elsewhere` what other entries opened."""

    number: str
    name: str
    kind: str
    by_hand: int
    elsewhere: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The opening of the books; `rests` are the balances of the three opening accounts on the first day."""

    first_day: date
    is_open: bool
    rows: tuple[OpeningRow, ...]
    rests: tuple[tuple[str, str, int], ...]
    entry_id: int | None


def standing_entries() -> QuerySet[JournalEntry]:
    """Return the posted opening entries that nobody reversed, in order."""
    mirrors = JournalEntry.objects.filter(reverses__isnull=False).values("reverses_id")
    return JournalEntry.objects.filter(kind=KIND, state="posted").exclude(id__in=mirrors).order_by("id")


def openable_accounts() -> dict[str, OpenableAccount]:
    """Return the accounts in use by number, as the rules of opening see them; two queries."""
    opening = set(AccountRole.objects.filter(role__in=OPENING_ROLES).values_list("account_id", flat=True))
    return {
        row.number: OpenableAccount(row.number, row.kind, bool(row.control), row.id in opening)
        for row in Account.objects.filter(is_active=True).order_by("number")
    }


def opening_of_books() -> Opening | None:
    """Return the opening of the books, None without a fiscal year; a constant number of queries."""
    year = FiscalYear.objects.order_by("first_day").first()
    if year is None:
        return None
    first = PeriodRow.objects.filter(fiscal_year=year).order_by("first_day").first()
    entries = {entry.id: entry.source_type for entry in standing_entries()}
    sums: dict[tuple[int, bool], int] = {}
    for row in (
        JournalLine.objects.filter(entry_id__in=list(entries))
        .values("account_id", "entry_id").annotate(total=Sum("amount_base")).order_by("account_id")
    ):  # fmt: skip
        key = (row["account_id"], entries[row["entry_id"]] == BY_HAND)
        sums[key] = sums.get(key, 0) + row["total"]
    opening = {row.account_id: row.role for row in AccountRole.objects.filter(role__in=OPENING_ROLES)}
    accounts = list(Account.objects.order_by("number"))
    return Opening(
        first_day=year.first_day,
        is_open=first is not None and first.state == PeriodState.OPEN,
        rows=tuple(
            OpeningRow(number=row.number, name=account_name(row), kind=row.kind, by_hand=sums.get((row.id, True), 0),
                       elsewhere=sums.get((row.id, False), 0))
            for row in accounts
            if row.is_active and not row.control and row.kind not in ("income", "expense") and row.id not in opening
        ),
        rests=_rests(accounts, opening, year.first_day),
        entry_id=next((key for key, source in entries.items() if source == BY_HAND), None),
    )  # fmt: skip


def _rests(accounts: list[Account], opening: Mapping[int, str], first_day: date) -> tuple[tuple[str, str, int], ...]:
    totals = dict(
        JournalLine.objects.filter(account_id__in=list(opening), is_posted=True, entry_date=first_day)
        .values_list("account_id")
        .annotate(total=Sum("amount_base"))
    )
    return tuple((row.number, account_name(row), totals.get(row.id, 0)) for row in accounts if row.id in opening)
