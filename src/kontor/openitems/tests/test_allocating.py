"""The posting rules of settling, through the database, to the cent (inventory.md §6, decisions.md 27, 29)."""

from __future__ import annotations

import pytest

from kontor.banking.models import BankTransaction
from kontor.openitems.actions.allocating import allocate, post_to_account, preview
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import AccountShare, MoreThanPaid, Share
from tests.builders import NOW, a_bank_line, an_invoice

from .office import DAY, Office, an_office, assert_books_hold, lines_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def test_p06_an_invoice_becomes_an_item_of_its_gross(office: Office) -> None:
    with office.open():
        item = OpenItem.objects.select_related("journal_line").get(id=an_invoice(party_id=office.party_id, on=DAY))

        assert lines_of(item.journal_line.entry_id) == [("1400", 119000), ("8400", -100000), ("1776", -19000)]
        assert (item.side, item.amount_open, item.base_open) == ("debit", 119000, 119000)
        assert_books_hold()


def test_a_payment_in_full_closes_item_and_transaction(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_190_00, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], at=NOW, by=office.clerk)

        assert lines_of(done.entry_id or 0) == [("1200", 119000), ("1400", -119000)]
        assert OpenItem.objects.get(id=item_id).amount_open == 0
        assert BankTransaction.objects.get(id=line_id).allocated == 119000
        assert_books_hold()


def test_p08_a_discount_corrects_its_vat(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_166_20, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)

        assert sorted(lines_of(done.entry_id or 0)) == [
            ("1200", 116620),
            ("1400", -119000),
            ("1776", 380),
            ("8736", 2000),
        ]
        assert_books_hold()


def test_p09_a_tolerated_difference_takes_the_tax_of_the_item(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_188_00, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_188_00, difference=2_00)], at=NOW, by=office.clerk)

        posted = lines_of(done.entry_id or 0)
        assert ("1776", 32) in posted
        assert [amount for _, amount in posted] == [118800, 168, 32, -119000]
        assert OpenItem.objects.get(id=item_id).differences == 200
        assert_books_hold()


def test_p09_an_overpayment_in_tolerance_is_kept_with_its_vat(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_200_00, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_200_00, difference=-10_00)], at=NOW, by=office.clerk)

        assert [amount for _, amount in lines_of(done.entry_id or 0)] == [120000, -840, -160, -119000]
        assert_books_hold()


def test_an_overpayment_outside_stays_as_a_credit_of_the_party(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_250_00, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], remainder="credit", at=NOW, by=office.clerk)

        credit = OpenItem.objects.get(id=done.credit_item_id or 0)
        assert (credit.side, credit.amount_open, credit.party_id) == ("credit", 6000, office.party_id)
        assert lines_of(done.entry_id or 0) == [("1200", 125000), ("1400", -119000), ("1400", -6000)]
        assert BankTransaction.objects.get(id=line_id).allocated == 125000
        assert_books_hold()


def test_one_payment_settles_two_invoices_less_a_credit_note(office: Office) -> None:
    with office.open():
        first, second = (an_invoice(party_id=office.party_id, on=DAY) for _ in range(2))
        note = an_invoice(-1_19_00, party_id=office.party_id, on=DAY)
        line_id = a_bank_line(2_261_00, account_id=office.bank_id, day=DAY)

        shares = [
            Share(item_id=first, cash=1_190_00),
            Share(item_id=second, cash=1_190_00),
            Share(item_id=note, cash=1_19_00),
        ]
        done = allocate(line_id, shares, at=NOW, by=office.clerk)

        assert lines_of(done.entry_id or 0) == [("1200", 226100), ("1400", -119000), ("1400", -119000), ("1400", 11900)]
        assert set(OpenItem.objects.values_list("amount_open", flat=True)) == {0}
        assert_books_hold()


def test_more_than_the_transaction_holds_is_refused(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_000_00, account_id=office.bank_id, day=DAY)

        with pytest.raises(MoreThanPaid):
            allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], at=NOW, by=office.clerk)


def test_p23_a_donation_goes_to_its_account_with_donor_and_project(office: Office) -> None:
    with office.open():
        line_id = a_bank_line(50_00, account_id=office.bank_id, day=DAY)

        done = post_to_account(
            line_id, [AccountShare(account="8400", amount=50_00, party_id=office.party_id)], at=NOW, by=office.clerk
        )

        assert lines_of(done.entry_id or 0) == [("1200", 5000), ("8400", -5000)]
        assert_books_hold()


def test_what_the_preview_shows_is_what_is_posted(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_166_20, account_id=office.bank_id, day=DAY)
        shares = [Share(item_id=item_id, cash=1_166_20, discount=23_80)]

        shown = preview(line_id, shares)
        done = allocate(line_id, shares, at=NOW, by=office.clerk)

        assert [(line.number, line.debit - line.credit) for line in shown] == lines_of(done.entry_id or 0)
