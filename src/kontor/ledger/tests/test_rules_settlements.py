"""What paying, reducing, returning and writing off post, with the figures of the office."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kontor.ledger.rules.documents import customer_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    PostingLine,
    by_number,
    by_role,
    combined,
    mirrored,
    transfer,
)
from kontor.ledger.rules.settlements import (
    Cash,
    Difference,
    MoreThanOpen,
    NothingSettled,
    Settlement,
    credit_remainder,
    return_settlement,
    settle,
    write_off,
)
from kontor.ledger.rules.shares import standing_shares
from kontor.ledger.tests.postings import BANK, MEMO, bill, code, dollars, facts, invoice, paid


def test_a_discount_on_reverse_charge_corrects_both_sides() -> None:
    item = bill(100_00, tax="reverse-charge-standard").item

    done = settle(item, memo=MEMO, cash=paid(98_00), discount=2_00)

    assert sorted(facts(done.posting)) == sorted([
        ("bank", "-98.00"),
        ("discount_received:19", "-2.00"),
        ("reverse_charge_input:19", "-0.38"),
        ("reverse_charge_output:19", "0.38"),
        ("payables", "100.00"),
    ])  # fmt: skip


def test_p08_a_discount_gives_back_its_vat() -> None:
    done = settle(invoice().item, memo=MEMO, cash=paid(1_166_20), discount=23_80)

    assert facts(done.posting) == [
        ("bank", "1166.20"),
        ("discount_granted:19", "20.00"),
        ("output_vat:19", "3.80"),
        ("receivables", "-1190.00"),
    ]
    assert (done.posting.lines[2].tax_base, done.posting.lines[2].tax_amount) == (20_00, 3_80)
    assert (done.item.amount_open, done.item.base_open) == (0, 0)


def test_p08_under_received_timing_the_discount_lowers_vat_not_yet_due() -> None:
    done = settle(invoice(received=True).item, memo=MEMO, cash=paid(1_166_20), discount=23_80)

    assert facts(done.posting) == [
        ("bank", "1166.20"),
        ("discount_granted:19", "20.00"),
        ("output_vat_undue:19", "3.80"),
        ("output_vat_undue:19", "186.20"),
        ("output_vat:19", "-186.20"),
        ("receivables", "-1190.00"),
    ]
    assert done.item.shares[0].undue == 0


def test_p08_over_several_rates_the_discount_follows_the_gross_and_the_last_takes_the_rounding() -> None:
    item = customer_invoice(
        [Part(by_number("8400"), 100_00, code("sale-standard")), Part(by_number("8300"), 100_00, code("sale-reduced"))],
        currency="EUR", base_currency="EUR", memo=MEMO,
    ).item  # fmt: skip

    done = settle(item, memo=MEMO, cash=paid(219_22), discount=6_78)

    assert facts(done.posting) == [
        ("bank", "219.22"),
        ("discount_granted:19", "3.00"),
        ("output_vat:19", "0.57"),
        ("discount_granted:7", "3.00"),
        ("output_vat:7", "0.21"),
        ("receivables", "-226.00"),
    ]


def test_p09_an_underpayment_in_tolerance_corrects_vat() -> None:
    under = Difference(2_00, by_role("under_difference"))

    done = settle(invoice().item, memo=MEMO, cash=paid(1_188_00), differences=[under])

    assert facts(done.posting) == [
        ("bank", "1188.00"),
        ("under_difference:19", "1.68"),
        ("output_vat:19", "0.32"),
        ("receivables", "-1190.00"),
    ]


def test_p09_an_overpayment_in_tolerance_takes_the_tax_of_the_invoice() -> None:
    over = Difference(-10_00, by_role("over_difference"))

    done = settle(invoice().item, memo=MEMO, cash=paid(1_200_00), differences=[over])

    assert facts(done.posting) == [
        ("bank", "1200.00"),
        ("over_difference:19", "-8.40"),
        ("output_vat:19", "-1.60"),
        ("receivables", "-1190.00"),
    ]
    assert done.amount == 1_190_00


def test_p09_an_overpayment_under_received_timing_is_due_at_once() -> None:
    over = Difference(-10_00, by_role("over_difference"))

    done = settle(invoice(received=True).item, memo=MEMO, cash=paid(1_200_00), differences=[over])

    due = sum(line.amount_base for line in done.posting.lines if line.account.role == "output_vat")
    assert due == -191_60


def test_p09_a_document_type_without_tax_takes_the_whole_difference() -> None:
    free = replace(invoice().item.shares[0], code="none", rate_percent=Decimal(0), net=1, tax=0)

    gift = Difference(-10_00, by_role("donation_income"), share=free, project_id=5)
    done = settle(invoice().item, memo=MEMO, cash=paid(1_200_00), differences=[gift])

    assert facts(done.posting)[1] == ("donation_income:0", "-10.00")
    assert done.posting.lines[1].project_id == 5


def test_p09_more_than_open_is_refused_and_the_rest_becomes_a_credit() -> None:
    item = invoice().item

    with pytest.raises(MoreThanOpen, match=r"1190\.00 open, but 1300\.00"):
        settle(item, memo=MEMO, cash=paid(1_300_00))
    posting, credit = credit_remainder(
        paid(110_00), control=by_role("receivables"), base_currency="EUR", memo=MEMO, party_id=7
    )

    assert facts(posting) == [("bank", "110.00"), ("receivables", "-110.00")]
    assert (credit.side, credit.amount_open, credit.party_id) == ("credit", 110_00, 7)
    with pytest.raises(NothingSettled):
        settle(item, memo=MEMO)


def test_one_bank_movement_over_item_and_credit_has_one_bank_line() -> None:
    done = settle(invoice().item, memo=MEMO, cash=paid(1_190_00))
    rest, _ = credit_remainder(paid(110_00), control=by_role("receivables"), base_currency="EUR", memo=MEMO)

    assert facts(combined([done.posting, rest], money=BANK, memo=MEMO)) == [
        ("bank", "1300.00"), ("receivables", "-1190.00"), ("receivables", "-110.00"),
    ]  # fmt: skip


def test_p13_a_return_reopens_the_item_and_books_the_fee() -> None:
    item = invoice(100_00, tax="outside-scope").item
    done = settle(item, memo=MEMO, cash=paid(100_00))

    back = return_settlement(done, item=done.item, memo=MEMO, money=BANK, fee=3_00)

    assert facts(combined([back.posting], money=BANK, memo=MEMO)) == [
        ("bank", "-103.00"), ("receivables", "100.00"), ("bank_charges", "3.00"),
    ]  # fmt: skip
    assert back.item.amount_open == 100_00


def test_p13_a_return_takes_back_discount_and_moved_vat() -> None:
    item = invoice(received=True).item
    done = settle(item, memo=MEMO, cash=paid(1_166_20), discount=23_80)

    back = return_settlement(done, item=done.item, memo=MEMO)

    assert back.item == item
    assert sorted(facts(back.posting)) == sorted(facts(mirrored(done.posting, memo=MEMO)))


@pytest.mark.parametrize(("paid_base", "result"), [(940_00, ("fx_gain", "-20.00")), (900_00, ("fx_loss", "20.00"))])
def test_p16_the_exchange_difference_is_gain_or_loss(paid_base: int, result: tuple[str, str]) -> None:
    done = settle(dollars(), memo=MEMO, cash=Cash(BANK, 1_000_00, paid_base, "EUR", paid_base))

    assert facts(done.posting)[1:] == [("receivables", "-920.00"), result]
    assert done.posting.lines[1].amount == -1_000_00


def test_p16_a_partial_payment_takes_its_part_of_the_booked_value() -> None:
    done = settle(dollars(), memo=MEMO, cash=Cash(BANK, 250_00, 235_00, "EUR", 235_00))

    assert facts(done.posting) == [("bank", "235.00"), ("receivables", "-230.00"), ("fx_gain", "-5.00")]
    assert (done.item.amount_open, done.item.base_open) == (750_00, 690_00)


def test_p16_paying_a_supplier_in_dollars_that_rose_is_a_loss() -> None:
    item = replace(dollars(), side="credit", control=by_role("payables"))

    done = settle(item, memo=MEMO, cash=Cash(BANK, 1_000_00, 940_00, "EUR", 940_00))

    assert facts(done.posting) == [("bank", "-940.00"), ("payables", "920.00"), ("fx_loss", "20.00")]


def test_p17_a_bad_debt_gives_back_its_vat_where_it_stands() -> None:
    assert facts(write_off(invoice().item, amount=1_190_00, memo=MEMO).posting) == [
        ("bad_debts:19", "1000.00"), ("output_vat:19", "190.00"), ("receivables", "-1190.00"),
    ]  # fmt: skip
    assert facts(write_off(invoice(received=True).item, amount=1_190_00, memo=MEMO).posting) == [
        ("bad_debts:19", "1000.00"), ("output_vat_undue:19", "190.00"), ("receivables", "-1190.00"),
    ]  # fmt: skip


def test_p21_two_steps_go_through_transit() -> None:
    done = settle(bill().item, memo=MEMO, cash=Cash(by_role("transit"), 1_190_00, 1_190_00, "EUR", 1_190_00))
    cleared = transfer(
        debit=by_role("transit"), credit=BANK, amount=1_190_00, amount_base=1_190_00, currency="EUR", memo=MEMO
    )

    assert facts(done.posting) == [("transit", "-1190.00"), ("payables", "1190.00")]
    assert facts(cleared) == [("transit", "1190.00"), ("bank", "-1190.00")]


def test_p22_a_supplier_discount_lowers_input_vat() -> None:
    done = settle(bill().item, memo=MEMO, cash=paid(1_166_20), discount=23_80)

    assert facts(done.posting) == [
        ("bank", "-1166.20"),
        ("discount_received:19", "-20.00"),
        ("input_vat:19", "-3.80"),
        ("payables", "1190.00"),
    ]


def test_acceptance_29_after_discount_and_write_off_vat_equals_vat_in_cash() -> None:
    item = invoice(received=True).item
    steps: list[Settlement] = []
    for step in ({"cash": paid(500_00)}, {"cash": paid(400_00), "discount": 11_90}):
        steps.append(settle(item, memo=MEMO, **step))
        item = steps[-1].item
    steps.append(write_off(item, amount=item.amount_open, memo=MEMO))

    lines = [line for step in steps for line in step.posting.lines]
    due = -sum(line.amount_base for line in lines if line.account.role == "output_vat")

    assert abs(due - 900_00 * 19 / 119) <= 1
    assert sum(line.amount_base for line in lines if line.account.role == "output_vat_undue") == 190_00


def test_shares_without_history_stand_in_proportion_to_what_is_open() -> None:
    shares = invoice(received=True).item.shares

    standing = standing_shares(shares, amount=1_190_00, amount_open=595_00)

    assert (standing[0].tax, standing[0].undue) == (190_00, 95_00)


@pytest.mark.parametrize("parts", [(9_49,), (9_00,), (1_00, 5_00, 3_49), (3, 4_44, 4_50), (1, 2, 3, 9_00)])
def test_under_received_timing_all_payments_together_report_the_net_less_the_discount(parts: tuple[int, ...]) -> None:
    item = invoice(9_25, tax="sale-reduced", country="CH", received=True).item  # 9.25 net, 0.24 tax
    lines: list[PostingLine] = []
    for place, amount in enumerate(parts, start=1):
        discount = item.amount_open - amount if place == len(parts) and amount < item.amount_open else 0
        cash = min(amount, item.amount_open)
        done = settle(item, memo=MEMO, cash=paid(cash), discount=discount)
        item = done.item
        lines += done.posting.lines

    assert item.amount_open == 0
    granted = sum(line.amount_base for line in lines if line.account.role == "discount_granted")
    assert -sum(line.tax_base or 0 for line in lines) == 9_25 - granted
