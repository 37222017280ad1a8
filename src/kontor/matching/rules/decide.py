"""Decide for many transactions at once, so that no item is given away twice."""

import gc
import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from kontor.matching.rules.candidates import Ranking, lead_of, rank_again
from kontor.matching.rules.parallel import rank_all
from kontor.matching.rules.points import Candidate
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store, build_store
from kontor.matching.rules.together import weigh_together
from kontor.matching.rules.values import (
    Decision,
    Evidence,
    ItemShare,
    LearnedPair,
    MatchResult,
    OpenItemRow,
    OwnOrder,
    PartyRow,
    Proposal,
    TransactionRow,
)

_ROUNDS_MAX = 3


def match(
    transactions: Iterable[TransactionRow],
    items: Iterable[OpenItemRow],
    parties: Iterable[PartyRow],
    *,
    ruleset: Ruleset,
    orders: Iterable[OwnOrder] = (),
    learned: Collection[LearnedPair] = (),
) -> list[MatchResult]:
    """Return what each transaction pays, in the order of their ids.

    The same rows in any order give equal results. `items` and `parties` may be all there are or only those that
    share a key with the transactions (`keys.candidate_keys`).
    """
    store = build_store(items, parties, ruleset=ruleset, orders=orders, learned=learned)
    return match_store(transactions, store, ruleset=ruleset)


def match_store(
    transactions: Iterable[TransactionRow], store: Store, *, ruleset: Ruleset, workers: int = 1
) -> list[MatchResult]:
    """Return what each transaction pays out of a store that holds items and parties already indexed.

    More `workers` than one fork the process and give the same results.
    """
    with _collection_paused():
        return _match_store(transactions, store, ruleset=ruleset, workers=workers)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Pause the cyclic garbage collection: a run builds many values and no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _match_store(
    transactions: Iterable[TransactionRow], store: Store, *, ruleset: Ruleset, workers: int
) -> list[MatchResult]:
    asked = sorted(transactions, key=lambda transaction: transaction.transaction_id)
    payments = [transaction for transaction in asked if transaction.amount != 0 and not transaction.is_return]
    ranked = rank_all(payments, store=store, ruleset=ruleset, workers=workers)
    rankings = {ranking.transaction.transaction_id: ranking for ranking in ranked}
    taken = _settle_claims(rankings, store, ruleset)
    together = weigh_together(
        [ranking for ranking in rankings.values() if ranking.decision != "automatic"],
        taken.keys(),
        store=store,
        ruleset=ruleset,
    )
    return [
        _returned(transaction, store)
        if transaction.is_return
        else _result(transaction, rankings.get(transaction.transaction_id), together, taken, store, ruleset)
        for transaction in asked
    ]


type _Claim = tuple[int, date, int]


def _claim(ranking: Ranking) -> _Claim:
    """Return the order in which automatic decisions take their items: best score, then booking date, then id."""
    transaction = ranking.transaction
    return -ranking.candidates[0].score, transaction.booking_date, transaction.transaction_id


def _settle_claims(rankings: dict[int, Ranking], store: Store, ruleset: Ruleset) -> dict[int, int]:
    """Give items to automatic decisions, and rank again whoever finds its items taken.

    Changes `rankings`; returns the transaction that took each item position.
    """
    taken: dict[int, int] = {}
    claims = [_claim(ranking) for ranking in rankings.values() if ranking.decision == "automatic"]
    for _ in range(_ROUNDS_MAX):
        newly_taken = _take(claims, rankings, taken, store, ruleset)
        claims = []
        for identity, ranking in rankings.items():
            if ranking.decision == "automatic" or newly_taken.isdisjoint(ranking.considered):
                continue
            rankings[identity] = again = rank_again(ranking, store=store, ruleset=ruleset, taken=taken.keys())
            if again.decision == "automatic":
                claims.append(_claim(again))
        if not claims:
            break
    for claim in claims:
        rankings[claim[2]] = _as_proposed(rankings[claim[2]])
    return taken


