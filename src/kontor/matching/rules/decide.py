"""Decide for many transactions at once, so that no item is given away twice."""

import gc
import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from operator import attrgetter

from kontor.matching.rules.desk import Claim, Desk, ResultRow, row_of
from kontor.matching.rules.marks import Mark, ProposalRow, ShareRow
from kontor.matching.rules.parallel import Desks, desks_for
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store, build_store
from kontor.matching.rules.together import weigh_together
from kontor.matching.rules.values import (
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
    workers: int = 1,
) -> list[MatchResult]:
    """Return what each transaction pays, in the order of their ids.

    The same rows in any order and any number of `workers` give equal results. `items` and `parties` may be all there are or only those that
    share a key with the transactions (`keys.candidate_keys`).
    """
    store = build_store(items, parties, ruleset=ruleset, orders=orders, learned=learned)
    return match_store(transactions, store, ruleset=ruleset, workers=workers)


def match_store(
    transactions: Iterable[TransactionRow], store: Store, *, ruleset: Ruleset, workers: int = 1
) -> list[MatchResult]:
    """Return what each transaction pays out of a store that holds items and parties already indexed.

    More `workers` than one fork the process and give the same results.
    """
    with collection_paused():
        return _match_store(transactions, store, ruleset=ruleset, workers=workers)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the cyclic garbage collection: a run loads and builds many values and no cycles."""
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
    asked = sorted(transactions, key=attrgetter("transaction_id"))
    payments = [transaction for transaction in asked if transaction.amount != 0 and not transaction.is_return]
    results: dict[int, MatchResult] = {}
    if payments:
        with desks_for(payments, store=store, ruleset=ruleset, workers=workers) as desks:
            by_id = {transaction.transaction_id: transaction for transaction in payments}
            taken, demoted = _settle_claims(desks, by_id)
            loose = [
                (by_id[identity], payer) for part in desks.ask(Desk.unexplained, demoted) for identity, payer in part
            ]
            together = weigh_together(loose, taken.keys(), store=store, ruleset=ruleset)
            for rows in desks.ask(Desk.results, {identity: row_of(joint) for identity, joint in together.items()}):
                results.update((row[0], _result(row)) for row in rows)
    return [
        _returned(transaction, store)
        if transaction.is_return
        else results.get(transaction.transaction_id) or MatchResult(transaction.transaction_id, "none")
        for transaction in asked
    ]


def _settle_claims(desks: Desks, by_id: Mapping[int, TransactionRow]) -> tuple[dict[int, int], list[int]]:
    """Give items to automatic decisions, and let whoever finds its items taken be ranked again.

    Return which transaction took each item position, and whose claims are left to a person.
    """
    taken: dict[int, int] = {}
    claims = [claim for part in desks.ask(Desk.rank) for claim in part]
    for _ in range(_ROUNDS_MAX):
        newly_taken, late = _take(claims, taken, desks.home, by_id)
        claims = [claim for part in desks.ask(Desk.lose, newly_taken, late) for claim in part]
        if not claims:
            break
    return taken, [claim[2] for claim in claims]


def _take(
    claims: list[Claim], taken: dict[int, int], home: Desk, by_id: Mapping[int, TransactionRow]
) -> tuple[dict[int, int], list[int]]:
    """Let claims take their items, best first; a claim that comes too late is ranked again among what is left.

    Return what was taken and who came too late; these stay at the desk `home`.
    """
    newly_taken: dict[int, int] = {}
    late: list[int] = []
    again: list[Claim] = []
    heard = iter(sorted(claims))
    claim = next(heard, None)
    while claim is not None or again:
        if claim is None or (again and again[0] < claim):
            _, _, identity, wanted = heapq.heappop(again)
        else:
            _, _, identity, wanted = claim
            claim = next(heard, None)
        if not taken.keys().isdisjoint(wanted):
            late.append(identity)
            other = home.rank_late(by_id[identity], taken)
            if other is not None:
                heapq.heappush(again, other)
            continue
        for at in wanted:
            taken[at] = newly_taken[at] = identity
    return newly_taken, late


def _result(row: ResultRow) -> MatchResult:
    """Return the values of plain tuples, made of them as they are: several times faster than field by field."""
    identity, decision, proposals, notes = row
    return _new(MatchResult, (identity, decision, tuple([_proposal(proposal) for proposal in proposals]), notes, ""))


def _proposal(row: ProposalRow) -> Proposal:
    identity, rank, score, lead, shares, marks, decision, remainder, notes = row
    paid, evidence = tuple(map(_share_of, shares)), tuple(map(_evidence_of, marks))
    return _new(Proposal, (identity, rank, score, lead, paid, evidence, decision, remainder, notes, "payment"))


_new = tuple.__new__
_share_of: Callable[[ShareRow], ItemShare] = partial(_new, ItemShare)
_evidence_of: Callable[[Mark], Evidence] = partial(_new, Evidence)


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
