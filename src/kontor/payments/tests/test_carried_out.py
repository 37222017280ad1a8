"""What an order is follows from its own payment, whatever else happens to its item."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.terms import InPayment, reserve
from kontor.openitems.actions.undoing import cancel_entry, return_payment
from kontor.openitems.models import Allocation
from kontor.openitems.rules.steps import Share
from kontor.payments.actions.batches import cancel, collect, reject
from kontor.payments.actions.exporting import export
from kontor.payments.actions.returning import take_order_back
from kontor.payments.actions.settling import settle_by_hand
from kontor.payments.check import files_agree
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.payments.queries.lists import name_of, orders_of, orders_that_came_back, sums_of
from kontor.payments.rules.refusals import NothingToPay, OrderPaid, PartlyPaid
from kontor.payments.tests.statements import Line, imported, taken_in
from kontor.payments.tests.treasury import Treasury, a_treasury
from tests.builders import NOW, a_bank_line

pytestmark = pytest.mark.usefixtures("database")
TODAY = NOW.date()
EARLIER = NOW - timedelta(days=5)


@pytest.fixture
def treasury() -> Treasury:
    return a_treasury()


def paid_directly(treasury: Treasury, item_id: int, cents: int) -> tuple[int, ...]:
    """Pay a part of an item by a bank line that belongs to no list, before lists of today; return the allocations."""
    line = a_bank_line(-cents, account_id=treasury.bank_id, day=EARLIER.date())
    return allocate(line, [Share(item_id=item_id, cash=cents)], at=EARLIER, by=treasury.clerk).allocation_ids


def given_back(treasury: Treasury, cents: int, allocations: tuple[int, ...]) -> int:
    """Let the bank give a payment back; return the entry."""
    line = a_bank_line(cents, account_id=treasury.bank_id, day=TODAY)
    return return_payment(line, allocations, at=NOW, by=treasury.clerk).entry_ids[0]


def sent(treasury: Treasury, *item_ids: int) -> PaymentOrder:
    """Export a new list of items in open books; return its first order."""
    batch = collect(treasury.wanted(*item_ids), money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW,
                    by=treasury.clerk)  # fmt: skip
    return orders_of(export(batch.id, at=NOW, by=treasury.clerk))[0]


def fresh(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.select_related("item", "batch").get(id=order.id)


def return_entry(order: PaymentOrder) -> int:
    """Return the entry that gave the order's payment back."""
    rows = Allocation.objects.filter(item_id=order.item_id, amount__lt=0, entry__kind="return")
    return rows.latest("id").entry_id


