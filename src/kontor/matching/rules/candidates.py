"""Gather the explanations a transaction may have and rank them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from kontor.matching.rules.cascade import named_item, only_question, sure_payment
from kontor.matching.rules.combine import weigh_sets
from kontor.matching.rules.points import Candidate, Share, weigh_item
from kontor.matching.rules.question import Question, read_question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.spans import payment_bounds
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import Decision, OpenItemRow, TransactionRow

_WEAK_NUMBERS = frozenset({"number_mistyped", "number_digits"})
_CONTRADICTIONS = frozenset({"other_number", "other_party"})
_PARTY_SIGNS = frozenset({"party_iban", "party_alias", "party_name"})


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


def rank(
    transaction: TransactionRow, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int] = frozenset()
) -> Ranking:
    """Return a transaction's explanations without the items already `taken`."""
    named = None if taken else named_item(transaction, store=store, ruleset=ruleset)
    if named is not None:
        sure = sure_payment(transaction, *named, store=store, ruleset=ruleset)
        if sure is not None and sure.score >= max(ruleset.points_automatic, ruleset.lead_automatic):
            return Ranking(transaction, (sure,), "automatic")
        question = only_question(transaction, *named, store=store, ruleset=ruleset)
        if question is not None:
            return _rank_question(question, store=store, ruleset=ruleset, taken=taken)
    return full_rank(transaction, store=store, ruleset=ruleset, taken=taken)


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
    return _rank_question(question, store=store, ruleset=ruleset, taken=taken)


def full_rank(
    transaction: TransactionRow, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int] = frozenset()
) -> Ranking:
    """Return a transaction's explanations after weighing everything it names and everything its payer owes."""
    question = read_question(transaction, store=store, ruleset=ruleset)
    return _rank_question(question, store=store, ruleset=ruleset, taken=taken)


def _rank_question(question: Question, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int]) -> Ranking:
    strong, payer = question.strong, question.payer
    pool = _payer_pool(question, store, ruleset, taken)
    found = _singles(question, pool, store, ruleset, taken)
    if question.flag is None and (len(strong) > 1 or not _is_explained(found, question)):
        named = [at for at in sorted(strong) if at not in taken]
        found += weigh_sets(question, named, pool, store=store, ruleset=ruleset)
    if not found:
        found = _amount_only(question, store=store, ruleset=ruleset, taken=taken)
        if not found and pool:
            found = [weigh_item(_oldest_open(pool, question, store), question=question, store=store, ruleset=ruleset)]
    if payer.certain is not None and len(payer.signs) == 1 and question.flag is None:
        _reward_sole(found, question, ruleset)
    elif payer.certain is None and strong and question.flag is None:
        _reward_sole_amount(found, question, store, ruleset)
    ranked = tuple(found)
    if len(found) > 1:
        ranked = tuple(sorted(_distinct(found), key=order_of))
    decision = _decide(ranked, ruleset)
    if decision == "automatic":
        return Ranking(question.transaction, ranked[: ruleset.proposals_max + 1], decision)
    considered = [share[0] for candidate in ranked for share in candidate.shares]
    is_open = not (ranked and ranked[0].is_explained) and not strong and question.flag is None
    if is_open and len(pool) > 1:
        considered += pool
    named = sorted({*strong, *question.references})
    return Ranking(
        question.transaction, ranked[: ruleset.proposals_max + 1], decision, tuple(considered), tuple(named),
        payer.certain, question,
    )  # fmt: skip


def _payer_pool(question: Question, store: Store, ruleset: Ruleset, taken: AbstractSet[int]) -> list[int]:
    """Return the open items of the parties behind a transaction, oldest first; of a large party those that fit."""
    index = store.items
    signs = question.payer.signs
    if not signs:
        return []
    if len(signs) == 1:
        (party_id,) = signs
        positions = index.party_items.get(party_id, [])
        if len(positions) <= ruleset.list_length_max:
            return [at for at in positions if at not in taken] if taken else positions
    pool: list[int] = []
    wanted = question.direction * question.amount
    for party_id in sorted(signs):
        positions = index.party_items.get(party_id, [])
        if len(pool) + len(positions) <= ruleset.list_length_max:
            pool += [at for at in positions if at not in taken]
        elif len(positions) > ruleset.list_length_max:
            pool += _first_free(index.party_amounts.get((party_id, wanted), []), taken, ruleset.key_items_max)
    return sorted(pool)


def _first_free(positions: list[int], taken: AbstractSet[int], count: int) -> list[int]:
    found: list[int] = []
    for at in positions:
        if at not in taken:
            found.append(at)
            if len(found) >= count:
                break
    return found


def _singles(
    question: Question, pool: list[int], store: Store, ruleset: Ruleset, taken: AbstractSet[int]
) -> list[Candidate]:
    """Return the explanations by one item: each that is named, and each of the payer's that the amount fits."""
    named: AbstractSet[int] = question.named.items.keys()
    if question.references or question.orders:
        named = named | question.references.keys() | question.orders.keys()
    fits = [at for at in _fitting(question, pool, store) if at not in named and at not in taken] if pool else []
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


def _fitting(question: Question, pool: list[int], store: Store) -> list[int]:
    """Return the items of the pool that the amount may close."""
    index, signs = store.items, question.payer.signs
    if len(signs) == 1:
        (party_id,) = signs
        spans = index.spans.get(party_id)
        if spans is not None:
            return spans.fitting(question.direction * question.amount)
    return [
        at for at in pool if index.signed[at] * question.direction > 0 and _closes(question.amount, index.items[at])
    ]


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
    return any(single.is_exact and (single.is_named or question.names_nothing_else) for single in singles)


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


def _oldest_open(pool: list[int], question: Question, store: Store) -> int:
    """Return the payer's oldest item that goes the transaction's way, for a payment on account."""
    return next((at for at in pool if store.items.signed[at] * question.direction > 0), pool[0])


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
