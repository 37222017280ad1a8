"""Taking back, returns, set-off, write-off and cancellation, through the database."""

from __future__ import annotations

from datetime import date

import pytest

from kontor.banking.models import BankTransaction
from kontor.ledger.models.taxes import ExchangeRate, VatRegime
from kontor.openitems.actions.allocating import Step, allocate, bulk_allocate
from kontor.openitems.actions.closing import HasAllocations, cancel_item, set_off, write_off
from kontor.openitems.actions.undoing import (
    AlreadyTakenBack,
    CreditUsed,
    cancel_allocation,
    cancel_entry,
    cancel_run,
    return_payment,
)
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import Share
from tests.builders import NOW, a_bank_account, a_bank_line, an_invoice

from .office import DAY, Office, an_office, assert_books_hold, balance_of, lines_of

pytestmark = pytest.mark.usefixtures("database")
LATER = date(2026, 4, 2)


@pytest.fixture
def office() -> Office:
    return an_office()


def an_item(item_id: int) -> OpenItem:
    return OpenItem.objects.get(id=item_id)


def test_taking_back_opens_item_and_transaction_again(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_166_20, account_id=office.bank_id, day=DAY)
        done = allocate(line_id, [Share(item_id=item_id, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)

        undone = cancel_allocation(done.allocation_ids[0], day=LATER, at=NOW, by=office.clerk)

        assert lines_of(undone.entry_ids[0]) == [(number, -amount) for number, amount in lines_of(done.entry_id or 0)]
        assert an_item(item_id).amount_open == 119000
        assert BankTransaction.objects.get(id=line_id).allocated == 0
        assert_books_hold()
        with pytest.raises(AlreadyTakenBack):
            cancel_allocation(done.allocation_ids[0], day=LATER, at=NOW, by=office.clerk)


def test_one_of_two_items_of_a_payment_can_be_taken_back_alone(office: Office) -> None:
    with office.open():
        first, second = (an_invoice(party_id=office.party_id, on=DAY) for _ in range(2))
        line_id = a_bank_line(2_356_20, account_id=office.bank_id, day=DAY)
        shares = [Share(item_id=first, cash=1_190_00), Share(item_id=second, cash=1_166_20, discount=23_80)]
        done = allocate(line_id, shares, at=NOW, by=office.clerk)

        undone = cancel_allocation(done.allocation_ids[1], day=LATER, at=NOW, by=office.clerk)

        assert sorted(lines_of(undone.entry_ids[0])) == [
            ("1200", -116620),
            ("1400", 119000),
            ("1776", -380),
            ("8736", -2000),
        ]
        assert (an_item(first).amount_open, an_item(second).amount_open) == (0, 119000)
        assert BankTransaction.objects.get(id=line_id).allocated == 119000
        assert_books_hold()
        cancel_entry(done.entry_id or 0, day=LATER, at=NOW, by=office.clerk)
        assert (an_item(first).amount_open, balance_of("1200")) == (119000, 0)
        assert_books_hold()


def test_taking_a_payment_back_takes_its_credit_back_unless_it_was_used(office: Office) -> None:
    with office.open():
        item_id, other = an_invoice(party_id=office.party_id, on=DAY), an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_250_00, account_id=office.bank_id, day=DAY)
        done = allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], remainder="credit", at=NOW, by=office.clerk)
        entries = set_off([other, done.credit_item_id or 0], day=DAY, at=NOW, by=office.clerk)

        with pytest.raises(CreditUsed):
            cancel_entry(done.entry_id or 0, day=LATER, at=NOW, by=office.clerk)
        assert an_item(other).amount_open == 113000
        cancel_entry(entries[0], day=LATER, at=NOW, by=office.clerk)
        cancel_entry(done.entry_id or 0, day=LATER, at=NOW, by=office.clerk)

        assert an_item(done.credit_item_id or 0).amount_open == 0
        assert BankTransaction.objects.get(id=line_id).allocated == 0
        assert (balance_of("1400"), balance_of("1200")) == (238000, 0)
        assert_books_hold()


def test_p13_a_returned_debit_opens_the_item_and_books_the_fee(office: Office) -> None:
    with office.open():
        item_id = an_invoice(1_19_00, party_id=office.party_id, on=DAY)
        paid = a_bank_line(1_16_62, account_id=office.bank_id, day=DAY)
        done = allocate(paid, [Share(item_id=item_id, cash=1_16_62, discount=2_38)], at=NOW, by=office.clerk)
        returned = a_bank_line(-1_19_62, account_id=office.bank_id, day=LATER)

        undone = return_payment(returned, done.allocation_ids, at=NOW, by=office.clerk)

        assert sorted(lines_of(undone.entry_ids[0])) == [
            ("1200", -11962), ("1400", 11900), ("1776", -38), ("4970", 300), ("8736", -200),
        ]  # fmt: skip
        item = an_item(item_id)
        assert (item.amount_open, item.is_returned) == (11900, True)
        assert BankTransaction.objects.get(id=paid).allocated == 11662
        assert BankTransaction.objects.get(id=returned).allocated == -11962
        assert_books_hold()
        cancel_entry(undone.entry_ids[0], day=LATER, at=NOW, by=office.clerk)
        assert an_item(item_id).amount_open == 0
        assert BankTransaction.objects.get(id=returned).allocated == 0
        assert_books_hold()