def test_an_order_that_was_carried_out_lets_go_of_its_item_when_another_payment_comes_back(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = paid_directly(treasury, item_id, 50_00)
        order = sent(treasury, item_id)
        taken_in(treasury, Line(cents=-69_00, end_to_end=order.end_to_end_id))

        given_back(treasury, 50_00, earlier)

        now = fresh(order)
        assert (now.is_removed, now.is_paid, now.item.amount_open, now.item.is_in_payment) == (
            False,
            True,
            50_00,
            False,
        )
        held = sums_of([order.batch_id])[order.batch_id]
        assert (held.orders, held.settled, held.partly, held.lost) == (1, 1, 0, 0)
        with pytest.raises(OrderPaid):
            reject(order.batch_id, order.id, day=TODAY, by=treasury.clerk)
        with pytest.raises(PartlyPaid):
            cancel(order.batch_id, by=treasury.clerk)
        with pytest.raises(NothingToPay):
            settle_by_hand(order.batch_id, day=TODAY, at=NOW, by=treasury.clerk)
        rest = sent(treasury, item_id)
        assert (rest.amount, list(files_agree())) == (50_00, [])
        treasury.nothing_is_wrong()
        taken_in(treasury, Line(cents=-50_00, end_to_end=rest.end_to_end_id))
        assert fresh(order).item.amount_open == 0
        treasury.nothing_is_wrong()
    page = treasury.client().get(treasury.path(f"{order.batch_id}/"), headers={"Accept-Language": "de"})
    assert "1 von 1 bezahlt" in page.text


def test_of_two_equal_payments_the_one_that_came_back_is_told_apart(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = paid_directly(treasury, item_id, 59_50)
        order = sent(treasury, item_id)
        settle_by_hand(order.batch_id, day=TODAY, at=NOW, by=treasury.clerk)

        given_back(treasury, 59_50, earlier)

        now = fresh(order)
        assert (now.returned_on, now.carried_out_on, now.item.is_in_payment) == (None, TODAY, False)
        treasury.nothing_is_wrong()


def test_an_order_on_its_way_holds_its_item_though_an_earlier_payment_was_as_much(treasury: Treasury) -> None:
    item_id = treasury.bill(149_00, "RG-1")
    with treasury.open():
        small, _same = paid_directly(treasury, item_id, 30_00), paid_directly(treasury, item_id, 59_50)
        order = sent(treasury, item_id)
        assert order.amount == 59_50

        given_back(treasury, 30_00, small)

        now = fresh(order)
        assert (now.carried_out_on, now.item.is_in_payment, now.item.amount_open) == (None, True, 89_50)
        with pytest.raises(InPayment):
            reserve([item_id], by=treasury.clerk)
        treasury.nothing_is_wrong()


def test_an_order_is_on_its_way_again_when_its_own_payment_is_taken_back(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = paid_directly(treasury, item_id, 50_00)
        order = sent(treasury, item_id)
        (debit,) = taken_in(treasury, Line(cents=-69_00, end_to_end=order.end_to_end_id))
        cancel_entry(Allocation.objects.get(id=earlier[0]).entry_id, day=TODAY, at=NOW, by=treasury.clerk)
        assert fresh(order).carried_out_on == debit.booking_date

        own = Allocation.objects.get(transaction_id=debit.id, amount__gt=0)
        cancel_entry(own.entry_id, day=TODAY, at=NOW, by=treasury.clerk)

        now = fresh(order)
        assert (now.carried_out_on, now.is_removed, now.item.is_in_payment) == (None, False, True)
        treasury.nothing_is_wrong()


def test_a_carried_out_order_that_comes_back_leaves_the_list_of_the_rest_alone(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = paid_directly(treasury, item_id, 50_00)
        order = sent(treasury, item_id)
        taken_in(treasury, Line(cents=-69_00, end_to_end=order.end_to_end_id))
        given_back(treasury, 50_00, earlier)
        rest = sent(treasury, item_id)

        taken_in(treasury, Line(cents=69_00, end_to_end=order.end_to_end_id, reason="AC04"))

        assert (fresh(order).is_removed, fresh(order).return_reason, fresh(order).carried_out_on) == (
            True,
            "AC04",
            None,
        )
        assert (fresh(rest).is_removed, fresh(rest).item.is_in_payment) == (False, True)
        assert fresh(rest).item.amount_open == 119_00
        assert orders_that_came_back([item_id]) == {}
        treasury.nothing_is_wrong()

        cancel_entry(return_entry(order), day=TODAY, at=NOW, by=treasury.clerk)

        assert (fresh(order).returned_on, fresh(order).is_paid, fresh(rest).item.is_in_payment) == (None, True, True)
        treasury.nothing_is_wrong()


def test_an_older_returned_order_stays_returned_when_the_return_of_another_payment_is_taken_back(
    treasury: Treasury,
) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        order = sent(treasury, item_id)
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        direct = paid_directly(treasury, item_id, 119_00)
        entry_id = given_back(treasury, 119_00, direct)

        cancel_entry(entry_id, day=TODAY, at=NOW, by=treasury.clerk)

        now = fresh(order)
        assert (now.is_removed, now.return_reason) == (True, "AC04")
        assert (now.item.amount_open, now.item.is_in_payment) == (0, False)
        treasury.nothing_is_wrong()


def test_of_two_returned_orders_the_one_lives_again_whose_return_was_taken_back(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        orders = []
        for _time in range(2):
            order = sent(treasury, item_id)
            taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
            taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
            orders.append((order, return_entry(order)))
        (first, first_return), (second, _second_return) = orders

        cancel_entry(first_return, day=TODAY, at=NOW, by=treasury.clerk)

        assert (fresh(first).is_removed, fresh(first).returned_on) == (False, None)
        assert (fresh(second).is_removed, fresh(second).return_reason) == (True, "AC04")
        treasury.nothing_is_wrong()


def test_an_order_whose_return_was_taken_back_can_come_back_once_more(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        order = sent(treasury, item_id)
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        cancel_entry(return_entry(order), day=TODAY, at=NOW, by=treasury.clerk)

        (again,) = imported(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC01"))
        take_order_back(again.id, at=NOW, by=treasury.clerk)

        assert (fresh(order).item.amount_open, fresh(order).return_reason) == (119_00, "AC01")
        treasury.nothing_is_wrong()


def test_the_history_of_a_list_says_that_it_was_set_paid(treasury: Treasury) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    with treasury.open():
        settle_by_hand(batch_id, day=TODAY, at=NOW, by=treasury.clerk)

    page = treasury.client().get(treasury.path(f"{batch_id}/"), headers={"Accept-Language": "de"}).text

    history = page.partition("Verlauf")[2]
    assert "Zahlungsliste bezahlt gesetzt" in history


def test_the_list_shows_a_restored_payment_as_paid(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        order = sent(treasury, item_id)
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        cancel_entry(return_entry(order), day=TODAY, at=NOW, by=treasury.clerk)
        number = name_of(PaymentBatch.objects.get(id=order.batch_id))

    page = treasury.client().get(treasury.path(f"{order.batch_id}/"), headers={"Accept-Language": "de"})

    assert number in page.text
    assert "unterwegs" not in page.text
