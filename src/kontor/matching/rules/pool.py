"""Gather the open items of the parties behind a transaction."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kontor.matching.rules.question import Question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.spans import payment_bounds
from kontor.matching.rules.store import Store

_NOTHING: list[int] = []


@dataclass(slots=True)
class Pool:
    """The open items of some parties that nobody has taken; `count` is how many.

    `whole` are the parties with all of them, oldest first; `exact` are those of parties with too many items to walk,
    only what has the transaction's amount.
    """

    whole: list[tuple[int, list[int]]]
    exact: list[list[int]]
    count: int

    @property
    def positions(self) -> list[int]:
        """Return all positions, oldest first."""
        lists = [own for _, own in self.whole] + self.exact
        return lists[0] if len(lists) == 1 else sorted([at for own in lists for at in own])

    def first_parties(self, most: int) -> list[list[int]]:
        """Return the positions of each of the parties with the oldest items, at most so many parties."""
        lists = [own for _, own in self.whole] + self.exact
        return lists if len(lists) == 1 else sorted(lists)[:most]


def payer_pool(question: Question, *, store: Store, ruleset: Ruleset, taken: AbstractSet[int]) -> Pool:
    """Return the open items of the parties behind a transaction; of a large party those that fit."""
    signs, party_items, most = question.payer.signs, store.items.party_items, ruleset.list_length_max
    if not signs:
        return Pool([], [], 0)
    if len(signs) == 1 and len(only := party_items.get(next(iter(signs)), _NOTHING)) <= most:
        left = [at for at in only if at not in taken] if taken else only
        return Pool([(next(iter(signs)), left)], [], len(left)) if left else Pool([], [], 0)
    whole: list[tuple[int, list[int]]] = []
    exact: list[list[int]] = []
    count = 0
    for party_id in sorted(signs) if len(signs) > 1 else signs:
        positions = party_items.get(party_id)
        if positions is None:
            continue
        if count + len(positions) <= most:
            free = [at for at in positions if at not in taken] if taken else positions
            if free:
                whole.append((party_id, free))
                count += len(free)
        elif len(positions) > most:
            key = party_id, question.direction * question.amount
            free = _first_free(store.items.party_amounts.get(key, []), taken, ruleset.key_items_max)
            if free:
                exact.append(free)
                count += len(free)
    return Pool(whole, exact, count)


def fitting(pool: Pool, question: Question, *, store: Store) -> list[int]:
    """Return the items of the pool's parties that the amount may close, oldest first, whoever took them."""
    index, wanted = store.items, question.direction * question.amount
    if len(pool.whole) == 1 and not pool.exact:
        return index.spans[pool.whole[0][0]].fitting(wanted)
    fits: list[int] = []
    for party_id, _ in pool.whole:
        found = index.spans[party_id].fitting(wanted)
        if found:
            fits = sorted(fits + found) if fits else found
    for positions in pool.exact:
        closed = [at for at in positions if _closes(question.amount, store, at, question.direction)]
        fits = sorted(fits + closed)
    return fits


def _closes(amount: int, store: Store, at: int, direction: int) -> bool:
    low, high = payment_bounds(store.items.items[at])
    return store.items.signed[at] * direction > 0 and low <= amount <= high


def _first_free(positions: list[int], taken: AbstractSet[int], count: int) -> list[int]:
    found: list[int] = []
    for at in positions:
        if at not in taken:
            found.append(at)
            if len(found) >= count:
                break
    return found
