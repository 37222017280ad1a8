"""Partial payment, discount, credit note and set-off, taken back in every order: nothing is left anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import permutations

import pytest

from kontor.openitems.actions.closing import cancel_item, set_off
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import Share
from tests.builders import NOW
from tests.flows.right_books import Story, a_story, balances

pytestmark = pytest.mark.usefixtures("database")
UNDONE = date(2026, 4, 1)
ORDERS = list(permutations(range(3)))


def day(number: int) -> date:
    return date(2026, 3, number)


def settle_a_sale(story: Story) -> tuple[list[int], list[int]]:
    """Pay 500.00 of 1,190.00, set a credit note of 119.00 off, pay the rest less 11.90; return entries and items."""
    invoice, credit = story.invoice("RE-1", 1_000_00, on=day(10)), story.invoice("GS-1", -100_00, on=day(13))
    part = story.pay(500_00, Share(item_id=invoice, cash=500_00), on=day(12))
    (off,) = set_off([invoice, credit], day=day(14), at=NOW, by=story.clerk)
    rest = story.pay(559_10, Share(item_id=invoice, cash=559_10, discount=11_90), on=day(16))
    return [part, off, rest], [invoice, credit]


def settle_a_purchase(story: Story) -> tuple[list[int], list[int]]:
    """The same with a supplier: the other sides, input VAT, discount received."""
    bill, credit = story.bill("RG-1", 1_000_00, on=day(10)), story.bill("GG-1", -100_00, on=day(13))
    part = story.pay(-500_00, Share(item_id=bill, cash=500_00), on=day(12))
    (off,) = set_off([bill, credit], day=day(14), at=NOW, by=story.clerk)
    rest = story.pay(-559_10, Share(item_id=bill, cash=559_10, discount=11_90), on=day(16))
    return [part, off, rest], [bill, credit]


def refund_after_discount(story: Story) -> tuple[list[int], list[int]]:
    """Pay 1,190.00 less 23.80, then refund a credit note of 119.00 less the discount of 2.38 that it had brought."""
    invoice = story.invoice("RE-1", 1_000_00, on=day(10))
    part = story.pay(595_00, Share(item_id=invoice, cash=595_00), on=day(11))
    rest = story.pay(571_20, Share(item_id=invoice, cash=571_20, discount=23_80), on=day(12))
    credit = story.invoice("GS-1", -100_00, on=day(20))
    back = story.pay(-116_62, Share(item_id=credit, cash=116_62, discount=2_38), on=day(21))
    return [part, rest, back], [invoice, credit]


SALE = {"1200": 1_059_10, "8400": -900_00, "1776": -169_10, "8736": 10_00}
PURCHASE = {"1200": -1_059_10, "4930": 900_00, "1576": 169_10, "3736": -10_00}
REFUND = {"1200": 1_049_58, "8400": -900_00, "1776": -167_58, "8736": 18_00}


@pytest.mark.parametrize("timing", ["agreed", "received"])
@pytest.mark.parametrize(
    ("settle", "expected"), [(settle_a_sale, SALE), (settle_a_purchase, PURCHASE), (refund_after_discount, REFUND)]
)
def test_every_order_of_undoing_leaves_every_account_at_zero(
    settle: Callable[[Story], tuple[list[int], list[int]]], expected: dict[str, int], timing: str
) -> None:
    story = a_story(timing=timing)
    with story.open():
        for order in ORDERS:
            entries, items = settle(story)
            assert balances() == expected, order
            story.prove()
            undo(story, entries, order=order)
            assert list(OpenItem.objects.filter(id__in=items).values_list("differences", flat=True)) == [0, 0]
            for item_id in reversed(items):
                cancel_item(item_id, day=UNDONE, at=NOW, by=story.clerk)
            assert balances() == {}, order
        story.prove()


def undo(story: Story, entries: Sequence[int], *, order: Sequence[int]) -> None:
    for place in order:
        cancel_entry(entries[place], day=UNDONE, at=NOW, by=story.clerk)


def test_under_received_timing_only_what_was_paid_is_due(story_of_received: Story) -> None:
    """Of 190.00 VAT the payment of 500.00 makes 79.83 due, and its return takes exactly that back."""
    story = story_of_received
    with story.open():
        invoice = story.invoice("RE-1", 1_000_00, on=day(10))
        assert balances() == {"1400": 1_190_00, "8400": -1_000_00, "1766": -190_00}
        part = story.pay(500_00, Share(item_id=invoice, cash=500_00), on=day(12))
        assert balances() == {"1200": 500_00, "1400": 690_00, "8400": -1_000_00, "1766": -110_17, "1776": -79_83}

        cancel_entry(part, day=UNDONE, at=NOW, by=story.clerk)

        assert balances() == {"1400": 1_190_00, "8400": -1_000_00, "1766": -190_00}
        story.prove()


@pytest.fixture
def story_of_received() -> Story:
    return a_story(timing="received")
