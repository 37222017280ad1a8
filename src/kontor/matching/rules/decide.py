"""Decide for many transactions at once, so that no item is given away twice."""

import gc
import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice
from operator import attrgetter

from kontor.matching.rules.desk import Claim, Desk, ResultRow, row_of
from kontor.matching.rules.marks import Mark, ProposalRow, ShareRow
from kontor.matching.rules.parallel import Desks, desks_for, read_answer
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
            results = _decided(payments, desks, store=store, ruleset=ruleset)
    return [
        _returned(transaction, store)
        if transaction.is_return
        else results.get(transaction.transaction_id) or MatchResult(transaction.transaction_id, "none")
        for transaction in asked
    ]


def _decided(payments: list[TransactionRow], desks: Desks, *, store: Store, ruleset: Ruleset) -> dict[int, MatchResult]:
    """Return by id what each payment pays, as far as it has a result.

    The values of what is sure are made while the forks are still at work; who came too late gets a later result.
    """
    desks.order(Desk.rank)
    claims = desks.home.rank()
    results = {row[0]: _result(row) for row in desks.home.sure_results()}
    for written in desks.answers():
        claims += read_answer(written)
    desks.order(Desk.sure_results)
    by_id = {transaction.transaction_id: transaction for transaction in payments}
    taken = dict[int, int]()
    newly_taken, late = _take(claims, taken, desks.home, by_id)
    sure_away = desks.answers()
    demoted = _settle_claims(newly_taken, late, taken, desks, by_id)
    loose = [(by_id[identity], payer) for part in desks.ask(Desk.unexplained, demoted) for identity, payer in part]
    together = weigh_together(loose, taken.keys(), store=store, ruleset=ruleset)
    ranked = desks.ask(Desk.results, {identity: row_of(joint) for identity, joint in together.items()})
    ranked_at_home = [_result(row) for row in next(ranked)]
    for written in sure_away:
        results.update([(row[0], _result(row)) for row in read_answer(written)])
    results.update([(result.transaction_id, result) for result in ranked_at_home])
    for rows in ranked:
        results.update([(row[0], _result(row)) for row in rows])
    return results


def _settle_claims(
    newly_taken: dict[int, int], late: list[int], taken: dict[int, int], desks: Desks,
    by_id: Mapping[int, TransactionRow],
) -> list[int]:  # fmt: skip
    """Let whoever finds its items taken be ranked again, round by round; return whose claims are left to a person."""
    rounds = 0
    while claims := [claim for part in desks.ask(Desk.lose, newly_taken, late) for claim in part]:
        rounds += 1
        if rounds == _ROUNDS_MAX:
            break
        newly_taken, late = _take(claims, taken, desks.home, by_id)
    return [claim[2] for claim in claims]


def _take(
    claims: list[Claim], taken: dict[int, int], home: Desk, by_id: Mapping[int, TransactionRow]
) -> tuple[dict[int, int], list[int]]:
    """Let claims take their items, best first; a claim that comes too late is ranked again among what is left.

    Return what was taken and who came too late; these stay at the desk `home`.
    """
    before = len(taken)
    late: list[int] = []
    again: list[Claim] = []
    for claim in sorted(claims):
        while again and again[0] < claim:
            _take_one(heapq.heappop(again), taken, late, again, home, by_id)
        _take_one(claim, taken, late, again, home, by_id)
    while again:
        _take_one(heapq.heappop(again), taken, late, again, home, by_id)
    return dict(islice(taken.items(), before, None)), late


def _take_one(
    claim: Claim, taken: dict[int, int], late: list[int], again: list[Claim], home: Desk,
    by_id: Mapping[int, TransactionRow],
) -> None:  # fmt: skip
    """Let one claim take its items, or rank its transaction again and put what it claims now into `again`."""
    _, _, identity, wanted = claim
    if taken.keys().isdisjoint(wanted):
        for at in wanted:
            taken[at] = identity
        return
    late.append(identity)
    other = home.rank_late(by_id[identity], taken)
    if other is not None:
        heapq.heappush(again, other)


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
