"""Hold open items and parties with their indexes, as the database holds them with precomputed keys.

Items are numbered by (due date, document number, id), so the lower number always wins a tie. Index lists are cut
where they grow past the ruleset's bounds: a longer list is "hot" and never walked, only asked from the small side.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from kontor.matching.rules import keys
from kontor.matching.rules.party_index import PartyIndex, add_entry, index_parties, learn_trigrams
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.shapes import Shapes, shapes_over
from kontor.matching.rules.spans import Spans, spans_of
from kontor.matching.rules.values import LearnedPair, OpenItemRow, OwnOrder, PartyRow


@dataclass(frozen=True, slots=True)
class ItemIndex:
    """Items in tie-break order, their numbers and the positions each key leads to.

    `signed` is per position the open amount with the item's direction. `spans` tell for each party whose items may be
    walked which payments `settle` may still close them with.
    """

    items: list[OpenItemRow]
    signed: list[int]
    spans: dict[int, Spans]
    full: list[str]
    squeezed: list[str]
    digits: list[str]
    last: list[str]
    position: dict[int, int]
    numbers: dict[str, list[int]]
    order_numbers: dict[str, list[int]]
    references: dict[str, list[int]]
    mandates: dict[str, list[int]]
    amounts: dict[int, list[int]]
    party_items: dict[int, list[int]]
    party_amounts: dict[tuple[int, int], list[int]]
    leads: frozenset[tuple[int, str]]
    has_mixed: bool
    shapes: Shapes


type Place = tuple[str, int, int]
"""A field of a transaction, start and end."""


class Speech(NamedTuple):
    """What a text's words mean where it names nothing: where it names a donation or fee, if it speaks of several invoices."""

    flag: tuple[str, int, int] | None
    asks_several: bool


@dataclass(frozen=True, slots=True)
class Store:
    """Everything transactions are matched against; `silent` keeps the meaning of texts without a number that counts."""

    items: ItemIndex
    parties: PartyIndex
    orders: dict[str, list[OwnOrder]]
    learned: frozenset[tuple[str, str, int]]
    silent: dict[str, Speech] = field(default_factory=dict)


def build_store(
    items: Iterable[OpenItemRow],
    parties: Iterable[PartyRow],
    *,
    ruleset: Ruleset,
    orders: Iterable[OwnOrder] = (),
    learned: Collection[LearnedPair] = (),
) -> Store:
    """Return the indexes over items and parties; the order they come in makes no difference."""
    index = index_parties(parties, ruleset=ruleset)
    learn_trigrams(index, None, ruleset=ruleset)
    return store_of(items, index, ruleset=ruleset, orders=orders, learned=learned)


def store_of(
    items: Iterable[OpenItemRow],
    parties: PartyIndex,
    *,
    ruleset: Ruleset,
    orders: Iterable[OwnOrder] = (),
    learned: Collection[LearnedPair] = (),
) -> Store:
    """Return the indexes over items with parties that are indexed already."""
    order_lines: dict[str, list[OwnOrder]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: (order.end_to_end_id, order.item_id, order.amount)):
        order_lines[order.end_to_end_id].append(order)
    return Store(
        items=_index_items(items, ruleset=ruleset),
        parties=parties,
        orders=dict(order_lines),
        learned=frozenset((keys.iban_key(pair.iban), pair.template, pair.party_id) for pair in learned),
    )


def _index_items(rows: Iterable[OpenItemRow], *, ruleset: Ruleset) -> ItemIndex:
    items = sorted(rows, key=attrgetter("due_date", "document_number", "item_id"))
    numbers: dict[str, list[int]] = {}
    order_numbers: dict[str, list[int]] = {}
    references: dict[str, list[int]] = {}
    mandates: dict[str, list[int]] = {}
    prefixes, leads = set[str](), set[tuple[int, str]]()
    full, squeezed, digits, last = list[str](), list[str](), list[str](), list[str]()
    has_mixed, most = False, ruleset.key_items_max
    for at, item in enumerate(items):
        number = keys.item_keys(item.document_number)
        full.append(number.full)
        squeezed.append(number.squeezed)
        digits.append(number.digits)
        last.append(number.last)
        has_mixed = has_mixed or number.is_mixed
        for key in number.numbers:
            found = numbers.get(key)
            if found is None:
                numbers[key] = [at]
            elif len(found) <= most:
                found.append(at)
        if number.prefix:
            prefixes.add(number.prefix)
        if len(number.digits) >= 6:
            leads.add((len(number.digits), number.digits[:4]))
        if item.references:
            _add_references(item, at, references, order_numbers, ruleset)
        if item.mandate_id:
            add_entry(mandates, item.mandate_id, at, ruleset.list_length_max)
    signed, amounts, party_items = _owed(items, ruleset)
    return ItemIndex(
        items=items,
        signed=signed,
        spans={
            party_id: spans_of(positions, items, signed)
            for party_id, positions in party_items.items()
            if len(positions) <= ruleset.list_length_max
        },
        full=full,
        squeezed=squeezed,
        digits=digits,
        last=last,
        position={item.item_id: at for at, item in enumerate(items)},
        numbers=numbers,
        order_numbers=order_numbers,
        references=references,
        mandates=mandates,
        amounts=amounts,
        party_items=party_items,
        party_amounts=_large_party_amounts(party_items, signed=signed, ruleset=ruleset),
        leads=frozenset(leads),
        has_mixed=has_mixed,
        shapes=shapes_over(prefixes, has_mixed=has_mixed),
    )


def _add_references(
    item: OpenItemRow, at: int, references: dict[str, list[int]], order_numbers: dict[str, list[int]], ruleset: Ruleset
) -> None:
    structured, others = keys.reference_keys(item.references)
    for key in structured:
        add_entry(references, key, at, ruleset.list_length_max)
    for key in others:
        add_entry(order_numbers, key, at, ruleset.key_items_max)


def _owed(items: list[OpenItemRow], ruleset: Ruleset) -> tuple[list[int], dict[int, list[int]], dict[int, list[int]]]:
    """Return the signed open amounts, and the positions by signed amount and by party."""
    signed = list[int]()
    amounts: dict[int, list[int]] = {}
    party_items: dict[int, list[int]] = {}
    most = ruleset.list_length_max
    for at, item in enumerate(items):
        owed = item.amount_open
        amount = owed if (item.side == "receivable") != item.is_credit_note else -owed
        signed.append(amount)
        found = amounts.get(amount)
        if found is None:
            amounts[amount] = [at]
        elif len(found) <= most:
            found.append(at)
        found = party_items.get(item.party_id)
        if found is None:
            party_items[item.party_id] = [at]
        else:
            found.append(at)
    return signed, amounts, party_items


def _large_party_amounts(
    party_items: dict[int, list[int]], *, signed: list[int], ruleset: Ruleset
) -> dict[tuple[int, int], list[int]]:
    """Return positions by party and amount for parties with too many items to walk."""
    found: dict[tuple[int, int], list[int]] = {}
    for party_id, positions in party_items.items():
        if len(positions) > ruleset.list_length_max:
            for at in positions:
                found.setdefault((party_id, signed[at]), []).append(at)
    return found
