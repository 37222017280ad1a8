"""Posting entries: one way for one entry and for a thousand.

Headers and lines go in by one statement, in which a posted entry must have its lines; the database checks balance,
period and immutability, gives the time and writes summaries and audit (migrations/sql/posting.sql).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.db import connection

from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current
from kontor.ledger.actions.books import open_fiscal_year
from kontor.ledger.actions.columns import Columns, days, integers, texts
from kontor.ledger.models.entries import EntryState
from kontor.ledger.models.periods import Period
from kontor.ledger.queries.accounts import AccountBook, KnownAccount
from kontor.ledger.queries.needed import needed
from kontor.ledger.rules.periods import NoPeriod
from kontor.ledger.rules.postings import AccountRef, Posting, PostingLine, check_balanced

ENTRIES_MAX = 1_000
YEAR_AHEAD = timedelta(days=366)


class ControlAccount(Refusal):
    """A control account is posted by open items only (decisions.md 1)."""

    sentence = gettext_noop(
        "Account %(number)s collects open items. Please post it with a party through “Open items”, not directly."
    )


class InactiveAccount(Refusal):
    """The account is no longer in use."""

    sentence = gettext_noop("Account %(number)s is no longer in use. Please choose another one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to write: what is posted, when, and what asked for it."""

    posting: Posting
    entry_date: date
    kind: str = "manual"
    source_type: str = ""
    source_id: int | None = None
    is_automatic: bool = False
    reverses_id: int | None = None


class WrittenEntry(NamedTuple):
    """An entry as written; `line_ids` in the order of its lines, number "" while it is a draft."""

    id: int
    year: int | None
    sequence: int | None
    line_ids: tuple[int, ...]


@act("ledger.post")
def post(
    entries: Sequence[NewEntry],
    *,
    at: datetime,
    by_open_items: bool = False,
    series: str = "entry",
    draft: bool = False,
    book: AccountBook | None = None,
) -> list[WrittenEntry]:
    """Write entries, posted and numbered without gaps (or as drafts), and return them in order.

    `by_open_items` is set by openitems alone, which answers for the sub-ledger.

    Raises:
        UnbalancedEntry, NoPeriod, ControlAccount, InactiveAccount: nothing is written.
    """
    if not entries:
        return []
    if len(entries) > ENTRIES_MAX:
        raise ValueError(f"at most {ENTRIES_MAX} entries per transaction")
    for entry in entries:
        check_balanced(entry.posting.lines)
    lines = [line for entry in entries for line in entry.posting.lines]
    known = needed(
        () if book else [line.account for line in lines],
        days=[entry.entry_date for entry in entries], count=len(entries),
    )  # fmt: skip
    accounts = _accounts(lines, book or known.book, by_open_items=by_open_items)
    periods = _Periods(known.periods)
    spans = [periods.of(entry.entry_date) for entry in entries]
    years = [None if draft else year for _, year in spans]
    numbers = [None] * len(entries) if draft else _numbers([year for _, year in spans], series)
    headers = _header_columns(
        entries, ids=known.ids, periods=[period for period, _ in spans], years=years, numbers=numbers
    )
    line_columns = _line_columns(entries, ids=known.ids, accounts=accounts)
    line_ids = iter(_insert(headers, line_columns, at=at, series=series, draft=draft))
    return [
        WrittenEntry(entry_id, year, number, tuple(islice(line_ids, len(entry.posting.lines))))
        for entry, entry_id, year, number in zip(entries, known.ids, years, numbers, strict=True)
    ]


class _Periods:
    """The fiscal periods of the open tenant; the year after the last one opens by itself (decisions.md 16)."""

    def __init__(self, known: Sequence[tuple[date, date, int, int]]) -> None:
        self._rows = list(known)
        self._found: dict[date, tuple[int, int]] = {}

    def of(self, day: date) -> tuple[int, int]:
        """Return period id and the year its numbers carry.  Raises: NoPeriod."""
        if day not in self._found:
            self._found[day] = self._look_up(day)
        return self._found[day]

    def _look_up(self, day: date) -> tuple[int, int]:
        found = self._find(day)
        if found is None:
            _open_year_after_last(day)
            rows = Period.objects.select_related("fiscal_year").order_by("first_day")
            self._rows = [(row.first_day, row.last_day, row.id, row.fiscal_year.label) for row in rows]
            found = self._find(day)
        if found is None:
            raise NoPeriod(day=day.isoformat())
        return found

    def _find(self, day: date) -> tuple[int, int] | None:
        return next(((period, year) for first, last, period, year in self._rows if first <= day <= last), None)


def _open_year_after_last(day: date) -> None:
    last = Period.objects.order_by("-last_day").values_list("last_day", flat=True).first()
    if last is not None and timedelta(0) < day - last <= YEAR_AHEAD:
        open_fiscal_year(first_day=last + timedelta(days=1))


def read_period(day: date) -> tuple[int, int]:
    """Return the id of the day's period and the year its numbers carry.  Raises: NoPeriod."""
    return _Periods(()).of(day)


def _accounts(lines: Sequence[PostingLine], accounts: AccountBook, *, by_open_items: bool) -> list[int]:
    """Return the id of each line's account, each account looked at once."""
    known: dict[str | AccountRef, int] = {}
    found = []
    for line in lines:
        key = line.account.number or line.account
        if key not in known:
            known[key] = _account(line.account, accounts, by_open_items=by_open_items).id
        found.append(known[key])
    return found


def _account(ref: AccountRef, accounts: AccountBook, *, by_open_items: bool) -> KnownAccount:
    account = accounts.find(ref)
    if account.control and not by_open_items:
        raise ControlAccount(number=account.number)
    if not account.is_active:
        raise InactiveAccount(number=account.number)
    return account


