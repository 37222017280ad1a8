"""Keep the rankings of a part of the transactions: rank them, say which items they claim, rank again what lost some.

What goes in and what comes out are plain tuples, so that a desk may stand in a fork of the process (`parallel`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import batched

from kontor.matching.rules.candidates import Ranking, order_of, question_of, rank_again, rank_question
from kontor.matching.rules.cascade import named_item, sure_payment, sure_unnamed
from kontor.matching.rules.marks import Candidate, Mark, ProposalRow, Share
from kontor.matching.rules.rivals import sure_among
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import Decision, TransactionRow

type Claim = tuple[int, int, int, tuple[int, ...]]
"""In the order in which claims are heard: points (negative), booking day, transaction, the item positions it takes."""

type CandidateRow = tuple[tuple[Share, ...], int, list[Mark], list[str], int, bool, bool, bool, bool, bool]
"""The fields of a Candidate, in its order."""

type ResultRow = tuple[int, Decision, tuple[ProposalRow, ...], tuple[str, ...]]
"""The fields of a MatchResult, those of its proposals and their shares and evidence in their places."""

type _Heard = tuple[TransactionRow, tuple[int, Mark] | None]
"""A transaction with the one item that it names (`cascade.named_item`)."""

_BATCH = 500


class Desk:
    """Rankings of some transactions over the store, and which item positions were taken by whom.

    `sure` are the results of transactions with one explanation, which is automatic; `rankings` those of all others.
    """

    def __init__(self, transactions: Sequence[TransactionRow], *, store: Store, ruleset: Ruleset) -> None:
        self.store, self.ruleset = store, ruleset
        self.transactions = transactions
        self.sure: dict[int, ResultRow] = {}
        self.rankings: dict[int, Ranking] = {}
        self.adopted = set[int]()
        self.taken: dict[int, int] = {}

    def rank(self) -> list[Claim]:
        """Rank every transaction; return what the automatic decisions claim.

        One step after the other for a whole batch keeps a step's code and data in the processor's cache: a sixth faster.
        """
        claims: list[Claim] = []
        store, ruleset = self.store, self.ruleset
        for batch in batched(self.transactions, _BATCH):
            heard = [(transaction, named_item(transaction, store=store, ruleset=ruleset)) for transaction in batch]
            self._rank(self._decide_among(self._decide_sure(heard, claims), claims), claims)
        return claims

    def _decide_sure(self, transactions: Iterable[_Heard], claims: list[Claim]) -> list[_Heard]:
        """Decide who can mean one item only; return the others."""
        store, ruleset = self.store, self.ruleset
        least = max(ruleset.points_automatic, ruleset.lead_automatic)
        left: list[_Heard] = []
        for heard in transactions:
            transaction, named = heard
            if named is None:
                at, sure = sure_unnamed(transaction, store=store, ruleset=ruleset) or (0, None)
            else:
                at, sure = named[0], sure_payment(transaction, *named, store=store, ruleset=ruleset)
            if sure is not None and sure[2] >= least:
                self._keep_sure(transaction, at, (sure,), claims)
            else:
                left.append(heard)
        return left

    def _decide_among(self, transactions: Iterable[_Heard], claims: list[Claim]) -> list[_Heard]:
        """Decide who names one item clearly better than others that fit as well; return the others."""
        store, ruleset = self.store, self.ruleset
        left: list[_Heard] = []
        for heard in transactions:
            transaction, named = heard
            proposals = None if named is None else sure_among(transaction, *named, store=store, ruleset=ruleset)
            if proposals is None or named is None:
                left.append(heard)
            else:
                self._keep_sure(transaction, named[0], proposals, claims)
        return left

    def _keep_sure(
        self, transaction: TransactionRow, at: int, proposals: tuple[ProposalRow, ...], claims: list[Claim]
    ) -> None:
        identity = transaction.transaction_id
        self.sure[identity] = identity, "automatic", proposals, ()
        claims.append((-proposals[0][2], transaction.booking_date.toordinal(), identity, (at,)))

    def _rank(self, transactions: Iterable[_Heard], claims: list[Claim]) -> None:
        """Read and rank transactions."""
        store, ruleset = self.store, self.ruleset
        questions = [
            question_of(transaction, named, store=store, ruleset=ruleset) for transaction, named in transactions
        ]
        rankings = [rank_question(question, store=store, ruleset=ruleset) for question in questions]
        for ranking in rankings:
            self.rankings[ranking.transaction.transaction_id] = ranking
            if ranking.decision == "automatic":
                claims.append(_claim(ranking))

    def rank_late(self, transaction: TransactionRow, taken: Mapping[int, int]) -> Claim | None:
        """Take over a transaction whose items are gone and rank it among what is left; return what it claims now."""
        found = rank_again(transaction, None, store=self.store, ruleset=self.ruleset, taken=taken.keys())
        self.rankings[transaction.transaction_id] = found
        self.adopted.add(transaction.transaction_id)
        return _claim(found) if found.decision == "automatic" else None

    def lose(self, taken: Mapping[int, int], moved: Collection[int]) -> list[Claim]:
        """Rank again who loses an item; return what is claimed now. Who has `moved` belongs to the desk that adopted it."""
        for identity in moved:
            if identity not in self.adopted:
                self.rankings.pop(identity, None)
        self.taken.update(taken)
        claims = []
        is_untouched = taken.keys().isdisjoint
        for identity, ranking in self.rankings.items():
            if ranking.decision == "automatic" or is_untouched(ranking.considered):
                continue
            self.rankings[identity] = again = rank_again(
                ranking.transaction, ranking.question, store=self.store, ruleset=self.ruleset, taken=self.taken.keys()
            )
            if again.decision == "automatic":
                claims.append(_claim(again))
        return claims

    def unexplained(self, demoted: Collection[int]) -> list[tuple[int, int]]:
        """Leave what `demoted` claim to a person; return the unexplained transactions with their certain payers."""
        for identity in demoted:
            if identity in self.rankings:
                self.rankings[identity].decision = "proposed"
        return [
            (identity, ranking.payer)
            for identity, ranking in self.rankings.items()
            if ranking.decision != "automatic" and ranking.payer is not None and not _is_explained(ranking)
        ]

    def sure_results(self) -> list[ResultRow]:
        """Return what the sure transactions pay, even of those whose items another one took: these are ranked later."""
        return list(self.sure.values())

    def results(self, together: Mapping[int, CandidateRow]) -> list[ResultRow]:
        """Return what the ranked transactions pay; `together` are explanations as a part of what pays one item."""
        return [
            result_of(ranking, together.get(identity), self.taken, self.store, self.ruleset)
            for identity, ranking in self.rankings.items()
        ]


def row_of(candidate: Candidate) -> CandidateRow:
    """Return the fields of a candidate."""
    return (
        candidate.shares, candidate.score, candidate.marks, candidate.notes, candidate.remainder,
        candidate.is_explained, candidate.is_exact, candidate.is_flagged, candidate.is_named, candidate.is_ordered,
    )  # fmt: skip


def _claim(ranking: Ranking) -> Claim:
    """Return what an automatic decision takes: the best score is heard first, then the earlier booking, then the id."""
    transaction, best = ranking.transaction, ranking.candidates[0]
    shares = best.shares
    positions = (shares[0][0],) if len(shares) == 1 else tuple([share[0] for share in shares])
    return -best.score, transaction.booking_date.toordinal(), transaction.transaction_id, positions


def _is_explained(ranking: Ranking) -> bool:
    return bool(ranking.candidates) and ranking.candidates[0].is_explained


def result_of(
    ranking: Ranking, joint: CandidateRow | None, taken: Mapping[int, int], store: Store, ruleset: Ruleset
) -> ResultRow:
    identity, candidates, decision = ranking.transaction.transaction_id, ranking.candidates, ranking.decision
    if decision == "automatic" and len(candidates) == 1:
        return identity, decision, (_proposal(identity, 0, candidates, decision, store),), ()
    if joint is not None:
        candidates = tuple(sorted((Candidate(*joint), *candidates), key=order_of))
        decision = "proposed"
    proposals = tuple(
        [
            _proposal(identity, number, candidates, decision if number == 0 else "proposed", store)
            for number in range(min(len(candidates), ruleset.proposals_max))
            if candidates[number].score >= ruleset.points_stored
        ]
    )
    if not proposals:
        return identity, "none", (), _taken_notes(ranking, taken, store)
    return identity, decision, proposals, () if decision == "automatic" else _taken_notes(ranking, taken, store)


def _taken_notes(ranking: Ranking, taken: Mapping[int, int], store: Store) -> tuple[str, ...]:
    """Say which named items another transaction settles already: a double payment, perhaps."""
    return tuple([f"settled_by:{store.items.items[at].item_id}:{taken[at]}" for at in ranking.named if at in taken])


def _proposal(
    identity: int, number: int, candidates: Sequence[Candidate], decision: Decision, store: Store
) -> ProposalRow:
    candidate = candidates[number]
    items = store.items.items
    shares = tuple(
        [
            (items[at].item_id, cash, discount, difference, items[at].document_number)
            for at, cash, discount, difference in candidate.shares
        ]
    )
    score = candidate.score
    rival = candidates[number + 1].score if number + 1 < len(candidates) else 0
    return (
        identity, number + 1, score, score - rival if rival > 0 else score, shares, tuple(candidate.marks), decision,
        candidate.remainder, tuple(candidate.notes),
    )  # fmt: skip
