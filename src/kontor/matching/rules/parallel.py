"""Rank transactions on several cores: each ranking depends on its transaction and the store alone."""

import marshal
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

from kontor.matching.rules.candidates import Ranking, rank
from kontor.matching.rules.points import Candidate
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import TransactionRow

_TRANSACTIONS_PER_WORKER_MIN = 2_000


def rank_all(transactions: Sequence[TransactionRow], *, store: Store, ruleset: Ruleset, workers: int) -> list[Ranking]:
    """Return the rankings in the transactions' order, the same for any number of workers.

    More than one worker forks this process, so only a process without threads may ask for it.
    """
    shares = min(workers, max(1, len(transactions) // _TRANSACTIONS_PER_WORKER_MIN))
    if shares == 1:
        return [rank(transaction, store=store, ruleset=ruleset) for transaction in transactions]
    bounds = [len(transactions) * number // shares for number in range(shares + 1)]
    context = get_context("fork")
    started = []
    for number in range(1, shares):
        receiver, sender = context.Pipe(duplex=False)
        part = transactions[bounds[number] : bounds[number + 1]]
        child = context.Process(target=_rank_part, args=(part, store, ruleset, sender))
        child.start()
        sender.close()
        started.append((part, child, receiver))
    rankings = [rank(transaction, store=store, ruleset=ruleset) for transaction in transactions[: bounds[1]]]
    for part, child, receiver in started:
        rows = marshal.loads(receiver.recv_bytes())  # noqa: S302 - written by our own fork, read from its pipe
        child.join()
        rankings += [_unpacked(transaction, row) for transaction, row in zip(part, rows, strict=True)]
    return rankings


type _CandidateRow = tuple[tuple[tuple[int, int, int, int], ...], int, list, list, int, bool, bool, bool, bool]  # type: ignore[type-arg]
type _Row = tuple[list[_CandidateRow], str, tuple[int, ...], tuple[int, ...], int | None]


def _rank_part(part: Sequence[TransactionRow], store: Store, ruleset: Ruleset, sender: Connection) -> None:
    rows = [_packed(rank(transaction, store=store, ruleset=ruleset)) for transaction in part]
    sender.send_bytes(marshal.dumps(rows))


def _packed(ranking: Ranking) -> _Row:
    return (
        [
            (
                found.shares, found.score, found.marks, found.notes, found.remainder, found.is_explained,
                found.is_exact, found.is_flagged, found.is_named,
            )
            for found in ranking.candidates
        ],
        ranking.decision, ranking.considered, ranking.named, ranking.payer,
    )  # fmt: skip


def _unpacked(transaction: TransactionRow, row: _Row) -> Ranking:
    candidates, decision, considered, named, payer = row
    found = tuple([Candidate(*candidate) for candidate in candidates])
    return Ranking(transaction, found, decision, considered, named, payer)  # type: ignore[arg-type]