def _numbers(years: Sequence[int], series: str) -> list[int | None]:
    blocks = {
        year: iter(range(first, first + count))
        for year, count in sorted(Counter(years).items())
        for first in [take_numbers(series, year=year, count=count)]
    }
    return [next(blocks[year]) for year in years]


# A column that is the same in every row comes as an empty array, which unnest fills up with NULL, and its value.
# Lines are found again by entry and position: ids of entries ascend.
INSERT_ENTRIES = """
WITH headers AS (
  INSERT INTO ledger_journalentry (tenant_id, state, series, recorded_at, recorded_by_id, id, year, sequence, period_id,
    entry_date, document_date, document_number, service_from, service_to, vat_date, text, kind, source_type, source_id,
    is_automatic, reverses_id, posted_at)
  SELECT %s, %s, %s, %s, %s, h.id, coalesce(h.year, %s), coalesce(h.sequence, %s), coalesce(h.period_id, %s),
    coalesce(h.entry_date, %s), coalesce(h.document_date, %s), coalesce(h.document_number, %s),
    coalesce(h.service_from, %s), coalesce(h.service_to, %s), coalesce(h.vat_date, %s), coalesce(h.text, %s),
    coalesce(h.kind, %s), coalesce(h.source_type, %s), coalesce(h.source_id, %s), coalesce(h.is_automatic, %s),
    coalesce(h.reverses_id, %s), CASE WHEN %s THEN clock_timestamp() END
  FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::text[], %s::date[],
    %s::date[], %s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bool[], %s::bigint[])
    AS h(id, year, sequence, period_id, entry_date, document_date, document_number, service_from, service_to, vat_date,
         text, kind, source_type, source_id, is_automatic, reverses_id)
), lines AS (
  INSERT INTO ledger_journalline (tenant_id, is_posted, entry_id, position, account_id, party_id, project_id, sphere,
    tax_code, tax_base, tax_amount, currency, amount, amount_base, text, entry_date)
  SELECT %s, %s, l.entry_id, l.position, coalesce(l.account_id, %s), coalesce(l.party_id, %s),
    coalesce(l.project_id, %s), coalesce(l.sphere, %s), coalesce(l.tax_code, %s), coalesce(l.tax_base, %s),
    coalesce(l.tax_amount, %s), coalesce(l.currency, %s), coalesce(l.amount, %s), coalesce(l.amount_base, %s),
    coalesce(l.text, %s), coalesce(l.entry_date, %s)
  FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],
    %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::date[])
    AS l(entry_id, position, account_id, party_id, project_id, sphere, tax_code, tax_base, tax_amount, currency, amount,
         amount_base, text, entry_date)
  RETURNING id, entry_id, position
)
SELECT array_agg(id ORDER BY entry_id, position) FROM lines
"""


def _insert(headers: Columns, lines: Columns, *, at: datetime, series: str, draft: bool) -> list[int]:
    """Write both at once; return the ids of the lines in their order."""
    context = current()
    state = EntryState.DRAFT if draft else EntryState.POSTED
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_ENTRIES,
            [
                context.tenant_id, state, series, at, context.actor_id, *headers.values, not draft, *headers.arrays,
                context.tenant_id, not draft, *lines.values, *lines.arrays,
            ],
        )  # fmt: skip
        ids: list[int] = cursor.fetchone()[0]
    return ids


def _header_columns(
    entries: Sequence[NewEntry],
    *,
    ids: Sequence[int],
    periods: Sequence[int],
    years: Sequence[int | None],
    numbers: Sequence[int | None],
) -> Columns:
    memos = [entry.posting.memo for entry in entries]
    made = Columns(ids)
    made.add(years, integers)
    made.add(numbers, integers)
    made.add(periods, integers)
    made.add([entry.entry_date for entry in entries], days)
    made.add([memo.document_date or entry.entry_date for memo, entry in zip(memos, entries, strict=True)], days)
    made.add([memo.document_number for memo in memos], texts)
    made.add([memo.service_from for memo in memos], days)
    made.add([memo.service_to for memo in memos], days)
    made.add([memo.vat_date for memo in memos], days)
    made.add([memo.text for memo in memos], texts)
    made.add([entry.kind for entry in entries], texts)
    made.add([entry.source_type for entry in entries], texts)
    made.add([entry.source_id for entry in entries], integers)
    made.add([entry.is_automatic for entry in entries], integers)
    made.add([entry.reverses_id for entry in entries], integers)
    return made


def _line_columns(entries: Sequence[NewEntry], *, ids: Sequence[int], accounts: Sequence[int]) -> Columns:
    lines = [line for entry in entries for line in entry.posting.lines]
    made = Columns(
        [entry_id for entry, entry_id in zip(entries, ids, strict=True) for _ in entry.posting.lines],
        [position for entry in entries for position in range(1, len(entry.posting.lines) + 1)],
    )
    made.add(accounts, integers)
    made.add([line.party_id for line in lines], integers)
    made.add([line.project_id for line in lines], integers)
    made.add([line.sphere or "" for line in lines], texts)
    made.add([line.tax_code or "" for line in lines], texts)
    made.add([line.tax_base for line in lines], integers)
    made.add([line.tax_amount for line in lines], integers)
    made.add([line.currency for line in lines], texts)
    made.add([line.amount for line in lines], integers)
    made.add([line.amount_base for line in lines], integers)
    made.add([line.text for line in lines], texts)
    made.add([entry.entry_date for entry in entries for _ in entry.posting.lines], days)
    return made
