"""The account sheet [Kontoblatt]: the lines of an account with the balance running beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, F, OuterRef, QuerySet, Sum, TextField, Value, When, Window
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual, TupleLessThan
from django.db.models.functions import Coalesce, Concat

from kontor.core.kept_statements import kept
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import PeriodState
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.balances import balance_on, foreign_balance_on, opening_and_turnover_of, turnover_of
from kontor.ledger.queries.journal import number_from
from kontor.ledger.queries.names import Span

ROWS_MAX = 200
_WITH_MOVES = """
FROM ledger_account a WHERE a.tenant_id = %(tenant)s
AND EXISTS (SELECT FROM ledger_accountmonth m WHERE m.tenant_id = %(tenant)s AND m.account_id = a.id)
"""
_NEIGHBOURS = f"""
SELECT (SELECT a.number {_WITH_MOVES} AND a.number < %(number)s ORDER BY a.number DESC LIMIT 1),
  (SELECT a.number {_WITH_MOVES} AND a.number > %(number)s ORDER BY a.number LIMIT 1)
"""


class SheetRow(NamedTuple):
    """A line of the sheet; `amount` and `balance` in base currency, debit positive; `contras` are account numbers.

    `number` is that of the document, else the entry's own.
    """

    line_id: int
    entry_id: int
    entry_date: date
    number: str
    text: str
    amount: int
    balance: int
    contras: tuple[str, ...]
    is_automatic: bool
    is_committed: bool

    @property
    def debit(self) -> int | None:
        """Return the amount if it is a debit."""
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> int | None:
        """Return the amount if it is a credit."""
        return -self.amount if self.amount < 0 else None


@dataclass(frozen=True, slots=True, order=True)
class LineKey:
    """Where a line stands on its sheet; in the address `2026-03-10.17.1`."""

    entry_date: date
    entry_id: int
    position: int

    def __str__(self) -> str:
        return f"{self.entry_date.isoformat()}.{self.entry_id}.{self.position}"

    def as_tuple(self) -> tuple[date, int, int]:
        """Return the key as the database compares it."""
        return self.entry_date, self.entry_id, self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of an account's sheet over a span; `following` and `before` lead to the pages beside it."""

    account: Account
    span: Span
    opening: int
    debit: int
    credit: int
    rows: tuple[SheetRow, ...]
    carried: int
    following: LineKey | None
    before: LineKey | None

    @property
    def closing(self) -> int:
        """Return the balance at the end of the span."""
        return self.opening + self.debit - self.credit


def sheet_of(
    account: Account, span: Span, *, at: LineKey | None = None, before: LineKey | None = None, size: int = ROWS_MAX
) -> Sheet:
    """Return the page that begins with the line `at` or ends before the line `before`, else the first.

    The balance runs from the monthly sums, the lines of the page's own month before it, and the page: neither
    queries nor cost grow with the account.
    """
    opening, debit, credit = opening_and_turnover_of(account, span)
    shown, has_before, following = _page(account, span, at=at, before=before, size=size)
    carried = opening + _moved_before(account, span, shown[0]) if shown and has_before else opening
    contras = _contras([line.entry_id for line in shown], account_id=account.id)
    balances = accumulate([line.amount for line in shown], initial=carried)
    next(balances)
    rows = tuple(
        [
            SheetRow(
                line_id=line.id, entry_id=line.entry_id, entry_date=line.entry_date, amount=line.amount, balance=balance,
                number=line.document_number or number_from(line.year, line.sequence), text=line.text or line.entry_text,
                contras=_opposite(contras[line.entry_id], line.amount), is_automatic=line.is_automatic,
                is_committed=line.period_state == PeriodState.COMMITTED,
            )
            for line, balance in zip(shown, balances, strict=True)
        ]
    )  # fmt: skip
    return Sheet(
        account=account, span=span, opening=opening, debit=debit, credit=credit, rows=rows, carried=carried,
        following=following, before=_key_of(shown[0]) if has_before and shown else None,
    )  # fmt: skip


