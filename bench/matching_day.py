"""Measure a matching run from end to end over the database: load, match, write the proposals, post what is certain.

A day's work is 1,000 new bank lines against 200,000 open items, which loads candidates only; 10,000 lines against
20,000 items load everything. Wall seconds, which hold the database's own work, and processor seconds of this process
beside them, which do not; the run is repeated and the best counts, posting can happen only once. Writing the 200,000
items takes minutes before anything is measured. "The machine's pace" is that of `bench.matching`.
"""

# ruff: noqa: PLC0415  # models can be imported only once the database of the bench is known

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from bench.__main__ import Goal, Result
from bench.books_data import AT, BATCH, Office, new_books, new_person, office
from bench.matching import DAY_SECONDS_MAX, judge, pace
from bench.matching_data import Labelled, labelled
from bench.matching_office import store

if TYPE_CHECKING:
    from kontor.matching.actions.running import RunOutcome
    from kontor.organisations.models import User

END_TO_END_TIMES = 5
RUNS = 3


@dataclass(frozen=True, slots=True)
class _Measured:
    outcome: RunOutcome
    run: float
    run_processor: float
    post: float
    post_processor: float
    posted: int
    refused: int


def run(*, day_items: int = 200_000, middle_items: int = 20_000) -> Result:
    """Return the seconds of both sizes and whether the decisions are those over everything."""
    figures: dict[str, object] = {}
    with office() as opened:
        person = new_person()
        middle = _measure(opened, person, lines=middle_items // 2, items=middle_items, figures=figures)
        day = _measure(opened, person, lines=1_000, items=day_items, figures=figures)
    limit = END_TO_END_TIMES * DAY_SECONDS_MAX
    figures["the machine's pace s"] = round(pace(), 3)
    figures["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    goals: list[Goal] = [
        _goal("a day's work loaded, matched and written within s", limit, day.run, is_met=day.run <= limit),
        _goal("a day's work with posting within s", limit, day.run + day.post, is_met=day.run + day.post <= limit),
        _goal("postings refused at most", 0, day.refused + middle.refused, is_met=day.refused + middle.refused == 0),
    ]
    return {"bench": "matching_day", "figures": figures, "goals": goals}


def _measure(opened: Office, person: User, *, lines: int, items: int, figures: dict[str, object]) -> _Measured:
    books = new_books(by=person).id
    stored = store(books, labelled(transactions=lines, items=items))
    with psycopg.connect(opened.addresses.owner, autocommit=True) as owner:
        owner.execute("ANALYZE")
    found = _run_and_post(books)
    quality = judge(stored, list(found.outcome.results))
    name = f"{lines:,} x {items:,}"
    figures |= {
        f"{name} run s": round(found.run, 3),
        f"{name} run processor s": round(found.run_processor, 3),
        f"{name} post s": round(found.post, 2),
        f"{name} post processor s": round(found.post_processor, 3),
        f"{name} posted": found.posted,
        f"{name} precision": round(quality.precision, 6),
        f"{name} automatic recall": round(quality.recall, 4),
        f"{name} decided as over everything": _is_as_over_everything(stored, found.outcome),
    }
    return found


def _run_and_post(books: int) -> _Measured:
    from kontor.core.tenancy import tenant
    from kontor.matching.actions.confirming import post_results
    from kontor.matching.actions.running import run_match

    def match() -> RunOutcome:
        with tenant(books):
            return run_match(at=AT)

    timed = [_seconds(match) for _ in range(RUNS)]
    outcome, best, processor = min(timed, key=lambda one: one[1])
    certain = [result for result in outcome.results if result.decision == "automatic"]
    done = []
    started, processor_started = time.perf_counter(), time.process_time()
    for start in range(0, len(certain), BATCH):
        with tenant(books):
            done += post_results(certain[start : start + BATCH], run_key="bench", key=f"bench-{start}", at=AT)
    posting, posting_processor = time.perf_counter() - started, time.process_time() - processor_started
    refused = sum(1 for each in done if each.refusal is not None)
    return _Measured(outcome, best, processor, posting, posting_processor, len(done) - refused, refused)


def _is_as_over_everything(data: Labelled, outcome: RunOutcome) -> bool:
    """Decide once more over all rows in memory; the parties' numbers and addresses are those that were written."""
    from kontor.matching.rules.decide import match
    from kontor.matching.rules.ruleset import Ruleset

    every = match(outcome.transactions, data.items, data.parties, ruleset=Ruleset())
    known = {result.transaction_id: result for result in outcome.results}
    return all(known[result.transaction_id] == result for result in every)


def _seconds[T](work: Callable[[], T]) -> tuple[T, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    value = work()
    return value, time.perf_counter() - wall, time.process_time() - processor


def _goal(sentence: str, limit: float, value: float, *, is_met: bool) -> Goal:
    return {"goal": sentence, "limit": limit, "value": round(value, 3), "met": is_met}
