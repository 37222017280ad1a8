"""Measure the matching engine on labelled data, against scoring every pair in the same run.

"Decision" counts `match_store` over a store that holds items with their keys, as the database does; building that
store in memory is told apart as "index". Times are wall seconds; processor seconds stand beside them. Other work on the
machine lengthens the wall at once and, sharing caches and clock, the processor seconds up to threefold: "the machine's
pace" is a fixed piece of work (about 0.1 s on an idle core of 2024) measured before and after, by which runs compare.
"Times slower than the anchors' machine" sets the peer's seconds against those it took where the goals were set.

With two workers the fork ranks half of the transactions and settles what concerns them; this process does the other
half, hears all claims and builds the results, so its own processor seconds are the least wall there can be.
"""

import gc
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.__main__ import Goal, Result
from bench.matching_data import Labelled, labelled
from kontor.matching.rules.decide import match_store
from kontor.matching.rules.ruleset import ENGINE_VERSION, Ruleset
from kontor.matching.rules.store import Store, build_store
from kontor.matching.rules.values import MatchResult, OpenItemRow, PartyRow, TransactionRow

WORKERS = 2
# Every pair of 1,000 x 2,000 scored, in seconds, on the machine on which the goals were set.
ANCHOR_PEER_SECONDS = 1.25
DECISION_SECONDS_MAX = 5.0
DAY_SECONDS_MAX = 0.1
GROWTH_MAX = 12.0
PRECISION_MIN = 0.9999
RECALL_MIN = 0.90