def sheet_lines(account: Account, span: Span) -> QuerySet[JournalLine]:
    """Return the posted lines of an account in the span, in order."""
    return _lines(account.id, span.first_day, span.last_day)


@kept
def _lines(account_id: int, first_day: date, last_day: date) -> QuerySet[JournalLine]:
    rows = JournalLine.objects.filter(
        account_id=account_id, is_posted=True, entry_date__gte=first_day, entry_date__lte=last_day
    )
    return rows.select_related("entry__period").order_by("entry_date", "entry_id", "position")


class _Line(NamedTuple):
    """What the sheet shows of a line; the names of its fields stand in `_SHOWN`."""

    id: int
    entry_date: date
    entry_id: int
    position: int
    text: str
    amount: int
    entry_text: str
    document_number: str
    year: int | None
    sequence: int | None
    is_automatic: bool
    period_state: str


_SHOWN = (
    "id", "entry_date", "entry_id", "position", "text", "amount_base", "entry__text", "entry__document_number",
    "entry__year", "entry__sequence", "entry__is_automatic", "entry__period__state",
)  # fmt: skip


@kept
def _shown_lines(account_id: int, first_day: date, last_day: date) -> QuerySet[JournalLine, Any]:
    return _lines(account_id, first_day, last_day).values_list(*_SHOWN)


def running_lines(account: Account, span: Span) -> QuerySet[JournalLine]:
    """Return all lines of a sheet with `running` (their sum so far) and `others` (signed accounts), for a file."""
    order = [F("entry_date").asc(), F("entry_id").asc(), F("position").asc()]
    sign = Case(When(amount_base__gt=0, then=Value("+")), default=Value("-"))
    others = (
        JournalLine.objects.filter(entry_id=OuterRef("entry_id")).exclude(account_id=account.id).order_by("position")
    )
    return sheet_lines(account, span).annotate(
        running=Window(Sum("amount_base"), order_by=order),
        others=ArraySubquery(
            others.values_list(Concat(sign, F("account__number"), output_field=TextField()), flat=True)
        ),
    )


def contras_of(line: JournalLine) -> tuple[str, ...]:
    """Return the accounts on the other side; `line` comes from `running_lines`."""
    signed: list[str] = line.others  # type: ignore[attr-defined]  # annotated
    return _opposite([(each[1:], 1 if each[0] == "+" else -1) for each in signed], line.amount_base)


def running_of(line: JournalLine) -> int:
    """Return the sum of the lines so far; `line` comes from `running_lines`."""
    return int(line.running)  # type: ignore[attr-defined]  # annotated


def _key_of(line: _Line) -> LineKey:
    return LineKey(line.entry_date, line.entry_id, line.position)


def read_key(text: str) -> LineKey | None:
    """Return the key that stands in the address, None if it is none."""
    day, _, rest = text.partition(".")
    entry_id, _, position = rest.partition(".")
    try:
        return LineKey(date.fromisoformat(day), int(entry_id[:18]), int(position[:9]))
    except ValueError:
        return None


def line_of_entry(account: Account, span: Span, entry_id: int) -> LineKey | None:
    """Return where an entry's first line stands on the sheet, None if it has none there."""
    line = _shown_lines(account.id, span.first_day, span.last_day).filter(entry_id=entry_id).first()
    return None if line is None else _key_of(_Line(*line))


def _page(
    account: Account, span: Span, *, at: LineKey | None, before: LineKey | None, size: int
) -> tuple[list[_Line], bool, LineKey | None]:
    """Return the lines of a page, whether any lie before it, and where the next page begins."""
    if at is None and before is None:
        found = _read(
            _shown_lines.of(account.id, span.first_day, span.last_day).rows(size, lambda rows: rows[: size + 1])
        )
        return found[:size], False, _key_of(found[size]) if len(found) > size else None
    rows = _shown_lines(account.id, span.first_day, span.last_day)
    place = Tuple(F("entry_date"), F("entry_id"), F("position"))
    if before is not None and at is None:
        found = _read(rows.filter(TupleLessThan(place, before.as_tuple())).reverse()[: size + 1])
        behind = _read(rows.filter(TupleGreaterThanOrEqual(place, before.as_tuple()))[:1])
        return found[:size][::-1], len(found) > size, _key_of(behind[0]) if behind else None
    is_first = at is None
    if at is not None:
        is_first = not rows.filter(TupleLessThan(place, at.as_tuple())).exists()
        rows = rows.filter(TupleGreaterThanOrEqual(place, at.as_tuple()))
    found = _read(rows[: size + 1])
    return found[:size], not is_first, _key_of(found[size]) if len(found) > size else None


