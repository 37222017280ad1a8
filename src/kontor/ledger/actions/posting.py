"""Posting entries: one way for one entry and for a thousand.

Headers and lines go in by one statement, in which a posted entry must have its lines; the database checks balance,
period and immutability, gives the time and writes summaries and audit (migrations/sql/posting.sql).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import connection

from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current
from kontor.ledger.actions.books import open_fiscal_year
from kontor.ledger.models.entries import EntryState
from kontor.ledger.models.periods import Period
from kontor.ledger.queries.accounts import AccountBook, KnownAccount
from kontor.ledger.queries.needed import needed
from kontor.ledger.rules.periods import NoPeriod
from kontor.ledger.rules.postings import Posting, PostingLine, check_balanced

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


@dataclass(frozen=True, slots=True)
class WrittenEntry:
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
    known = needed(
        () if book else (line.account for entry in entries for line in entry.posting.lines),
        days=[entry.entry_date for entry in entries], count=len(entries),
    )  # fmt: skip
    accounts, ids = book or known.book, known.ids
    line_accounts = [
        _account(line, accounts, by_open_items=by_open_items) for entry in entries for line in entry.posting.lines
    ]
    periods = _Periods(known.periods)
    spans = [periods.of(entry.entry_date) for entry in entries]
    numbers = [None] * len(entries) if draft else _numbers([year for _, year in spans], series)
    headers = _header_columns(entries, ids, spans, numbers, draft=draft)
    lines = _line_columns(entries, ids, line_accounts)
    line_ids = iter(_insert(headers, lines, at=at, series=series, draft=draft))
    return [
        WrittenEntry(entry_id, None if draft else year, number, tuple(islice(line_ids, len(entry.posting.lines))))
        for entry, entry_id, (_, year), number in zip(entries, ids, spans, numbers, strict=True)
    ]


class _Periods:
    """The fiscal periods of the open tenant; the year after the last one opens by itself (decisions.md 16)."""

    def __init__(self, known: Sequence[tuple[date, date, int, int]]) -> None:
        self._rows = list(known)

    def of(self, day: date) -> tuple[int, int]:
        """Return period id and the year its numbers carry.  Raises: NoPeriod."""
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


def _account(line: PostingLine, accounts: AccountBook, *, by_open_items: bool) -> KnownAccount:
    account = accounts.find(line.account)
    if account.control and not by_open_items:
        raise ControlAccount(number=account.number)
    if not account.is_active:
        raise InactiveAccount(number=account.number)
    return account


def _numbers(years: Sequence[int], series: str) -> list[int | None]:
    blocks = {
        year: iter(range(first, first + years.count(year)))
        for year in sorted(set(years))
        for first in [take_numbers(series, year=year, count=years.count(year))]
    }
    return [next(blocks[year]) for year in years]


INSERT_ENTRIES = """
WITH headers AS (
  INSERT INTO ledger_journalentry (tenant_id, state, series, recorded_at, recorded_by_id, id, year, sequence, period_id,
    entry_date, document_date, document_number, service_from, service_to, vat_date, text, kind, source_type, source_id,
    is_automatic, reverses_id)
  SELECT %s, %s, %s, %s, %s, h.* FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::date[],
    %s::date[], %s::text[], %s::date[], %s::date[], %s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[],
    %s::bool[], %s::bigint[]) AS h
)
INSERT INTO ledger_journalline (tenant_id, is_posted, entry_id, position, account_id, party_id, project_id, sphere,
  tax_code, tax_base, tax_amount, currency, amount, amount_base, text, entry_date)
SELECT %s, %s, l.entry_id, l.position, l.account_id, l.party_id, l.project_id, l.sphere, l.tax_code, l.tax_base,
  l.tax_amount, l.currency, l.amount, l.amount_base, l.text, l.entry_date
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],
  %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::date[]) WITH ORDINALITY
  AS l(entry_id, position, account_id, party_id, project_id, sphere, tax_code, tax_base, tax_amount, currency, amount,
       amount_base, text, entry_date, n)
ORDER BY l.n RETURNING id
"""


def _insert(headers: Sequence[str], lines: Sequence[str], *, at: datetime, series: str, draft: bool) -> list[int]:
    """Write both at once; return the ids of the lines in their order."""
    context = current()
    state = EntryState.DRAFT if draft else EntryState.POSTED
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_ENTRIES,
            [
                context.tenant_id, state, series, at, context.actor_id, *headers,
                context.tenant_id, not draft, *lines,
            ],
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def _header_columns(
    entries: Sequence[NewEntry],
    ids: Sequence[int],
    spans: Sequence[tuple[int, int]],
    numbers: Sequence[int | None],
    *,
    draft: bool,
) -> list[str]:
    memos = [entry.posting.memo for entry in entries]
    return [
        _plain(ids),
        _plain([None if draft else year for _, year in spans]),
        _plain(numbers),
        _plain([period for period, _ in spans]),
        _plain([entry.entry_date for entry in entries]),
        _plain([memo.document_date or entry.entry_date for memo, entry in zip(memos, entries, strict=True)]),
        _texts([memo.document_number for memo in memos]),
        _plain([memo.service_from for memo in memos]),
        _plain([memo.service_to for memo in memos]),
        _plain([memo.vat_date for memo in memos]),
        _texts([memo.text for memo in memos]),
        _texts([entry.kind for entry in entries]),
        _texts([entry.source_type for entry in entries]),
        _plain([entry.source_id for entry in entries]),
        _plain([entry.is_automatic for entry in entries]),
        _plain([entry.reverses_id for entry in entries]),
    ]


def _line_columns(entries: Sequence[NewEntry], ids: Sequence[int], accounts: Sequence[KnownAccount]) -> list[str]:
    lines = [line for entry in entries for line in entry.posting.lines]
    lengths = [len(entry.posting.lines) for entry in entries]
    return [
        _plain([entry_id for entry_id, length in zip(ids, lengths, strict=True) for _ in range(length)]),
        _plain([position for length in lengths for position in range(1, length + 1)]),
        _plain([account.id for account in accounts]),
        _plain([line.party_id for line in lines]),
        _plain([line.project_id for line in lines]),
        _texts([line.sphere or "" for line in lines]),
        _texts([line.tax_code or "" for line in lines]),
        _plain([line.tax_base for line in lines]),
        _plain([line.tax_amount for line in lines]),
        _texts([line.currency for line in lines]),
        _plain([line.amount for line in lines]),
        _plain([line.amount_base for line in lines]),
        _texts([line.text for line in lines]),
        _plain([entry.entry_date for entry in entries for _ in entry.posting.lines]),
    ]


def _plain(values: Sequence[int | date | None]) -> str:
    """Return an array literal of numbers, truth values or days: much cheaper than adapting every value by itself."""
    if values[0] is None and values.count(None) == len(values):
        return "{NULL" + ",NULL" * (len(values) - 1) + "}"
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _texts(values: Sequence[str]) -> str:
    """Return an array literal of texts, each one quoted."""
    if values.count(values[0]) == len(values):
        return "{" + ",".join([_quoted(values[0])] * len(values)) + "}"
    return "{" + ",".join([_quoted(value) for value in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
