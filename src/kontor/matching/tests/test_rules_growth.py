"""The work grows with the transactions, not with transactions times items: counted in calls, never in seconds."""

import sys
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from bench.matching_books import HOT_AMOUNT
from bench.matching_data import labelled
from kontor.matching.rules.decide import match_store
from kontor.matching.rules.store import build_store
from kontor.matching.tests.match_builders import DUE, RULES, a_party, a_transfer, an_item


def _calls(work: Callable[[], object]) -> int:
    count = 0

    def on_event(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _calls_to_match(size: int) -> int:
    data = labelled(transactions=size, items=2 * size)
    store = build_store(data.items, data.parties, ruleset=RULES)
    return _calls(lambda: match_store(data.transactions, store, ruleset=RULES))


def test_ten_times_the_rows_take_at_most_twelve_times_the_calls() -> None:
    assert _calls_to_match(2_000) <= 12 * _calls_to_match(200)


def test_a_thousand_items_with_one_amount_cost_a_stranger_nothing() -> None:
    def calls(count: int) -> int:
        fees = [an_item(at, party_id=at, document_number=f"B{at:06d}", amount_open=HOT_AMOUNT) for at in range(count)]
        parties = [a_party(at, name=f"Anna Weber{at}", ibans=(f"DE{at:020d}",)) for at in range(count)]
        store = build_store(fees, parties, ruleset=RULES)
        stranger = a_transfer(text="Beitrag", amount=HOT_AMOUNT, counterparty_iban="", counterparty_name="Anna Schmidt")
        return _calls(lambda: match_store([stranger], store, ruleset=RULES))

    assert calls(2_000) <= 2 * calls(300)


def test_many_equal_items_of_one_party_cost_each_transfer_the_same() -> None:
    def calls(count: int) -> int:
        fees = [an_item(at, document_number=f"B{at:06d}", amount_open=4_900, due_date=DUE + timedelta(at % 7))
                for at in range(1, count + 1)]  # fmt: skip
        store = build_store(fees, [a_party()], ruleset=RULES)
        transfers = [a_transfer(at, text="Beitrag", amount=4_900) for at in range(1, count + 1)]
        return _calls(lambda: match_store(transfers, store, ruleset=RULES))

    assert calls(1_500) <= 6 * calls(300)
