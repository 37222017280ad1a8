"""Measure posting: one entry per transaction, a thousand, and a thousand without any check beside it.

"Without any check" writes the same columns of the same entries by the same kind of statement into twins of the two
tables that have their indexes and defaults, but no triggers, keys to other tables, row-level security or record;
numbers are taken as ever, from a series of their own.
Wall seconds with fsync on; the kinds take turns, so that other work on the machine hits all of them. "Bare unnest" is
the yardstick between machines: headers and lines of the same entries, as arrays, into two tables with a key and nothing
else, as it was measured where the goals were set.
"""

# ruff: noqa: PLC0415  # models can be imported only once the database of the bench is known

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg

from bench.__main__ import Goal, Result
from bench.books_data import AT, BATCH, entries, new_books, new_person, office

if TYPE_CHECKING:
    from kontor.ledger.actions.posting import NewEntry
    from kontor.organisations.models import User

BULK_MIN = 12_000
CHECKS_MAX = 2.0
# Bare inserts of entries by unnest per second on the machine on which the goals were set.
ANCHOR_BARE_RATE = 26_200
ROUNDS = 20
SINGLES = 200

_TWINS = """
CREATE TABLE bench_entry (LIKE ledger_journalentry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE bench_line (LIKE ledger_journalline INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
ALTER TABLE bench_entry DROP CONSTRAINT IF EXISTS entry_posted_has_number;
GRANT SELECT, INSERT ON bench_entry, bench_line TO kontor_app;
CREATE TABLE bench_bare_entry (id bigint PRIMARY KEY, entry_date date NOT NULL, text text NOT NULL);
CREATE TABLE bench_bare_line (entry_id bigint NOT NULL, position int NOT NULL, account text NOT NULL,
  amount bigint NOT NULL, PRIMARY KEY (entry_id, position));
"""
_BARE = """
WITH entries AS (INSERT INTO bench_bare_entry SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[]))
INSERT INTO bench_bare_line SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bigint[])
"""


def run(*, rounds: int = ROUNDS, singles: int = SINGLES) -> Result:
    """Return entries per second of each way (median, and best) and what the checks cost."""
    with office() as opened:
        with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
            owner.execute(_TWINS)
        person = new_person()
        books = new_books(by=person).id
        given = [entries(BATCH, start=start * BATCH) for start in range(rounds)]
        with psycopg.connect(opened.addresses.owner) as yardstick:
            bulk, bare, unnested = _measure_bulk(books, given, person, yardstick)
        single = _measure_singles(books, singles, person)
        with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
            owner.execute("DROP TABLE bench_entry, bench_line, bench_bare_entry, bench_bare_line")
        found = _violations(books, opened.addresses.ops)
    ratio = statistics.median(bulk) / statistics.median(bare)
    bulk_rate, bare_rate = BATCH / statistics.median(bulk), BATCH / statistics.median(bare)
    figures: dict[str, object] = {
        "single entries/s": round(1 / statistics.median(single)),
        "bulk entries/s": round(bulk_rate),
        "bulk entries/s, best": round(BATCH / min(bulk)),
        "bulk without any check entries/s": round(bare_rate),
        "bulk without any check entries/s, best": round(BATCH / min(bare)),
        "checks cost (times), best against best": round(min(bulk) / min(bare), 2),
        "bare unnest entries/s": round(BATCH / statistics.median(unnested)),
        "bulk as a share of bare unnest": round(statistics.median(unnested) / statistics.median(bulk), 2),
        "times slower than the anchors' machine": round(ANCHOR_BARE_RATE * statistics.median(unnested) / BATCH, 2),
        "lines": sum(len(entry.posting.lines) for batch in given for entry in batch),
        "violations found by check-books": found,
    }
    goals: list[Goal] = [
        _goal("bulk posts entries/s of at least", BULK_MIN, bulk_rate, is_met=bulk_rate >= BULK_MIN),
        _goal("all checks together cost at most (times)", CHECKS_MAX, ratio, is_met=ratio <= CHECKS_MAX),
    ]
    return {"bench": "posting", "figures": figures, "goals": goals}


def _measure_bulk(
    books: int, given: list[list[NewEntry]], person: User, yardstick: psycopg.Connection
) -> tuple[list[float], list[float], list[float]]:
    from kontor.core.tenancy import tenant
    from kontor.ledger.actions import posting

    twins = posting.INSERT_ENTRIES.replace("ledger_journalentry", "bench_entry").replace(
        "ledger_journalline", "bench_line"
    )

    def post(batch: list[NewEntry]) -> None:
        with tenant(books, by=person):
            posting.post(batch, at=AT)

    def write(batch: list[NewEntry]) -> None:
        checked, posting.INSERT_ENTRIES = posting.INSERT_ENTRIES, twins
        try:
            with tenant(books, by=person):
                posting.post(batch, at=AT, series="bench")
        finally:
            posting.INSERT_ENTRIES = checked

    post(given[0])
    write(given[0])
    bulk, bare, unnested = [], [], []
    for number, batch in enumerate(given[1:]):
        arrays = _arrays(batch, start=number * BATCH)
        bulk.append(_seconds(lambda: post(batch)))  # noqa: B023 - called at once
        bare.append(_seconds(lambda: write(batch)))  # noqa: B023 - called at once
        unnested.append(_seconds(lambda: _insert_bare(yardstick, arrays)))  # noqa: B023 - called at once
    return bulk, bare, unnested


def _arrays(batch: list[NewEntry], *, start: int) -> list[list[object]]:
    numbered = list(enumerate(batch, start=start))
    lines = [
        (identity, position, line.account.number, line.amount)
        for identity, entry in numbered
        for position, line in enumerate(entry.posting.lines, start=1)
    ]
    return [
        [identity for identity, _ in numbered],
        [entry.entry_date for _, entry in numbered],
        [entry.posting.memo.text for _, entry in numbered],
        [entry_id for entry_id, _, _, _ in lines],
        [position for _, position, _, _ in lines],
        [account for _, _, account, _ in lines],
        [amount for _, _, _, amount in lines],
    ]


def _insert_bare(connection: psycopg.Connection, arrays: list[list[object]]) -> None:
    connection.execute(_BARE, arrays)
    connection.commit()


def _measure_singles(books: int, count: int, person: User) -> list[float]:
    from kontor.core.tenancy import tenant
    from kontor.ledger.actions.posting import post

    def one(entry: NewEntry) -> None:
        with tenant(books, by=person):
            post([entry], at=AT)

    return [_seconds(lambda: one(entry)) for entry in entries(count)]  # noqa: B023 - called at once


def _violations(books: int, address: str) -> int:
    """Prove that what was measured is books: count what check-books finds."""
    from kontor.core.invariants import violations

    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        return len(list(violations(books, cursor=cursor)))


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _goal(sentence: str, limit: float, value: float, *, is_met: bool) -> Goal:
    return {"goal": sentence, "limit": limit, "value": round(value, 2), "met": is_met}