@dataclass(frozen=True, slots=True)
class Timed[T]:
    """What some work gave back, with its wall seconds and the processor seconds of this process and of its forks."""

    value: T
    wall: float
    processor: float
    forks: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Automatic decisions against the truth; a set of items equal to the true one in payer and amounts is right."""

    automatic: int
    right: int
    payable: int
    first_right: int

    @property
    def precision(self) -> float:
        """Return the share of automatic decisions that are right."""
        return self.right / max(1, self.automatic)

    @property
    def recall(self) -> float:
        """Return the share of transactions that pay items and were rightly decided without a person."""
        return self.right / max(1, self.payable)


def run() -> Result:
    """Measure all sizes; the largest comes last, so that the peak of memory is its own."""
    figures: dict[str, object] = {"engine version": ENGINE_VERSION}
    goals: list[Goal] = []
    _measure_peer(figures, goals)
    figures["the machine's pace before s"] = round(pace(), 3)
    middle = _measure_middle(figures)
    _measure_large(figures, goals, middle=middle)
    figures["the machine's pace after s"] = round(pace(), 3)
    return {"bench": "matching", "figures": figures, "goals": goals}


def _measure_peer(figures: dict[str, object], goals: list[Goal]) -> None:
    data = labelled(transactions=1_000, items=2_000)
    peer = _timed(lambda: score_all_pairs(data.transactions, data.items, data.parties))
    store = _store(data)
    own = _timed(lambda: match_store(data.transactions, store, ruleset=Ruleset()))
    ratio = peer.processor / own.processor
    figures |= {
        "1,000 x 2,000 decision s": round(own.processor, 3),
        "1,000 x 2,000 every pair scored s": round(peer.processor, 3),
        "1,000 x 2,000 every pair / decision": round(ratio, 1),
        "times slower than the anchors' machine": round(peer.processor / ANCHOR_PEER_SECONDS, 2),
    }
    goals.append(_goal("at 1,000 x 2,000, faster than scoring every pair by (times)", 5.0, ratio, is_met=ratio >= 5.0))


def _measure_middle(figures: dict[str, object]) -> float:
    """Measure 10,000 x 20,000; return the processor seconds of one worker."""
    data = labelled(transactions=10_000, items=20_000)
    store = _store(data)
    decision = _timed(lambda: match_store(data.transactions, store, ruleset=Ruleset()))
    quality = judge(data, decision.value)
    figures |= {
        "10,000 x 20,000 decision s": round(decision.wall, 2),
        "10,000 x 20,000 decision processor s": round(decision.processor, 2),
        "10,000 x 20,000 precision": round(quality.precision, 6),
        "10,000 x 20,000 automatic recall": round(quality.recall, 4),
    }
    return decision.processor


def _measure_large(figures: dict[str, object], goals: list[Goal], *, middle: float) -> None:
    data = labelled(transactions=100_000, items=200_000)
    index = _timed(lambda: _store(data))
    store = index.value
    before = _peak_megabytes()
    day = _timed(lambda: match_store(data.transactions[:1_000], store, ruleset=Ruleset()))
    _forget(store)
    alone = _timed(lambda: match_store(data.transactions, store, ruleset=Ruleset()))
    quality = judge(data, alone.value)
    _forget(store)
    both = _timed(lambda: match_store(data.transactions, store, ruleset=Ruleset(), workers=WORKERS))
    growth = alone.processor / middle
    figures |= {
        "1,000 x 200,000 decision s": round(day.wall, 3),
        "1,000 x 200,000 decision processor s": round(day.processor, 3),
        "100,000 x 200,000 index s": round(index.processor, 2),
        "100,000 x 200,000 decision s, 1 worker": round(alone.wall, 2),
        "100,000 x 200,000 decision processor s, 1 worker": round(alone.processor, 2),
        "100,000 x 200,000 decision s, 2 workers": round(both.wall, 2),
        "100,000 x 200,000 processor s of 2 workers": f"{both.processor:.2f} + {both.forks:.2f}",
        "100,000 x 200,000 results equal for 1 and 2 workers": both.value == alone.value,
        "100,000 x 200,000 precision": round(quality.precision, 6),
        "100,000 x 200,000 wrong": quality.automatic - quality.right,
        "100,000 x 200,000 automatic recall": round(quality.recall, 4),
        "100,000 x 200,000 first proposal right": round(quality.first_right / quality.payable, 4),
        "growth 10,000 to 100,000": round(growth, 1),
        "peak memory MB with data and store": before,
        "peak memory MB": _peak_megabytes(),
    }
    goals += [
        _goal("1,000 x 200,000 decided within s", DAY_SECONDS_MAX, day.wall, is_met=day.wall <= DAY_SECONDS_MAX),
        _goal("100,000 x 200,000 decided on two cores within s", DECISION_SECONDS_MAX, both.wall,
              is_met=both.wall <= DECISION_SECONDS_MAX),
        _goal("growth from 10,000 to 100,000 at most (times)", GROWTH_MAX, growth, is_met=growth <= GROWTH_MAX),
        _goal("precision of automatic decisions at least", PRECISION_MIN, quality.precision,
              is_met=quality.precision >= PRECISION_MIN),
        _goal("automatic recall at least", RECALL_MIN, quality.recall, is_met=quality.recall >= RECALL_MIN),
    ]  # fmt: skip


def judge(data: Labelled, results: list[MatchResult]) -> Quality:
    """Return how many automatic decisions and first proposals are right."""
    likeness = {item.item_id: (item.party_id, item.side, item.is_credit_note, item.amount_open) for item in data.items}
    automatic = right = payable = first_right = 0
    for result in results:
        truth = data.truth[result.transaction_id]
        payable += bool(truth)
        if not result.proposals:
            continue
        paid = [share.item_id for share in result.proposals[0].shares]
        is_right = sorted(likeness[item_id] for item_id in paid) == sorted(likeness[item_id] for item_id in truth)
        first_right += is_right
        if result.decision == "automatic":
            automatic += 1
            right += is_right
    return Quality(automatic, right, payable, first_right)


def score_all_pairs(
    transactions: list[TransactionRow], items: list[OpenItemRow], parties: list[PartyRow]
) -> list[tuple[int, int]]:
    """Return per transaction the best item and its points, each pair weighed anew as point-scoring products do it."""
    known = {party.party_id: party for party in parties}
    best = []
    for transaction in transactions:
        text, name = transaction.text.replace(" ", "").upper(), transaction.counterparty_name.upper()
        found = (0, 0)
        for item in items:
            party = known[item.party_id]
            points = 0
            if item.document_number.upper() in text:
                points += 4
            if abs(transaction.amount) == item.amount_open:
                points += 4
            if transaction.counterparty_iban and transaction.counterparty_iban in party.ibans:
                points += 3
            if party.name.upper() in name:
                points += 2
            if party.customer_number in text:
                points += 2
            if item.currency == transaction.currency:
                points += 1
            found = max(found, (points, -item.item_id))
        best.append(found)
    return best


def _store(data: Labelled) -> Store:
    return build_store(data.items, data.parties, ruleset=Ruleset())


def _forget(store: Store) -> None:
    """Drop what earlier runs learned about names and texts, so that each run is a first one."""
    store.parties.name_answers.clear()
    store.silent.clear()
    store.items.shapes.known.clear()
    store.items.shapes.plain.clear()


def _timed[T](work: Callable[[], T]) -> Timed[T]:
    gc.collect()
    gc.freeze()
    wall, processor, forks = time.perf_counter(), time.process_time(), _fork_seconds()
    value = work()
    return Timed(value, time.perf_counter() - wall, time.process_time() - processor, _fork_seconds() - forks)


def _fork_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def pace() -> float:
    """Return the processor seconds of a fixed piece of work much like matching: slices of texts, dictionaries, lists."""
    started = time.process_time()
    found: dict[str, list[tuple[int, str]]] = {}
    for number in range(120_000):
        key = f"RE{number * 7_919 % 100_003:06d}"
        found.setdefault(key, []).append((number, key.lstrip("R")))
    return time.process_time() - started


def _peak_megabytes() -> int:
    """Return the peak of this process and of its largest child together, shared pages counted twice."""
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + child) // 1024


def _goal(sentence: str, limit: float, value: float, *, is_met: bool) -> Goal:
    return {"goal": sentence, "limit": limit, "value": round(value, 6), "met": is_met}
