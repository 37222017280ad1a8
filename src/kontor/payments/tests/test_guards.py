"""An exported list is what the bank was given, and no item is paid by two lists: held by the database, proven by check-books."""

from __future__ import annotations

import pytest
from django.db import Error, connection
from django_subatomic import db

from kontor.core.tenancy import current_tenant_id
from kontor.documents.shelves import shelf
from kontor.openitems.actions.terms import InPayment, reserve
from kontor.openitems.models import OpenItem
from kontor.payments.actions.batches import add, cancel, change, collect, reject, remove
from kontor.payments.actions.exporting import export
from kontor.payments.actions.settling import settle_by_hand
from kontor.payments.check import broken, files_agree
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.payments.queries.lists import orders_of
from kontor.payments.rules.orders import check_currency, checked, clearing_number
from kontor.payments.rules.refusals import (
    AccountWithoutIban,
    NotDomestic,
    NotDraft,
    NotExported,
    NothingOpen,
    NothingToPay,
    OutsideSepa,
)
from kontor.payments.rules.refusals import NoFileForCurrency as WrongCurrency
from tests.builders import NOW
from tests.races.together import Lost, at_once, won

from .test_pain001 import an_order
from .treasury import DAY, Treasury, a_treasury

TODAY = NOW.date()
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def treasury() -> Treasury:
    return a_treasury()


def an_exported_list(treasury: Treasury) -> PaymentBatch:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"), treasury.bill(23_80, "RG-2"))
    with treasury.open():
        return export(batch_id, at=NOW, by=treasury.clerk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentbatch SET execution_date = '2026-12-24' WHERE tenant_id = %s AND id = %s",
        "UPDATE payments_paymentbatch SET state = 'draft' WHERE tenant_id = %s AND id = %s",
        "UPDATE payments_paymentbatch SET file_id = NULL, state = 'cancelled' WHERE tenant_id = %s AND id = %s",
        "UPDATE payments_paymentbatch SET exported_at = now() WHERE tenant_id = %s AND id = %s",
        "UPDATE payments_paymentbatch SET currency = 'CHF' WHERE tenant_id = %s AND id = %s",
        "UPDATE payments_paymentorder SET amount = 1 WHERE tenant_id = %s AND batch_id = %s",
        "UPDATE payments_paymentorder SET payee_iban = 'DE89370400440532013000' WHERE tenant_id = %s AND batch_id = %s",
        "UPDATE payments_paymentorder SET rejected_on = '2026-12-24' WHERE tenant_id = %s AND batch_id = %s",
        "DELETE FROM payments_paymentorder WHERE tenant_id = %s AND batch_id = %s",
        "DELETE FROM payments_paymentbatch WHERE tenant_id = %s AND id = %s",
    ],
)
def test_nothing_of_an_exported_list_changes_behind_the_programs_back(treasury: Treasury, statement: str) -> None:
    batch = an_exported_list(treasury)
    with treasury.open():
        with pytest.raises(Error), db.savepoint(), connection.cursor() as cursor:
            cursor.execute(statement, [current_tenant_id(), batch.id])
        treasury.nothing_is_wrong()


def test_no_order_joins_an_exported_list_and_none_comes_back(treasury: Treasury) -> None:
    batch = an_exported_list(treasury)
    item = treasury.bill(5_00, "RG-3")
    with treasury.open():
        first = orders_of(batch)[0]
        with pytest.raises(Error), db.savepoint():
            PaymentOrder.objects.create(
                batch=batch, position=9, item_id=item, payee_name="X", payee_iban=treasury.iban, amount=5_00,
                end_to_end_id="Z-9",
            )  # fmt: skip
        with pytest.raises(NotDraft):
            add(batch.id, treasury.wanted(item), by=treasury.clerk)
        with pytest.raises(NotDraft):
            remove(batch.id, first.id, by=treasury.clerk)
        with pytest.raises(NotDraft):
            change(batch.id, money_account_id=treasury.bank_id, execution_date=DAY, by=treasury.clerk)
        reject(batch.id, first.id, day=DAY, by=treasury.clerk)
        with pytest.raises(Error), db.savepoint():
            PaymentOrder.objects.filter(id=first.id).update(is_removed=False)
        treasury.nothing_is_wrong()


