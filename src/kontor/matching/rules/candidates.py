"""Gather the explanations a transaction may have and rank them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from kontor.matching.rules.cascade import only_question
from kontor.matching.rules.combine import weigh_sets
from kontor.matching.rules.marks import Candidate, Mark, Share
from kontor.matching.rules.points import weigh_item
from kontor.matching.rules.pool import Pool, fitting, payer_pool
from kontor.matching.rules.question import Question, read_question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.spans import payment_bounds
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import Decision, OpenItemRow, TransactionRow

_WEAK_NUMBERS = frozenset({"number_mistyped", "number_digits"})
_CONTRADICTIONS = frozenset({"other_number", "other_party"})
_PARTY_SIGNS = frozenset({"party_iban", "party_alias", "party_name"})
_NOBODY = frozenset[int]()


@dataclass(slots=True)
class Ranking:
    """The explanations of a transaction, best first, with the decision on the first.

    `considered` are the item positions whose loss may change a ranking that is not automatic, `named` those its
    numbers name, `payer` the one party that is certainly meant. `question` spares such a ranking its second reading.
    """

    transaction: TransactionRow
    candidates: tuple[Candidate, ...]
    decision: Decision
    considered: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    payer: int | None = None
    question: Question | None = field(default=None, compare=False, repr=False)


def lead_of(candidates: Sequence[Candidate], rank: int) -> int:
    """Return by how many points a candidate leads the next one, its whole score if it is the last."""
    rival = candidates[rank + 1].score if rank + 1 < len(candidates) else 0
    return candidates[rank].score - max(rival, 0)


def order_of(candidate: Candidate) -> tuple[int, tuple[Share, ...]]:
    """Return the sort key: best score first, then the items' own order."""
    return -candidate.score, candidate.shares


def question_of(
    transaction: TransactionRow, named: tuple[int, Mark] | None, *, store: Store, ruleset: Ruleset
) -> Question:
    """Return what a transaction names; `named` is the one item that is known by now (`cascade.named_item`)."""
    if named is not None:
        question = only_question(transaction, *named, store=store, ruleset=ruleset)
        if question is not None:
            return question
    return read_question(transaction, store=store, ruleset=ruleset)


def rank_again(
    transaction: TransactionRow,
    question: Question | None,
    *,
    store: Store,
    ruleset: Ruleset,
    taken: AbstractSet[int],
) -> Ranking:
    """Return a transaction's explanations after others took some of its items; `question` spares its second reading."""
    question = question or read_question(transaction, store=store, ruleset=ruleset)
    return rank_question(question, store=store, ruleset=ruleset, taken=taken)


def full_rank(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> Ranking:
    """Return a transaction's explanations after weighing everything it names and everything its payer owes."""
    return rank_question(read_question(transaction, store=store, ruleset=ruleset), store=store, ruleset=ruleset)


def rank_question(question: Question, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int] = _NOBODY) -> Ranking:
    """Return the explanations of a transaction that is read."""
    strong, is_plain = question.strong, question.flag is None
    pool = payer_pool(question, store=store, ruleset=ruleset, taken=taken)
    found = _singles(question, pool, store, ruleset, taken)
    if is_plain and (len(strong) > 1 or not _is_explained(found, question)):
        named = [at for at in sorted(strong) if at not in taken] if strong else []
        found += weigh_sets(question, named, pool, store=store, ruleset=ruleset)
    if not found:
        found = _amount_only(question, store=store, ruleset=ruleset, taken=taken)
        if not found and pool.count:
            found = [weigh_item(_oldest_open(pool, question, store), question=question, store=store, ruleset=ruleset)]
    if is_plain:
        _reward(found, question, store, ruleset)
    if len(found) > 1:
        found = sorted(_distinct(found), key=order_of)
    ranked = tuple(found)
    decision = _decide(ranked, ruleset)
    kept = ranked[: ruleset.proposals_max + 1]
    if decision == "automatic":
        return Ranking(question.transaction, kept, decision)
    considered = [share[0] for candidate in ranked for share in candidate.shares]
    if pool.count > 1 and is_plain and not strong and not (ranked and ranked[0].is_explained):
        considered += pool.positions
    named = sorted({*strong, *question.references}) if strong or question.references else []
    return Ranking(
        question.transaction, kept, decision, tuple(considered), tuple(named), question.payer.certain, question
    )


def _singles(
    question: Question, pool: Pool, store: Store, ruleset: Ruleset, taken: AbstractSet[int]
) -> list[Candidate]:
    """Return the explanations by one item: each that is named, and each of the payer's that the amount fits."""
    named: AbstractSet[int] = question.named.items.keys()
    if question.references or question.orders:
        named = named | question.references.keys() | question.orders.keys()
    fits = fitting(pool, question, store=store) if pool.count else []
    if fits and (named or taken):
        fits = [at for at in fits if at not in named and at not in taken]
    if question.mandates:
        others = [at for at in question.mandates if at not in named and at not in taken]
        fits = sorted({*fits, *(at for at in others if _closes(question.amount, store.items.items[at]))})
    found = [
        weigh_item(at, question=question, store=store, ruleset=ruleset)
        for at in (sorted(named) if len(named) > 1 else named)
        if at not in taken
    ]
    if not fits:
        return found
    if question.named.foreign or question.named.hot:
        return found + [weigh_item(at, question=question, store=store, ruleset=ruleset) for at in fits]
    for positions in _equal_items(fits, store):
        equal = len(positions)
        found.append(weigh_item(positions[0], equal=equal, question=question, store=store, ruleset=ruleset))
    return found