def _read(rows: Iterable[Sequence[Any]]) -> list[_Line]:
    return [_Line(*row) for row in rows]


def _moved_before(account: Account, span: Span, line: _Line) -> int:
    """Return what moved in the span before a line: whole months from their sums, the rest from its own month."""
    month = max(line.entry_date.replace(day=1), span.first_day)
    debit, credit = 0, 0
    if month > span.first_day:
        debit, credit = turnover_of(account, first_day=span.first_day, last_day=month - timedelta(days=1))
    place = Tuple(F("entry_date"), F("entry_id"), F("position"))
    rest = JournalLine.objects.filter(account=account, is_posted=True, entry_date__gte=month).filter(
        TupleLessThan(place, _key_of(line).as_tuple())
    )
    return debit - credit + int(rest.aggregate(total=Coalesce(Sum("amount_base"), 0))["total"])


def _contras(entry_ids: list[int], *, account_id: int) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for entry_id, number, amount in _others.rows(entry_ids, account_id) if entry_ids else ():
        found[entry_id].append((number, amount))
    return found


@kept
def _others(entry_ids: list[int], account_id: int) -> QuerySet[JournalLine, Any]:
    rows = JournalLine.objects.filter(entry_id__among=entry_ids).exclude(account_id=account_id)
    return rows.order_by("entry_id", "position").values_list("entry_id", "account__number", "amount_base")


def _opposite(others: list[tuple[str, int]], amount: int) -> tuple[str, ...]:
    """Return the accounts on the other side, each once; without any those on the same side."""
    facing = [number for number, other in others if (other > 0) != (amount > 0)] or [number for number, _ in others]
    return tuple(dict.fromkeys(facing))


def neighbours(account: Account) -> tuple[str, str]:
    """Return the numbers of the accounts with movements before and after this one, "" at the ends."""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, {"tenant": current_tenant_id(), "number": account.number})
        before, after = cursor.fetchone() or ("", "")
    return before or "", after or ""


def moved_accounts(name: str, *, most: int) -> list[tuple[int, str, str]]:
    """Return id, number and name (the column `name`) of the accounts that ever moved, by number."""
    return _moved.of(name).rows(most, lambda rows: rows[:most])


@kept
def _moved(name: str) -> QuerySet[Account, Any]:
    rows = Account.objects.filter(id__in=AccountMonth.objects.values("account_id")).order_by("number")
    return rows.values_list("id", "number", name)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the bank says: the balance of an account at the end of the day `on`, in the account's own currency."""

    balance: int
    currency: str
    on: date


_bank_balances: list[Callable[[int, date], Stated | None]] = []


def register_bank_balance(find: Callable[[int, date], Stated | None]) -> None:
    """Let banking say what the bank last stated by a day as balance of an account (by id)."""
    if find not in _bank_balances:
        _bank_balances.append(find)


def bank_balance_of(account: Account, *, on: date) -> Stated | None:
    """Return the last balance by the day `on` that the bank states for the account, None where no statement tells."""
    for find in _bank_balances:
        if (stated := find(account.id, on)) is not None:
            return stated
    return None


def booked_at(account: Account, stated: Stated, *, base_currency: str) -> int:
    """Return what the books say of the account on the day and in the currency of a stated balance."""
    if stated.currency == base_currency:
        return balance_on(account, on=stated.on)
    return foreign_balance_on(account, currency=stated.currency, on=stated.on)