def test_an_item_is_on_one_living_list_only(treasury: Treasury) -> None:
    item = treasury.bill(119_00, "RG-1")
    with treasury.open():
        wanted = treasury.wanted(item)
    batch_id = treasury.batch(item)
    with treasury.open():
        with pytest.raises(InPayment), db.savepoint():
            collect(wanted, money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW, by=treasury.clerk)
        other = PaymentBatch.objects.create(
            year=2026,
            sequence=99,
            money_account_id=treasury.bank_id,
            currency="EUR",
            execution_date=DAY,
            created_at=NOW,
        )
        with pytest.raises(Error), db.savepoint():
            PaymentOrder.objects.create(
                batch=other, position=1, item_id=item, payee_name="X", payee_iban=treasury.iban, amount=1,
                end_to_end_id="Z-99",
            )  # fmt: skip
        cancel(batch_id, by=treasury.clerk)
        again = collect(wanted, money_account_id=treasury.bank_id, execution_date=TODAY, at=NOW, by=treasury.clerk)
        assert [order.item_id for order in orders_of(again)] == [item]
        treasury.nothing_is_wrong()


def test_two_people_collect_the_same_item_and_one_of_them_wins(treasury: Treasury) -> None:
    item = treasury.bill(119_00, "RG-1")

    def gather() -> int:
        return treasury.batch(item)

    outcomes = at_once(gather, gather, gather)

    assert len(won(outcomes)) == 1
    assert all(isinstance(each.reason, InPayment | NothingToPay) for each in outcomes if isinstance(each, Lost))
    with treasury.open():
        assert PaymentBatch.objects.count() == 1
        treasury.nothing_is_wrong()


def test_exporting_twice_at_once_gives_one_and_the_same_file(treasury: Treasury) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))

    def write() -> int | None:
        with treasury.open():
            return export(batch_id, at=NOW, by=treasury.clerk).file_id

    first, second = at_once(write, write)

    assert first == second
    assert isinstance(first, int)
    with treasury.open():
        treasury.nothing_is_wrong()


def test_setting_paid_twice_at_once_pays_once(treasury: Treasury) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))

    def pay() -> int:
        with treasury.open():
            return settle_by_hand(batch_id, day=DAY, at=NOW, by=treasury.clerk)

    outcomes = at_once(pay, pay)

    assert won(outcomes) == [1]
    with treasury.open():
        assert OpenItem.objects.get().amount_open == 0
        treasury.nothing_is_wrong()


def test_check_books_finds_an_item_that_is_reserved_for_nothing(treasury: Treasury) -> None:
    item = treasury.bill(119_00, "RG-1")
    with treasury.open():
        reserve([item], by=treasury.clerk)

        assert [(code, found) for code, found, _ in broken(current_tenant_id())] == [("payment_reserved", item)]


def test_check_books_finds_a_list_whose_item_was_freed(treasury: Treasury) -> None:
    item = treasury.bill(119_00, "RG-1")
    treasury.batch(item)
    with treasury.open():
        OpenItem.objects.filter(id=item).update(is_in_payment=False)

        assert [code for code, _, _ in broken(current_tenant_id())] == ["payment_reserved"]


def test_check_books_finds_a_file_that_pays_somebody_else(treasury: Treasury) -> None:
    batch = an_exported_list(treasury)
    with treasury.open():
        assert list(files_agree()) == []
        file = batch.file
        assert file is not None
        path = shelf()._path(file.sha256, file.tenant_id)  # type: ignore[attr-defined]  # as a thief would
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(treasury.iban.encode(), b"DE89370400440532013000"))

        assert {each.code for each in files_agree()} == {"payment_file"}
        assert len(list(files_agree())) == 4


def test_a_list_says_why_it_cannot_be_exported(treasury: Treasury) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    with treasury.open():
        order = PaymentOrder.objects.get()
        with pytest.raises(NotExported):
            reject(batch_id, order.id, day=DAY, by=treasury.clerk)
        batch = PaymentBatch.objects.get()
        batch.money_account.iban = ""
        batch.money_account.save(update_fields=["iban"])
        with pytest.raises(AccountWithoutIban), db.savepoint():
            export(batch_id, at=NOW, by=treasury.clerk)
        settle_by_hand(batch_id, day=DAY, at=NOW, by=treasury.clerk)
        with pytest.raises(NothingOpen), db.savepoint():
            export(batch_id, at=NOW, by=treasury.clerk)


def test_a_transfer_goes_only_where_its_kind_reaches() -> None:
    with pytest.raises(OutsideSepa):
        checked(an_order(payee_iban="TR330006100519786457841326"), document="RG-1", currency="EUR")
    with pytest.raises(NotDomestic):
        checked(an_order(currency="CHF"), document="RG-1", currency="CHF")
    with pytest.raises(WrongCurrency):
        check_currency("USD", name="Dollarkonto")
    assert checked(an_order(payee_iban="CH9300762011623852957"), document="x", currency="EUR").currency == "EUR"
    assert (clearing_number("CH9300762011623852957"), clearing_number("DE89370400440532013000")) == ("762", "")
