"""The account sheet [Kontoblatt]: the lines of an account with the balance running beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum, Window

from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.periods import PeriodState
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.balances import opening_of, turnover_of
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import Span

ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A line of the sheet; `amount` and `balance` in base currency, debit positive; `contras` are account numbers."""

    line_id: int
    entry: JournalEntry
    text: str
    amount: int
    balance: int
    contras: tuple[str, ...]

    @property
    def debit(self) -> int | None:
        """Return the amount if it is a debit."""
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> int | None:
        """Return the amount if it is a credit."""
        return -self.amount if self.amount < 0 else None

    @property
    def number(self) -> str:
        """Return the document number, else the entry's own."""
        return self.entry.document_number or number_of(self.entry)

    @property
    def is_committed(self) -> bool:
        """Tell whether the entry's period is committed."""
        return bool(self.entry.period.state == PeriodState.COMMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of an account's sheet over a span."""

    account: Account
    span: Span
    opening: int
    debit: int
    credit: int
    rows: tuple[SheetRow, ...]
    carried: int
    page: int
    has_more: bool

    @property
    def closing(self) -> int:
        """Return the balance at the end of the span."""
        return self.opening + self.debit - self.credit


def sheet_of(account: Account, span: Span, *, page: int = 1, size: int = ROWS_MAX) -> Sheet:
    """Return one page of the sheet; the balance runs from the summaries' opening.  A constant number of queries."""
    opening = opening_of(account, first_day=span.first_day, year_first_day=span.year_first_day)
    debit, credit = turnover_of(account, first_day=span.first_day, last_day=span.last_day)
    start = (max(page, 1) - 1) * size
    lines = list(sheet_lines(account, span)[start : start + size + 1])
    shown = lines[:size]
    contras = _contras([line.entry_id for line in shown], account_id=account.id)
    rows = tuple(
        SheetRow(
            line_id=line.id, entry=line.entry, text=line.text or line.entry.text, amount=line.amount_base,
            balance=opening + running_of(line), contras=_opposite(contras[line.entry_id], line.amount_base),
        )
        for line in shown
    )  # fmt: skip
    return Sheet(
        account=account, span=span, opening=opening, debit=debit, credit=credit, rows=rows, page=max(page, 1),
        carried=rows[0].balance - rows[0].amount if rows else opening, has_more=len(lines) > size,
    )  # fmt: skip


def sheet_lines(account: Account, span: Span) -> QuerySet[JournalLine]:
    """Return the posted lines of an account in the span, in order, with `running` (their sum so far)."""
    order = [F("entry_date").asc(), F("entry_id").asc(), F("position").asc()]
    return (
        JournalLine.objects.filter(
            account=account, is_posted=True, entry_date__gte=span.first_day, entry_date__lte=span.last_day
        )
        .select_related("entry__period")
        .annotate(running=Window(Sum("amount_base"), order_by=order))
        .order_by("entry_date", "entry_id", "position")
    )


def running_of(line: JournalLine) -> int:
    """Return the sum of the lines so far; `line` comes from `sheet_lines`."""
    return int(line.running)  # type: ignore[attr-defined]  # annotated


def _contras(entry_ids: list[int], *, account_id: int) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = (
        JournalLine.objects.filter(entry_id__in=entry_ids)
        .exclude(account_id=account_id)
        .order_by("entry_id", "position")
    )
    for entry_id, number, amount in rows.values_list("entry_id", "account__number", "amount_base"):
        found[entry_id].append((number, amount))
    return found


def _opposite(others: list[tuple[str, int]], amount: int) -> tuple[str, ...]:
    """Return the accounts on the other side, each once; without any those on the same side."""
    facing = [number for number, other in others if (other > 0) != (amount > 0)] or [number for number, _ in others]
    return tuple(dict.fromkeys(facing))


def neighbours(account: Account) -> tuple[str, str]:
    """Return the numbers of the accounts with movements before and after this one, "" at the ends."""
    moved = Account.objects.filter(id__in=AccountMonth.objects.values("account_id"))
    before = moved.filter(number__lt=account.number).order_by("-number").values_list("number", flat=True).first()
    after = moved.filter(number__gt=account.number).order_by("number").values_list("number", flat=True).first()
    return before or "", after or ""


_bank_balances: list[Callable[[int, date], int | None]] = []


def register_bank_balance(find: Callable[[int, date], int | None]) -> None:
    """Let banking say what the bank states as balance of an account (by id) at the end of a day, base currency."""
    if find not in _bank_balances:
        _bank_balances.append(find)


def bank_balance_of(account: Account, *, on: date) -> int | None:
    """Return the balance that the bank states for the account, None where no statement tells."""
    for find in _bank_balances:
        if (stated := find(account.id, on)) is not None:
            return stated
    return None
