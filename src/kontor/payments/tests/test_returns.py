"""A transfer that comes back: its item opens again, says why, and can be paid on another list."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest
from django.utils.translation import override

from kontor.core import clock
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.matching.commands import run_match_command
from kontor.matching.models import Proposal
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.terms import InPayment, reserve
from kontor.openitems.actions.undoing import cancel_entry, return_payment
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.rules.steps import Share
from kontor.openitems.tests.office import lines_of
from kontor.payments.actions.batches import collect
from kontor.payments.actions.exporting import export
from kontor.payments.actions.settling import settle_by_hand
from kontor.payments.check import files_agree
from kontor.payments.models import PaymentOrder
from kontor.payments.queries.lists import orders_of, orders_that_came_back, sums_of
from kontor.payments.tests.statements import Line, imported, taken_in
from kontor.payments.tests.treasury import Treasury, a_treasury
from kontor.payments.wording import reason_words
from tests.builders import NOW, a_bank_line

pytestmark = pytest.mark.usefixtures("database")
TODAY = NOW.date()


@pytest.fixture
def treasury() -> Treasury:
    return a_treasury()


def an_order(treasury: Treasury, *gross: int) -> PaymentOrder:
    """Export a list of bills; return its first order."""
    items = [treasury.bill(each, f"RG-{number}") for number, each in enumerate(gross, 1)]
    batch_id = treasury.batch(*items)
    with treasury.open():
        return orders_of(export(batch_id, at=NOW, by=treasury.clerk))[0]


def fresh(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.select_related("item").get(id=order.id)


def test_a_returned_transfer_opens_its_item_again_and_it_goes_on_a_new_list(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id, iban=order.payee_iban))
        assert fresh(order).item.amount_open == 0

        back = taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"), day="2026-11-26")

        now = fresh(order)
        assert (now.is_removed, now.return_reason, now.returned_on) == (True, "AC04", back[0].booking_date)
        assert (now.item.amount_open, now.item.is_in_payment, now.item.is_returned) == (119_00, False, True)
        assert back[0].allocated == 119_00
        assert orders_that_came_back([order.item_id])[order.item_id].id == order.id
        again = collect(treasury.wanted(order.item_id), money_account_id=treasury.bank_id, execution_date=TODAY,
                        at=NOW, by=treasury.clerk)  # fmt: skip
        assert orders_of(again)[0].end_to_end_id != order.end_to_end_id
        assert orders_that_came_back([order.item_id]) == {}
        assert list(files_agree()) == []
        treasury.nothing_is_wrong()


def test_an_order_that_leaves_and_comes_back_in_one_statement_ends_open(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(
            treasury,
            Line(cents=-119_00, end_to_end=order.end_to_end_id),
            Line(cents=119_00, end_to_end=order.end_to_end_id, reason="MS03"),
        )

        assert fresh(order).item.amount_open == 119_00
        assert fresh(order).return_reason == "MS03"
        treasury.nothing_is_wrong()


def test_the_command_line_pays_and_takes_back_as_the_page_does(
    treasury: Treasury, capsys: pytest.CaptureFixture[str]
) -> None:
    order, kept = an_order(treasury, 119_00), an_order(treasury, 23_80)
    with treasury.open():
        imported(
            treasury,
            Line(cents=-119_00, end_to_end=order.end_to_end_id),
            Line(cents=-23_80, end_to_end=kept.end_to_end_id),
            Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"),
        )

    code = treasury.tenant.code
    assert run_match_command(Namespace(tenant=code, auto=True, out=None, json=True)) == 0

    assert json.loads(capsys.readouterr().out)["transactions"] == 3
    with treasury.open():
        assert (fresh(order).item.amount_open, fresh(order).return_reason) == (119_00, "AC04")
        assert (fresh(kept).item.amount_open, fresh(kept).return_reason) == (0, "")
        treasury.nothing_is_wrong()


def test_a_return_less_a_fee_is_proposed_and_its_fee_goes_to_bank_charges(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        (line,) = taken_in(treasury, Line(cents=116_00, end_to_end=order.end_to_end_id, reason="AC01"))
        assert line.allocated == 0
        assert ["return" in row.notes for row in Proposal.objects.filter(transaction_id=line.id)] == [True]
    client = treasury.client()

    page = client.get(f"/t/{treasury.tenant.code}/match/?t={line.id}")
    assert "Die Überweisung ist zurückgekommen" in page.text
    client.post(f"/t/{treasury.tenant.code}/match/return", {"t": line.id})

    with treasury.open():
        row = Allocation.objects.get(item_id=order.item_id, reverses__isnull=False)
        charges = account_book().find(by_role("bank_charges")).number
        assert (charges, 3_00) in lines_of(row.entry_id)
        assert fresh(order).item.amount_open == 119_00
        treasury.nothing_is_wrong()


def test_a_bank_that_names_no_reason_is_believed_by_our_own_id(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id))

        assert fresh(order).item.amount_open == 119_00
        assert (fresh(order).returned_on is not None, fresh(order).return_reason) == (True, "")
        treasury.nothing_is_wrong()


def test_what_was_set_paid_by_hand_comes_back_through_transit(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        settle_by_hand(order.batch_id, day=TODAY, at=clock.now(), by=treasury.clerk)

        (line,) = taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC06"))

        assert line.allocated == 119_00
        assert (fresh(order).item.amount_open, fresh(order).return_reason) == (119_00, "AC06")
        transit = account_book().find(by_role("transit")).number
        assert (transit, -119_00) in lines_of(Allocation.objects.get(transaction_id=line.id).entry_id)
        treasury.nothing_is_wrong()


def test_a_return_that_is_taken_back_puts_the_order_back_on_its_list(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00, 50_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        entry_id = Allocation.objects.get(item_id=order.item_id, reverses__isnull=False).entry_id

        cancel_entry(entry_id, day=TODAY, at=NOW, by=treasury.clerk)

        now = fresh(order)
        assert (now.is_removed, now.returned_on, now.return_reason) == (False, None, "")
        assert (now.item.amount_open, now.item.is_in_payment) == (0, True)
        assert sums_of([order.batch_id])[order.batch_id].orders == 2
        treasury.nothing_is_wrong()


def test_a_return_stays_while_its_item_is_on_another_list(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        entry_id = Allocation.objects.get(item_id=order.item_id, reverses__isnull=False).entry_id
    treasury.batch(order.item_id)
    with pytest.raises(InPayment), treasury.open():
        cancel_entry(entry_id, day=TODAY, at=NOW, by=treasury.clerk)
    with treasury.open():
        assert OpenItem.objects.get(id=order.item_id).amount_open == 119_00
        treasury.nothing_is_wrong()


def test_a_stranger_who_pays_the_same_amount_gives_nothing_back(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end="NOTPROVIDED", name=order.payee_name, reason="AC04"))

        assert fresh(order).returned_on is None
        assert fresh(order).item.amount_open == 0


def test_the_list_and_the_reason_say_what_happened(treasury: Treasury) -> None:
    order = an_order(treasury, 119_00)
    with treasury.open():
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))

    page = treasury.client().get(treasury.path(f"{order.batch_id}/"), headers={"Accept-Language": "de"})

    assert "Zurückgekommen: Konto aufgelöst" in page.text
    with override("de"):
        assert reason_words("AC01") == "IBAN falsch oder unbekannt"
        assert reason_words("XX99") == "Grund XX99"
        assert reason_words("") == "ohne Angabe der Bank"


@pytest.mark.parametrize("is_by_hand", [False, True])
def test_a_returned_order_leaves_what_was_paid_of_its_item_before(treasury: Treasury, *, is_by_hand: bool) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = a_bank_line(-50_00, account_id=treasury.bank_id, day=TODAY)
        allocate(earlier, [Share(item_id=item_id, cash=50_00)], at=NOW, by=treasury.clerk)
    batch_id = treasury.batch(item_id)
    with treasury.open():
        order = orders_of(export(batch_id, at=NOW, by=treasury.clerk))[0]
        assert order.amount == 69_00
        if is_by_hand:
            settle_by_hand(batch_id, day=TODAY, at=clock.now(), by=treasury.clerk)
        else:
            taken_in(treasury, Line(cents=-69_00, end_to_end=order.end_to_end_id))
        assert fresh(order).item.amount_open == 0

        taken_in(treasury, Line(cents=69_00, end_to_end=order.end_to_end_id, reason="AC04"), day="2026-11-26")

        assert fresh(order).item.amount_open == 69_00
        assert fresh(order).returned_on is not None
        fees = account_book().find(by_role("bank_charges")).id
        assert not JournalLine.objects.filter(account_id=fees).exists()
        treasury.nothing_is_wrong()


def test_an_order_on_its_way_stays_reserved_when_an_earlier_payment_of_its_item_comes_back(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        earlier = a_bank_line(-50_00, account_id=treasury.bank_id, day=TODAY)
        paid = allocate(earlier, [Share(item_id=item_id, cash=50_00)], at=NOW, by=treasury.clerk)
    batch_id = treasury.batch(item_id)
    with treasury.open():
        order = orders_of(export(batch_id, at=NOW, by=treasury.clerk))[0]
        back = a_bank_line(50_00, account_id=treasury.bank_id, day=TODAY)

        return_payment(back, paid.allocation_ids, at=NOW, by=treasury.clerk)

        now = fresh(order)
        assert (now.is_removed, now.returned_on, now.item.amount_open) == (False, None, 119_00)
        with pytest.raises(InPayment):
            reserve([item_id], by=treasury.clerk)
        debit = imported(treasury, Line(cents=-69_00, end_to_end=order.end_to_end_id))[0]
        allocate(debit.id, [Share(item_id=item_id, cash=69_00)], at=NOW, by=treasury.clerk)
        assert fresh(order).item.amount_open == 50_00
        treasury.nothing_is_wrong()
