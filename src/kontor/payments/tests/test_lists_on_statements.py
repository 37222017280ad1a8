"""A list on the statement: as one debit, after it was set paid by hand, and with its discounts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.actions.terms import Terms, change_terms
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.rules.news import Discount
from kontor.openitems.tests.office import lines_of
from kontor.payments.actions.batches import change, collect
from kontor.payments.actions.exporting import export
from kontor.payments.actions.settling import clear_transit, pay_list, settle_by_hand
from kontor.payments.formats.pain001 import lines_of_file
from kontor.payments.models import PaymentBatch
from kontor.payments.queries.lists import name_of, orders_of
from kontor.payments.queries.statement import fitting_lists
from kontor.payments.queries.transit import paid_by_hand
from kontor.payments.rules.days import bank_day
from kontor.payments.rules.refusals import DayIsPast, NoListFits, NotAwaited
from kontor.payments.tests.statements import Line, taken_in
from kontor.payments.tests.treasury import Treasury, a_treasury
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("database")
TODAY = bank_day(NOW.date(), currency="EUR")


@pytest.fixture
def treasury() -> Treasury:
    return a_treasury()


def a_list(treasury: Treasury, *gross: int, as_one: bool = False, is_exported: bool = True) -> PaymentBatch:
    items = [treasury.bill(each, f"RG-{number}") for number, each in enumerate(gross, 1)]
    with treasury.open():
        batch = collect(
            treasury.wanted(*items), money_account_id=treasury.bank_id, execution_date=TODAY, is_booked_as_one=as_one,
            at=NOW, by=treasury.clerk,
        )  # fmt: skip
        return export(batch.id, at=NOW, by=treasury.clerk) if is_exported else batch


def message_id(treasury: Treasury, batch: PaymentBatch) -> str:
    return f"{treasury.tenant.code[:14].upper()}-{name_of(batch)}"


def still_open(batch: PaymentBatch) -> list[int]:
    return [order.item.amount_open for order in orders_of(batch)]


def transit() -> str:
    return account_book().find(by_role("transit")).number


def test_one_debit_for_the_whole_list_settles_all_its_items(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80, 50_00, as_one=True)
    with treasury.open():
        (line,) = taken_in(treasury, Line(cents=-192_80, batch=message_id(treasury, batch), orders=3))

        assert still_open(batch) == [0, 0, 0]
        assert line.allocated == -192_80
        assert Allocation.objects.filter(transaction=line, is_automatic=True).count() == 3
        treasury.nothing_is_wrong()


def test_a_debit_that_names_a_list_but_not_its_sum_waits_for_a_person(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80, as_one=True)
    with treasury.open():
        (line,) = taken_in(treasury, Line(cents=-119_80, batch=message_id(treasury, batch), orders=2))

        assert still_open(batch) == [119_00, 23_80]
        assert fitting_lists(line) == []
        with pytest.raises(NoListFits):
            pay_list(line.id, batch.id, at=NOW, by=treasury.clerk)


def test_a_debit_of_the_same_sum_is_offered_and_taken_by_one_click(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80, as_one=True)
    with treasury.open():
        (line,) = taken_in(treasury, Line(cents=-142_80, name="Sammler", text="SEPA-Sammelueberweisung 2 Posten"))
        assert still_open(batch) == [119_00, 23_80]
    client = treasury.client()

    page = client.get(f"/t/{treasury.tenant.code}/match/?t={line.id}")
    assert name_of(batch) in page.text
    client.post(f"/t/{treasury.tenant.code}/match/list", {"t": line.id, "batch": batch.id, "key": "k1"})

    with treasury.open():
        assert still_open(batch) == [0, 0]
        treasury.nothing_is_wrong()


def test_an_order_of_a_list_paid_as_one_comes_back_alone(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80, as_one=True)
    with treasury.open():
        taken_in(treasury, Line(cents=-142_80, batch=message_id(treasury, batch), orders=2))
        second = orders_of(batch)[1]

        taken_in(treasury, Line(cents=23_80, end_to_end=second.end_to_end_id, reason="AC04"))

        assert OpenItem.objects.get(id=second.item_id).amount_open == 23_80
        assert still_open(batch) == [0]
        treasury.nothing_is_wrong()


def test_after_set_paid_the_debit_goes_to_transit_by_one_click_and_transit_is_empty(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80)
    with treasury.open():
        first, second = orders_of(batch)
        settle_by_hand(batch.id, day=TODAY, at=NOW, by=treasury.clerk)
        one, two = taken_in(
            treasury, Line(cents=-119_00, end_to_end=first.end_to_end_id), Line(cents=-23_80, name="Irgendwer")
        )
        assert [each.orders[0].id for each in fitting_lists(one)] == [first.id]
        assert [each.is_named for each in fitting_lists(one) + fitting_lists(two)] == [True, False]
    client = treasury.client()

    page = client.get(f"/t/{treasury.tenant.code}/match/?t={one.id}")
    assert "von Hand bezahlt gesetzt" in page.text
    for line, order in ((one, first), (two, second)):
        client.post(f"/t/{treasury.tenant.code}/match/list", {"t": line.id, "batch": batch.id, "order": order.id})

    with treasury.open():
        entries = Allocation.objects.values_list("entry_id", flat=True).distinct()
        assert sum(amount for entry in entries for number, amount in lines_of(entry) if number == transit()) == 0
        one.refresh_from_db()
        assert one.allocated == -119_00
        treasury.nothing_is_wrong()


def test_a_list_set_paid_by_hand_clears_transit_as_a_whole_and_only_once(treasury: Treasury) -> None:
    batch = a_list(treasury, 119_00, 23_80, is_exported=False)
    with treasury.open():
        settle_by_hand(batch.id, day=TODAY, at=NOW, by=treasury.clerk)
        one, again = taken_in(treasury, Line(cents=-142_80, name="Bank"), Line(cents=-142_80, name="Bank"))
        pay_list(one.id, batch.id, at=NOW, by=treasury.clerk)

        assert fitting_lists(again) == []
        with pytest.raises(NoListFits):
            pay_list(again.id, batch.id, at=NOW, by=treasury.clerk)
        treasury.nothing_is_wrong()


def with_discount(treasury: Treasury, *, days: int) -> int:
    """Open a bill of 119.00 with 2 % until some days from today."""
    item_id = treasury.bill(119_00, "RG-S")
    until = TODAY + timedelta(days=days)
    with treasury.open():
        change_terms(
            item_id,
            Terms(discounts=(Discount(until=until, grace_until=until, percent=Decimal(2), amount=2_38),)),
            by=treasury.clerk,
        )
    return item_id


def test_a_discount_is_taken_until_its_day_and_booked_when_the_bank_pays(treasury: Treasury) -> None:
    item_id = with_discount(treasury, days=2)
    with treasury.open():
        batch = collect(treasury.wanted(item_id), money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW,
                        by=treasury.clerk)  # fmt: skip
        order = orders_of(batch)[0]
        assert (order.amount, order.discount) == (116_62, 2_38)
        exported = export(batch.id, at=NOW, by=treasury.clerk)
        assert exported.file is not None

        # The bank is late: what was ordered in time keeps its discount.
        taken_in(treasury, Line(cents=-116_62, end_to_end=order.end_to_end_id), day="2026-12-15")

        item = OpenItem.objects.get(id=item_id)
        assert item.amount_open == 0
        row = Allocation.objects.get(item_id=item_id)
        assert (row.cash, row.discount, row.amount) == (-116_62, 2_38, 119_00)
        treasury.nothing_is_wrong()


def test_a_list_moved_beyond_the_discounts_day_pays_in_full_and_back_again(treasury: Treasury) -> None:
    item_id = with_discount(treasury, days=2)
    with treasury.open():
        batch = collect(treasury.wanted(item_id), money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW,
                        by=treasury.clerk)  # fmt: skip
        change(batch.id, money_account_id=treasury.bank_id, execution_date=TODAY + timedelta(days=9), by=treasury.clerk)
        assert [(order.amount, order.discount) for order in orders_of(batch)] == [(119_00, 0)]
        change(batch.id, money_account_id=treasury.bank_id, execution_date=TODAY, by=treasury.clerk)
        assert [(order.amount, order.discount) for order in orders_of(batch)] == [(116_62, 2_38)]
        treasury.nothing_is_wrong()


def test_set_paid_books_the_discount_too(treasury: Treasury) -> None:
    item_id = with_discount(treasury, days=2)
    with treasury.open():
        batch = collect(treasury.wanted(item_id), money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW,
                        by=treasury.clerk)  # fmt: skip
        settle_by_hand(batch.id, day=TODAY, at=NOW, by=treasury.clerk)

        row = Allocation.objects.get(item_id=item_id)
        assert OpenItem.objects.get(id=item_id).amount_open == 0
        assert (transit(), -116_62) in lines_of(row.entry_id)
        assert row.discount == 2_38
        treasury.nothing_is_wrong()


def test_the_page_offers_the_discount_and_lets_it_be_given_up(treasury: Treasury) -> None:
    item_id = with_discount(treasury, days=30)
    client = treasury.client()
    page = client.get(treasury.path(f"new?items={item_id}"))
    assert "116.62" in page.text or "116,62" in page.text

    client.post(treasury.path("new"), treasury.form(item_id) | {f"gross-{item_id}": "on"})

    with treasury.open():
        order = orders_of(PaymentBatch.objects.get())[0]
        assert (order.amount, order.discount) == (119_00, 0)


def test_no_list_is_made_for_a_day_that_is_over_and_weekends_move(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    with treasury.open():
        with pytest.raises(DayIsPast):
            collect(treasury.wanted(item_id), money_account_id=treasury.bank_id,
                    execution_date=NOW.date() - timedelta(days=1), at=NOW, by=treasury.clerk)  # fmt: skip
        batch = collect(treasury.wanted(item_id), money_account_id=treasury.bank_id,
                        execution_date=NOW.date().replace(month=12, day=25), at=NOW, by=treasury.clerk)  # fmt: skip
        assert batch.execution_date.isoformat() == "2026-12-28"


def test_the_file_asks_for_one_booking_where_the_list_does(treasury: Treasury) -> None:
    from kontor.documents.store import read_file  # noqa: PLC0415  # this story alone reads bytes

    batch = a_list(treasury, 119_00, 23_80, as_one=True)
    with treasury.open():
        assert batch.file is not None
        content = read_file(batch.file)
    assert b"<BtchBookg>true</BtchBookg>" in content
    assert [line.amount for line in lines_of_file(content)] == [119_00, 23_80]


def test_an_item_set_paid_by_hand_without_a_list_finds_its_debit_in_transit_once(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-7")
    with treasury.open():
        settle_through(item_id, by_role("transit"), day=TODAY, at=NOW, by=treasury.clerk)
        one, again, other = taken_in(
            treasury, Line(cents=-119_00, name="Irgendwer"), Line(cents=-119_00, name="Noch wer"), Line(cents=119_00)
        )
        assert [row.item_id for row in paid_by_hand(one)] == [item_id]
        assert paid_by_hand(other) == []
        settling = paid_by_hand(one)[0]
    client = treasury.client()

    page = client.get(f"/t/{treasury.tenant.code}/match/?t={one.id}")
    assert "Von Hand bezahlt gesetzt" in page.text
    client.post(f"/t/{treasury.tenant.code}/match/list", {"t": one.id, "settling": settling.id})

    with treasury.open():
        one.refresh_from_db()
        assert one.allocated == -119_00
        assert (transit(), 119_00) in lines_of(Allocation.objects.get(transaction=one).entry_id)
        assert paid_by_hand(again) == []
        with pytest.raises(NotAwaited):
            clear_transit(again.id, settling.id, at=NOW, by=treasury.clerk)
        treasury.nothing_is_wrong()
