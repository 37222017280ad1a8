"""What is loaded by lookups decides as everything does."""

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_data import labelled
from kontor.matching.rules.decide import match, match_store
from kontor.matching.rules.lookups import item_lookups, range_lookups, read, wanted
from kontor.matching.rules.party_index import index_parties
from kontor.matching.rules.store import Store, store_of
from kontor.matching.rules.values import OpenItemRow, PartyRow, TransactionRow
from kontor.matching.tests.lookup_data import colliding
from kontor.matching.tests.match_builders import RULES, a_party, a_transfer, an_item


def loaded(transactions: list[TransactionRow], items: list[OpenItemRow], parties: list[PartyRow]) -> Store:
    """Return the store of a day's work, by the lookups an index of all items answers."""
    by_lookup: dict[str, list[OpenItemRow]] = defaultdict(list)
    by_amount: dict[int, list[OpenItemRow]] = defaultdict(list)
    for item in reversed(items):
        for lookup in item_lookups(item.document_number, item.references):
            by_lookup[lookup].append(item)
        by_amount[item.direction * item.amount_open].append(item)
    index = index_parties(parties, ruleset=RULES)
    readings = read(transactions)
    ranges = {lookup for lookup in range_lookups(readings) if by_lookup[lookup]}
    most = RULES.key_items_max
    chosen: dict[int, OpenItemRow] = {}
    owners = set[int]()
    for each in wanted(readings, ranges=ranges, parties=index, ruleset=RULES):
        owners |= each.parties
        for lookup in each.numbers | each.references:
            found = by_lookup[lookup][: most + 1] if lookup in each.numbers else by_lookup[lookup]
            chosen |= {item.item_id: item for item in found}
            if each.asks_owners and lookup in each.numbers and len(found) <= most:
                owners |= {item.party_id for item in found}
    for reading in readings:
        chosen |= {item.item_id: item for item in by_amount[reading.transaction.amount][:2]}
    chosen |= {item.item_id: item for item in items if item.party_id in owners}
    return store_of(chosen.values(), index, ruleset=RULES)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_rows_that_collide_everywhere_are_decided_as_over_all_items(rng: random.Random) -> None:
    transactions, items, parties = colliding(rng)

    some = match_store(transactions, loaded(transactions, items, parties), ruleset=RULES)

    assert some == match(transactions, items, parties, ruleset=RULES)


@pytest.mark.parametrize("seed", range(3))
def test_a_part_of_a_large_office_is_decided_as_over_all_items(seed: int) -> None:
    data = labelled(transactions=400, items=2_000, seed=seed)
    asked = data.transactions[seed * 60 : seed * 60 + 60]

    store = loaded(asked, data.items, data.parties)

    assert len(store.items.items) < len(data.items) // 3
    assert match_store(asked, store, ruleset=RULES) == match(asked, data.items, data.parties, ruleset=RULES)


def test_a_second_item_of_an_amount_is_loaded_so_that_no_item_seems_sole() -> None:
    items = [an_item(1, document_number="A1", party_id=1), an_item(2, document_number="A2", party_id=2)]
    stranger = a_transfer(text="", counterparty_iban="", counterparty_name="Niemand Bekanntes")
    parties = [a_party(1, ibans=()), a_party(2, name="Weber", ibans=())]

    [sole] = match_store([stranger], loaded([stranger], items[:1], parties), ruleset=RULES)
    [shared] = match_store([stranger], loaded([stranger], items, parties), ruleset=RULES)

    assert [share.item_id for share in sole.proposals[0].shares] == [1]
    assert shared.proposals == ()


def test_a_number_that_too_many_items_share_stays_too_common() -> None:
    items = [an_item(at, document_number=f"X{at}-777", party_id=at) for at in range(1, 60)]
    named = a_transfer(text="777", counterparty_iban="", counterparty_name="Niemand")
    parties = [a_party(at, name=f"Firma{at}", ibans=(), customer_number="") for at in range(1, 60)]

    store = loaded([named], items, parties)

    assert len(store.items.items) <= RULES.key_items_max + 3
    assert match_store([named], store, ruleset=RULES) == match([named], items, parties, ruleset=RULES)


def test_the_end_of_a_listed_number_is_found_among_many_that_end_alike() -> None:
    others = [an_item(at, document_number=f"RE-{2100 + at}-000124", party_id=at % 40 + 2) for at in range(1, 81)]
    pair = [an_item(at, document_number=f"RE-2026-000{at}", party_id=at - 122) for at in (123, 124)]
    items = [*others[:40], *pair, *others[40:]]
    parties = [a_party(at, name=f"Firma{at}", ibans=()) for at in range(1, 42)]
    both = a_transfer(text="RE-2026-000123, 000124", amount=238_000, counterparty_iban="")

    [result] = match_store([both], loaded([both], items, parties), ruleset=RULES)

    assert result == match([both], items, parties, ruleset=RULES)[0]
    assert {share.item_id for share in result.proposals[0].shares} == {123, 124}
