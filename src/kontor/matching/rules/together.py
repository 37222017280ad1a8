"""Explain several transactions of one payer by one item that they pay together."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from kontor.matching.rules.marks import Candidate
from kontor.matching.rules.points import weigh_item
from kontor.matching.rules.question import read_question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.subset import Part, find_sums
from kontor.matching.rules.tolerance import discount_on
from kontor.matching.rules.values import TransactionRow

_TRANSACTIONS_MAX = 12


def weigh_together(
    unexplained: Iterable[tuple[TransactionRow, int]], taken: AbstractSet[int], *, store: Store, ruleset: Ruleset
) -> dict[int, Candidate]:
    """Return by transaction id the explanation as a part of what pays one item; never automatic.

    Looks at each certain payer's unexplained transactions within the ruleset's days of one another.
    """
    groups: dict[tuple[int, int, str], list[TransactionRow]] = {}
    for transaction, payer in unexplained:
        direction = 1 if transaction.amount > 0 else -1
        groups.setdefault((payer, direction, transaction.currency), []).append(transaction)
    found: dict[int, Candidate] = {}
    for (party_id, direction, currency), group in groups.items():
        if len(group) < 2:
            continue
        positions = store.items.party_items.get(party_id, [])[: ruleset.subset_items_max]
        for at in positions:
            item = store.items.items[at]
            free = [transaction for transaction in group if transaction.transaction_id not in found]
            if at in taken or item.currency != currency or store.items.signed[at] * direction <= 0 or len(free) < 2:
                continue
            members = _members(at, free, store=store, ruleset=ruleset)
            for transaction in members:
                found[transaction.transaction_id] = _joint(at, transaction, members, store=store, ruleset=ruleset)
    return found


def _members(at: int, group: list[TransactionRow], *, store: Store, ruleset: Ruleset) -> list[TransactionRow]:
    """Return the transactions that pay an item together, none if there is no or more than one way."""
    ordered = sorted(group, key=lambda transaction: (transaction.booking_date, transaction.transaction_id))
    for first, transaction in enumerate(ordered):
        window = [
            other
            for other in ordered[first:]
            if (other.booking_date - transaction.booking_date).days <= ruleset.together_days
        ][:_TRANSACTIONS_MAX]
        parts = [Part(number, abs(other.amount)) for number, other in enumerate(window)]
        for target in _targets(at, window[-1], store=store):
            search = find_sums(parts, target, solutions_max=1)
            if len(search.solutions) == 1 and len(search.solutions[0]) > 1:
                return [window[number] for number, _ in search.solutions[0]]
    return []


def _targets(at: int, last: TransactionRow, *, store: Store) -> list[int]:
    item = store.items.items[at]
    tier = discount_on(item, last.value_date)
    return [item.amount_open] if tier is None else [item.amount_open, item.amount_open - tier.amount]


def _joint(
    at: int, transaction: TransactionRow, members: list[TransactionRow], *, store: Store, ruleset: Ruleset
) -> Candidate:
    question = read_question(transaction, store=store, ruleset=ruleset)
    candidate = weigh_item(at, question=question, store=store, ruleset=ruleset)
    others = [member.transaction_id for member in members if member is not transaction]
    detail = ",".join(str(identity) for identity in others)
    candidate.count("together", ruleset.together, ("amount", 0, 0), None, detail)
    candidate.notes.append(f"together_with:{detail}")
    candidate.is_flagged = True
    return candidate
