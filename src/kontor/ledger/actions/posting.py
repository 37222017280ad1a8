"""Posting entries: one way for one entry and for a thousand.

Header and lines go in by one statement each; the database checks balance, period and immutability, gives the
time and writes summaries and audit (migrations/sql/posting.sql).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current
from kontor.ledger.models.entries import EntryState
from kontor.ledger.models.periods import Period
from kontor.ledger.queries.accounts import AccountBook, KnownAccount, account_book
from kontor.ledger.rules.periods import NoPeriod
from kontor.ledger.rules.postings import Posting, PostingLine, check_balanced

ENTRIES_MAX = 1_000


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
    accounts = book or account_book()
    for entry in entries:
        check_balanced(entry.posting.lines)
    line_accounts = [[_account(line, accounts, by_open_items=by_open_items) for line in entry.posting.lines] for entry in entries]
    periods = _Periods()
    spans = [periods.of(entry.entry_date) for entry in entries]
    numbers = [None] * len(entries) if draft else _numbers([year for _, year in spans], series)
    ids = _insert_headers(entries, spans, numbers, at=at, series=series, draft=draft)
    line_ids = _insert_lines(entries, ids, line_accounts, posted=not draft)
    return [
        WrittenEntry(entry_id, None if draft else year, number, lines)
        for entry_id, (_, year), number, lines in zip(ids, spans, numbers, line_ids, strict=True)
    ]


class _Periods:
    """The fiscal periods of the open tenant, loaded once."""

    def __init__(self) -> None:
        rows = Period.objects.select_related("fiscal_year").order_by("first_day")
        self._rows = [(row.first_day, row.last_day, row.id, row.fiscal_year.label) for row in rows]

    def of(self, day: date) -> tuple[int, int]:
        """Return period id and the year its numbers carry.  Raises: NoPeriod."""
        for first, last, period_id, year in self._rows:
            if first <= day <= last:
                return period_id, year
        raise NoPeriod(day=day.isoformat())


def read_period(day: date) -> tuple[int, int]:
    """Return the id of the day's period and the year its numbers carry.  Raises: NoPeriod."""
    return _Periods().of(day)


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


_HEADER = """
INSERT INTO ledger_journalentry (tenant_id, state, series, year, sequence, period_id, entry_date, document_date,
  document_number, service_from, service_to, vat_date, text, kind, source_type, source_id, is_automatic, reverses_id,
  recorded_at, recorded_by_id, posted_at)
SELECT %s, %s, %s, r.year, r.sequence, r.period_id, r.entry_date, r.document_date, r.document_number, r.service_from,
  r.service_to, r.vat_date, r.text, r.kind, r.source_type, r.source_id, r.is_automatic, r.reverses_id, %s, %s, NULL
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::text[], %s::date[], %s::date[], %s::date[],
  %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bool[], %s::bigint[]) WITH ORDINALITY
  AS r(year, sequence, period_id, entry_date, document_date, document_number, service_from, service_to, vat_date, text,
       kind, source_type, source_id, is_automatic, reverses_id, n)
ORDER BY r.n RETURNING id
"""
_LINES = """
INSERT INTO ledger_journalline (tenant_id, entry_id, position, account_id, party_id, project_id, sphere, tax_code,
  tax_base, tax_amount, currency, amount, amount_base, text, entry_date, is_posted)
SELECT %s, r.entry_id, r.position, r.account_id, r.party_id, r.project_id, r.sphere, r.tax_code, r.tax_base,
  r.tax_amount, r.currency, r.amount, r.amount_base, r.text, r.entry_date, %s
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],
  %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::date[]) WITH ORDINALITY
  AS r(entry_id, position, account_id, party_id, project_id, sphere, tax_code, tax_base, tax_amount, currency, amount,
       amount_base, text, entry_date, n)
ORDER BY r.n RETURNING id
"""


def _insert_headers(
    entries: Sequence[NewEntry],
    spans: Sequence[tuple[int, int]],
    numbers: Sequence[int | None],
    *,
    at: datetime,
    series: str,
    draft: bool,
) -> list[int]:
    context = current()
    state = EntryState.DRAFT if draft else EntryState.POSTED
    memos = [entry.posting.memo for entry in entries]
    columns: list[list[object]] = [
        [None if draft else year for _, year in spans],
        list(numbers),
        [period for period, _ in spans],
        [entry.entry_date for entry in entries],
        [memo.document_date or entry.entry_date for memo, entry in zip(memos, entries, strict=True)],
        [memo.document_number for memo in memos],
        [memo.service_from for memo in memos],
        [memo.service_to for memo in memos],
        [memo.vat_date for memo in memos],
        [memo.text for memo in memos],
        [entry.kind for entry in entries],
        [entry.source_type for entry in entries],
        [entry.source_id for entry in entries],
        [entry.is_automatic for entry in entries],
        [entry.reverses_id for entry in entries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_HEADER, [context.tenant_id, state, series, at, context.actor_id, *columns])
        return [row[0] for row in cursor.fetchall()]


def _insert_lines(
    entries: Sequence[NewEntry], ids: Sequence[int], accounts: Sequence[Sequence[KnownAccount]], *, posted: bool
) -> list[tuple[int, ...]]:
    rows = [
        (
            entry_id, position, account.id, line.party_id, line.project_id, line.sphere or "", line.tax_code or "",
            line.tax_base, line.tax_amount, line.currency, line.amount, line.amount_base, line.text, entry.entry_date,
        )
        for entry, entry_id, chosen in zip(entries, ids, accounts, strict=True)
        for position, (line, account) in enumerate(zip(entry.posting.lines, chosen, strict=True), start=1)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [current().tenant_id, posted, *(list(column) for column in zip(*rows, strict=True))])
        written = iter([row[0] for row in cursor.fetchall()])
    return [tuple(next(written) for _ in entry.posting.lines) for entry in entries]