def _closes(amount: int, item: OpenItemRow) -> bool:
    low, high = payment_bounds(item)
    return low <= amount <= high


def _equal_items(positions: list[int], store: Store) -> list[list[int]]:
    """Return the positions grouped by what makes items interchangeable, oldest first."""
    if len(positions) == 1:
        return [positions]
    groups: dict[tuple[object, ...], list[int]] = {}
    for at in positions:
        item = store.items.items[at]
        likeness = (
            item.party_id, item.side, item.is_credit_note, item.currency, item.amount_open, item.is_blocked,
            item.is_in_payment, item.mandate_id, tuple(tier.amount for tier in item.discounts),
        )  # fmt: skip
        groups.setdefault(likeness, []).append(at)
    return list(groups.values())


def _is_explained(singles: list[Candidate], question: Question) -> bool:
    """Tell whether one item alone explains the transaction as well as any set could."""
    exact = [single for single in singles if single.is_exact]
    return bool(exact) and (question.names_nothing_else or True in [single.is_named for single in exact])


def _amount_only(question: Question, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int]) -> list[Candidate]:
    """Return the one item of the whole tenant with this amount and a due date near by; never automatic."""
    positions = store.items.amounts.get(question.direction * question.amount, [])
    if len(positions) != 1 or positions[0] in taken:
        return []
    days = (question.transaction.booking_date - store.items.items[positions[0]].due_date).days
    if not -ruleset.amount_only_days_before <= days <= ruleset.amount_only_days_after:
        return []
    candidate = weigh_item(positions[0], question=question, store=store, ruleset=ruleset)
    candidate.is_flagged = True
    candidate.notes.append("amount_only")
    return [candidate]


def _oldest_open(pool: Pool, question: Question, store: Store) -> int:
    """Return the payer's oldest item that goes the transaction's way, for a payment on account."""
    positions = pool.positions
    return next((at for at in positions if store.items.signed[at] * question.direction > 0), positions[0])


def _reward(found: list[Candidate], question: Question, store: Store, ruleset: Ruleset) -> None:
    """Count that nothing else can be meant, by the payer's items or by the amount."""
    payer = question.payer
    if payer.certain is None:
        if question.strong:
            _reward_sole_amount(found, question, store, ruleset)
    elif len(payer.signs) == 1:
        _reward_sole(found, question, ruleset)


def _reward_sole(found: list[Candidate], question: Question, ruleset: Ruleset) -> None:
    """Count that the open items of a certain payer, the only one meant, allow exactly one explanation and nothing else
    is named.
    """
    exact = [candidate for candidate in found if candidate.is_exact]
    if len(exact) != 1 or "chance" in exact[0].notes:
        return
    rules = {mark[0] for mark in exact[0].marks}
    if not question.names_nothing_else and (rules.isdisjoint(_WEAK_NUMBERS) or "other_number" in rules):
        return
    if not rules.isdisjoint(_PARTY_SIGNS):
        exact[0].count("sole_payer_amount", ruleset.sole_payer_amount, ("amount", 0, 0))


def _reward_sole_amount(found: list[Candidate], question: Question, store: Store, ruleset: Ruleset) -> None:
    """Count that no other item of the tenant has the amount, where a number and the payer's name speak for the item,
    but no account.
    """
    sole = store.items.amounts.get(question.direction * question.amount, ())
    if len(sole) != 1 or sole[0] not in question.strong:
        return
    if store.items.items[sole[0]].party_id not in question.payer.signs:
        return
    for candidate in found:
        if candidate.is_exact and len(candidate.shares) == 1 and candidate.shares[0][0] == sole[0]:
            if _CONTRADICTIONS.isdisjoint([mark[0] for mark in candidate.marks]):
                candidate.count("sole_amount", ruleset.sole_amount, ("amount", 0, 0))
            return


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """Return each explanation once, the stronger of two that take the same."""
    best: dict[tuple[Share, ...], Candidate] = {}
    for candidate in found:
        known = best.get(candidate.shares)
        if known is None or candidate.score > known.score:
            best[candidate.shares] = candidate
    return list(best.values())


def _decide(ranked: tuple[Candidate, ...], ruleset: Ruleset) -> Decision:
    if not ranked or ranked[0].score < ruleset.points_stored:
        return "none"
    best = ranked[0]
    if best.score < ruleset.points_automatic or not best.is_explained or best.remainder != 0 or best.is_flagged:
        return "proposed"
    return "automatic" if lead_of(ranked, 0) >= ruleset.lead_automatic else "proposed"
