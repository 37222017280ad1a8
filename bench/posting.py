"""Measure posting: one entry per transaction, a thousand, and a thousand without any check beside it.

"Without any check" writes the same columns of the same entries by the same kind of statement into twins of the two
tables that have their indexes and defaults, but no triggers, keys to other tables, row-level security or record;
numbers are taken as ever, from a series of their own.
Wall seconds with fsync on; the three kinds take turns, so that other work on the machine hits all of them.
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
ROUNDS = 20
SINGLES = 200

_TWINS = """
CREATE TABLE bench_entry (LIKE ledger_journalentry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE bench_line (LIKE ledger_journalline INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
ALTER TABLE bench_entry DROP CONSTRAINT IF EXISTS entry_posted_has_number;
GRANT SELECT, INSERT ON bench_entry, bench_line TO kontor_app;
"""


def run(*, rounds: int = ROUNDS, singles: int = SINGLES) -> Result:
    """Return entries per second of each way (median, and best) and what the checks cost."""
    with office() as opened:
        with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
            owner.execute(_TWINS)
        person = new_person()
        books = new_books(by=person).id
        given = [entries(BATCH, start=start * BATCH) for start in range(rounds)]
        bulk, bare = _measure_bulk(books, given, person)
        single = _measure_singles(books, singles, person)
        with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
            owner.execute("DROP TABLE bench_entry, bench_line")
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
        "lines": sum(len(entry.posting.lines) for batch in given for entry in batch),
        "violations found by check-books": found,
    }
    goals: list[Goal] = [
        _goal("bulk posts entries/s of at least", BULK_MIN, bulk_rate, is_met=bulk_rate >= BULK_MIN),
        _goal("all checks together cost at most (times)", CHECKS_MAX, ratio, is_met=ratio <= CHECKS_MAX),
    ]
    return {"bench": "posting", "figures": figures, "goals": goals}


def _measure_bulk(books: int, given: list[list[NewEntry]], person: User) -> tuple[list[float], list[float]]:
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
    bulk, bare = [], []
    for batch in given[1:]:
        bulk.append(_seconds(lambda: post(batch)))  # noqa: B023 - called at once
        bare.append(_seconds(lambda: write(batch)))  # noqa: B023 - called at once
    return bulk, bare


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