def test_acceptance_29_under_received_timing_the_vat_account_equals_vat_in_cash(office: Office) -> None:
    with office.open():
        VatRegime.objects.create(valid_from=date(2026, 1, 1), output_timing="received")
        paid, lost = (an_invoice(party_id=office.party_id, on=DAY) for _ in range(2))
        assert (balance_of("1776"), balance_of("1766")) == (0, -38000)
        line_id = a_bank_line(1_166_20, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=paid, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)
        write_off([lost], day=LATER, at=NOW, by=office.clerk)

        assert (balance_of("1776"), balance_of("1766")) == (-18620, 0)
        assert balance_of("2406") == 100000
        assert_books_hold()
        cancel_entry(done.entry_id or 0, day=LATER, at=NOW, by=office.clerk)
        assert (balance_of("1776"), balance_of("1766")) == (0, -19000)
        assert_books_hold()


def test_p16_full_and_partial_payment_in_foreign_currency(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=date(2026, 1, 1), rate="0.94")
        item_id = an_invoice(
            1_000_00, party_id=office.party_id, on=DAY, currency="USD", rate="0.92", tax_code="", rate_percent=0
        )
        dollars = a_bank_account(currency="USD", role="psp")
        part = a_bank_line(250_00, account_id=dollars, day=DAY, currency="USD")
        rest = a_bank_line(705_00, account_id=office.bank_id, day=LATER)

        first = allocate(part, [Share(item_id=item_id, cash=250_00)], at=NOW, by=office.clerk)
        second = allocate(rest, [Share(item_id=item_id, cash=750_00, paid=705_00)], at=NOW, by=office.clerk)

        assert [amount for _, amount in lines_of(first.entry_id or 0)] == [23500, -23000, -500]
        assert [amount for _, amount in lines_of(second.entry_id or 0)] == [70500, -69000, -1500]
        assert (an_item(item_id).amount_open, an_item(item_id).base_open, balance_of("2660")) == (0, 0, -2000)
        assert_books_hold()


def test_p18_cancelling_an_invoice_is_its_exact_mirror(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)

        entry_id = cancel_item(item_id, day=LATER, at=NOW, by=office.clerk)

        assert lines_of(entry_id) == [("1400", -119000), ("8400", 100000), ("1776", 19000)]
        assert an_item(item_id).amount_open == 0
        assert_books_hold()
        cancel_entry(entry_id, day=LATER, at=NOW, by=office.clerk)
        assert an_item(item_id).amount_open == 119000
        assert_books_hold()


def test_p18_an_invoice_is_set_off_against_its_credit_note(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        note = an_invoice(-1_190_00, party_id=office.party_id, on=DAY)

        set_off([item_id, note], day=LATER, at=NOW, by=office.clerk)

        assert (an_item(item_id).amount_open, an_item(note).amount_open) == (0, 0)
        assert (balance_of("1400"), balance_of("8400"), balance_of("1776")) == (0, 0, 0)
        assert_books_hold()


def test_a_partly_paid_invoice_is_not_cancelled(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_00, account_id=office.bank_id, day=DAY)
        allocate(line_id, [Share(item_id=item_id, cash=1_00)], at=NOW, by=office.clerk)

        with pytest.raises(HasAllocations):
            cancel_item(item_id, day=LATER, at=NOW, by=office.clerk)


def test_a_whole_run_is_taken_back_and_posts_once_under_its_key(office: Office) -> None:
    with office.open():
        items = [an_invoice(party_id=office.party_id, on=DAY) for _ in range(3)]
        lines = [a_bank_line(1_190_00, account_id=office.bank_id, day=DAY) for _ in range(3)]
        steps = [
            Step(transaction_id=line, shares=(Share(item_id=item, cash=1_190_00),))
            for line, item in zip(lines, items, strict=True)
        ]

        first = bulk_allocate(steps, run_key="run-1", is_automatic=True, key="run-1:1", at=NOW, by=office.clerk)
        again = bulk_allocate(steps, run_key="run-1", is_automatic=True, key="run-1:1", at=NOW, by=office.clerk)
        assert [done.entry_id for done in again] == [done.entry_id for done in first]
        assert balance_of("1400") == 0

        undone = cancel_run("run-1", day=LATER, at=NOW, by=office.clerk)
        assert len(undone.entry_ids) == 3
        assert cancel_run("run-1", day=LATER, at=NOW, by=office.clerk).entry_ids == ()
        assert balance_of("1400") == 357000
        assert_books_hold()


def test_a_step_of_a_run_that_the_rules_refuse_leaves_the_others_standing(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        lines = [a_bank_line(1_190_00, account_id=office.bank_id, day=DAY) for _ in range(2)]
        steps = [Step(transaction_id=line, shares=(Share(item_id=item_id, cash=1_190_00),)) for line in lines]

        done = bulk_allocate(steps, run_key="run-2", at=NOW, by=office.clerk)

        assert [each.refusal is None for each in done] == [True, False]
        assert_books_hold()


def test_a_document_can_be_cancelled_again_after_its_cancellation_was_taken_back(office: Office) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        document = lines_of(an_item(item_id).journal_line.entry_id)
        for _round in range(3):
            cancelled = cancel_item(item_id, day=LATER, at=NOW, by=office.clerk)
            assert lines_of(cancelled) == [(number, -amount) for number, amount in document]
            assert an_item(item_id).amount_open == 0
            assert_books_hold()

            cancel_entry(cancelled, day=LATER, at=NOW, by=office.clerk)

            assert an_item(item_id).amount_open == 119000
            assert_books_hold()