def _take(
    claims: list[_Claim], rankings: dict[int, Ranking], taken: dict[int, int], store: Store, ruleset: Ruleset
) -> set[int]:
    """Let claims take their items, best first; a claim that comes too late is ranked again among what is left."""
    newly_taken: set[int] = set()
    heapq.heapify(claims)
    while claims:
        identity = heapq.heappop(claims)[2]
        ranking = rankings[identity]
        wanted = [share[0] for share in ranking.candidates[0].shares]
        if any(at in taken for at in wanted):
            rankings[identity] = again = rank_again(ranking, store=store, ruleset=ruleset, taken=taken.keys())
            if again.decision == "automatic":
                heapq.heappush(claims, _claim(again))
            continue
        for at in wanted:
            taken[at] = identity
        newly_taken.update(wanted)
    return newly_taken


def _as_proposed(ranking: Ranking) -> Ranking:
    return replace(ranking, decision="proposed")


def _result(
    transaction: TransactionRow,
    ranking: Ranking | None,
    together: dict[int, Candidate],
    taken: dict[int, int],
    store: Store,
    ruleset: Ruleset,
) -> MatchResult:
    if ranking is None:
        return MatchResult(transaction.transaction_id, "none")
    candidates = ranking.candidates
    decision = ranking.decision
    joint = together.get(transaction.transaction_id)
    if joint is not None:
        candidates = tuple(sorted((joint, *candidates), key=lambda candidate: candidate.order))
        decision = "proposed"
    proposals = [
        _proposal(transaction, number, candidates, decision if number == 0 else "proposed", store)
        for number in range(min(len(candidates), ruleset.proposals_max))
        if candidates[number].score >= ruleset.points_stored
    ]
    if not proposals:
        return MatchResult(transaction.transaction_id, "none", (), _taken_notes(ranking, taken, store))
    notes = () if decision == "automatic" else _taken_notes(ranking, taken, store)
    return MatchResult(transaction.transaction_id, decision, tuple(proposals), notes)


def _taken_notes(ranking: Ranking, taken: dict[int, int], store: Store) -> tuple[str, ...]:
    """Say which named items another transaction settles already: a double payment, perhaps."""
    return tuple([f"settled_by:{store.items.items[at].item_id}:{taken[at]}" for at in ranking.named if at in taken])


def _proposal(
    transaction: TransactionRow, number: int, candidates: Sequence[Candidate], decision: Decision, store: Store
) -> Proposal:
    candidate = candidates[number]
    items = store.items.items
    return Proposal(
        transaction.transaction_id,
        number + 1,
        candidate.score,
        lead_of(candidates, number),
        tuple(
            [
                ItemShare(items[at].item_id, cash, discount, difference, items[at].document_number)
                for at, cash, discount, difference in candidate.shares
            ]
        ),
        tuple([Evidence(*mark) for mark in candidate.marks]),
        decision,
        candidate.remainder,
        tuple(candidate.notes),
    )


def _returned(transaction: TransactionRow, store: Store) -> MatchResult:
    """Return the proposal to take back what a returned order had settled; the bank's fee is the remainder."""
    original = transaction.returns_of or transaction.end_to_end_id
    lines = store.orders.get(original, []) if original else []
    if not lines:
        return MatchResult(transaction.transaction_id, "none", (), ("return",), original)
    evidence = tuple(
        Evidence("own_order", 100, "end_to_end_id", 0, len(original), line.item_id, original) for line in lines
    )
    position = store.items.position
    shares = tuple(
        ItemShare(
            line.item_id,
            -line.amount,
            document_number=store.items.items[position[line.item_id]].document_number
            if line.item_id in position
            else "",
        )
        for line in lines
    )
    proposal = Proposal(
        transaction_id=transaction.transaction_id,
        rank=1,
        score=100,
        lead=100,
        shares=shares,
        evidence=evidence,
        decision="proposed",
        remainder=abs(transaction.amount) - sum(line.amount for line in lines),
        notes=("return",),
        kind="return",
    )
    return MatchResult(transaction.transaction_id, "proposed", (proposal,), ("return",), original)
