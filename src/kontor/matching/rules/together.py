"""Explain several transactions of one payer by one item that they pay together."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from kontor.matching.rules.candidates import Ranking
from kontor.matching.rules.points import Candidate, weigh_item
from kontor.matching.rules.question import read_question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.subset import Part, find_sums
from kontor.matching.rules.tolerance import discount_on
from kontor.matching.rules.values import TransactionRow

_TRANSACTIONS_MAX = 12


def weigh_together(
    rankings: Sequence[Ranking], taken: AbstractSet[int], *, store: Store, ruleset: Ruleset
) -> dict[int, Candidate]:
    """Return by transaction id the explanation as a part of what pays one item; never automatic.

    Looks at each certain payer's unexplained transactions within the ruleset's days of one another.
    """
    groups: dict[tuple[int, int, str], list[Ranking]] = {}
    for ranking in rankings:
        if ranking.payer is not None and not _is_explained(ranking):
            direction = 1 if ranking.transaction.amount > 0 else -1
            key = (ranking.payer, direction, ranking.transaction.currency)
            groups.setdefault(key, []).append(ranking)
    found: dict[int, Candidate] = {}
    for (party_id, direction, currency), group in groups.items():
        if len(group) < 2:
            continue
        positions = store.items.party_items.get(party_id, [])[: ruleset.subset_items_max]
        for at in positions:
            item = store.items.items[at]
            free = [ranking for ranking in group if ranking.transaction.transaction_id not in found]
            if at in taken or item.currency != currency or store.items.signed[at] * direction <= 0 or len(free) < 2:
                continue
            members = _members(at, free, store=store, ruleset=ruleset)
            for ranking in members:
                found[ranking.transaction.transaction_id] = _joint(at, ranking, members, store=store, ruleset=ruleset)
    return found


def _is_explained(ranking: Ranking) -> bool:
    return bool(ranking.candidates) and ranking.candidates[0].is_explained


def _members(at: int, group: list[Ranking], *, store: Store, ruleset: Ruleset) -> list[Ranking]:
    """Return the transactions that pay an item together, none if there is no or more than one way."""
    ordered = sorted(group, key=lambda ranking: (ranking.transaction.booking_date, ranking.transaction.transaction_id))
    for first, ranking in enumerate(ordered):
        window = [
            other
            for other in ordered[first:]
            if (other.transaction.booking_date - ranking.transaction.booking_date).days <= ruleset.together_days
        ][:_TRANSACTIONS_MAX]
        parts = [Part(number, abs(other.transaction.amount)) for number, other in enumerate(window)]
        for target in _targets(at, window[-1].transaction, store=store):
            search = find_sums(parts, target, solutions_max=1)
            if len(search.solutions) == 1 and len(search.solutions[0]) > 1:
                return [window[number] for number, _ in search.solutions[0]]
    return []


def _targets(at: int, last: TransactionRow, *, store: Store) -> list[int]:
    item = store.items.items[at]
    tier = discount_on(item, last.value_date)
    return [item.amount_open] if tier is None else [item.amount_open, item.amount_open - tier.amount]


def _joint(at: int, ranking: Ranking, members: list[Ranking], *, store: Store, ruleset: Ruleset) -> Candidate:
    question = ranking.question or read_question(ranking.transaction, store=store, ruleset=ruleset)
    candidate = weigh_item(at, question=question, store=store, ruleset=ruleset)
    others = [member.transaction.transaction_id for member in members if member is not ranking]
    detail = ",".join(str(identity) for identity in others)
    candidate.add("together", ruleset.together, place=("amount", 0, 0), detail=detail)
    candidate.notes.append(f"together_with:{detail}")
    candidate.is_flagged = True
    return candidate
