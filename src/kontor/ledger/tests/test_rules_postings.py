"""The posting rules with the figures of the office, P-01 to P-23."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kontor.ledger.rules.carry_forward import carry_forward
from kontor.ledger.rules.deposits import deposit_received, deposit_request, final_invoice
from kontor.ledger.rules.documents import OpenedItem, customer_invoice, interest_invoice, opening_item, supplier_invoice
from kontor.ledger.rules.money_lines import money_posting
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    AccountRef,
    Memo,
    Posting,
    PostingLine,
    TooFewLines,
    UnbalancedEntry,
    by_number,
    by_role,
    cash_count_difference,
    check_balanced,
    combined,
    donation,
    mirrored,
    transfer,
    waived_reimbursement,
)
from kontor.ledger.rules.set_offs import clearing_difference, set_off, set_off_items
from kontor.ledger.rules.settlements import (
    Cash,
    Difference,
    Item,
    MoreThanOpen,
    NothingSettled,
    Settlement,
    credit_remainder,
    return_settlement,
    settle,
    write_off,
)
from kontor.ledger.rules.shares import standing_shares
from kontor.ledger.rules.taxes import TaxCode, country_tax_codes, tax_code_on, without_deduction

MEMO = Memo(text="Test", document_number="RE-1", document_date=date(2026, 3, 1))
BANK = by_role("bank")


def code(name: str, *, country: str = "DE") -> TaxCode:
    return tax_code_on(country_tax_codes(country), name, on=date(2026, 8, 1))


def facts(posting: Posting) -> list[tuple[str, str]]:
    """Return (account, amount in major units) of each line, debit positive."""
    return [(_name(line.account), f"{Decimal(line.amount_base) / 100:.2f}") for line in posting.lines]


def _name(account: AccountRef) -> str:
    rate = "" if account.rate_percent is None else f":{account.rate_percent.normalize():f}"
    return (account.number or account.role) + rate


def invoice(
    net: int = 1_000_00, *, tax: str = "sale-standard", country: str = "DE", received: bool = False
) -> OpenedItem:
    return customer_invoice(
        [Part(by_number("8400"), net, code(tax, country=country))],
        currency="EUR",
        base_currency="EUR",
        memo=MEMO,
        party_id=7,
        is_received_timing=received,
    )


def bill(net: int = 1_000_00, *, tax: str = "purchase-standard") -> OpenedItem:
    return supplier_invoice(
        [Part(by_number("4930"), net, code(tax))], currency="EUR", base_currency="EUR", memo=MEMO, party_id=8
    )


def paid(amount: int) -> Cash:
    return Cash(BANK, amount, amount, "EUR", amount)


def dollars(open_base: int = 920_00) -> Item:
    return Item("debit", by_role("receivables"), "USD", "EUR", 1_000_00, open_base, 1_000_00, open_base, party_id=7)


def test_p01_a_receipt_paid_privately_is_owed_to_the_submitter() -> None:
    opened = supplier_invoice(
        [Part(by_number("4930"), 100_00, code("purchase-standard"), project_id=3)],
        currency="EUR", base_currency="EUR", memo=MEMO, party_id=9, control=by_role("staff_payables"),
    )  # fmt: skip

    assert facts(opened.posting) == [("staff_payables", "-119.00"), ("4930", "100.00"), ("input_vat:19", "19.00")]
    assert (opened.item.side, opened.item.amount, opened.item.party_id, opened.item.project_id) == (
        "credit",
        119_00,
        9,
        3,
    )


def test_p04_a_waived_reimbursement_becomes_a_donation() -> None:
    posting = waived_reimbursement(amount=119_00, currency="EUR", party_id=9, memo=MEMO)

    assert facts(posting) == [("staff_payables", "119.00"), ("donation_income", "-119.00")]


def test_p06_an_invoice_shows_revenue_per_part_and_vat_once_per_rate() -> None:
    opened = customer_invoice(
        [
            Part(by_number("8400"), 600_00, code("sale-standard"), project_id=1),
            Part(by_number("8401"), 400_00, code("sale-standard"), project_id=2),
            Part(by_number("8300"), 100_00, code("sale-reduced"), project_id=2),
        ],
        currency="EUR", base_currency="EUR", memo=MEMO, party_id=7,
    )  # fmt: skip

    assert facts(opened.posting) == [
        ("receivables", "1297.00"),
        ("8400", "-600.00"),
        ("8401", "-400.00"),
        ("8300", "-100.00"),
        ("output_vat:19", "-190.00"),
        ("output_vat:7", "-7.00"),
    ]
    assert [(line.tax_base, line.tax_amount) for line in opened.posting.lines[4:]] == [
        (-1_000_00, -190_00),
        (-100_00, -7_00),
    ]
    assert [line.project_id for line in opened.posting.lines[1:4]] == [1, 2, 2]


def test_p06_under_received_timing_vat_is_not_yet_due_and_not_in_the_return() -> None:
    opened = invoice(received=True)

    assert facts(opened.posting) == [
        ("receivables", "1190.00"),
        ("8400", "-1000.00"),
        ("output_vat_undue:19", "-190.00"),
    ]
    assert all(line.tax_base is None and line.tax_amount is None for line in opened.posting.lines)
    assert opened.item.shares[0].undue == 190_00


def test_p06_a_negative_total_is_a_credit_note_with_positive_shares() -> None:
    opened = invoice(-1_000_00)

    assert facts(opened.posting) == [("receivables", "-1190.00"), ("8400", "1000.00"), ("output_vat:19", "190.00")]
    assert (opened.item.side, opened.item.amount, opened.item.shares[0].gross) == ("credit", 1_190_00, 1_190_00)


def test_an_exempt_supply_reports_its_base_on_the_net_line() -> None:
    opened = invoice(tax="export")

    assert facts(opened.posting) == [("receivables", "1000.00"), ("8400", "-1000.00")]
    assert (opened.posting.lines[1].tax_code, opened.posting.lines[1].tax_base) == ("export", -1_000_00)


def test_an_invoice_in_dollars_keeps_vat_at_its_own_rate_and_balances_in_euros() -> None:
    opened = customer_invoice(
        [Part(by_number("8400"), 333_33, code("sale-standard")), Part(by_number("8401"), 333_34, code("sale-standard"))],
        currency="USD", base_currency="EUR", memo=MEMO, rate=Decimal("0.9137"),
    )  # fmt: skip

    assert opened.item.amount == 793_34
    assert opened.item.amount_base == 724_87
    assert facts(opened.posting)[-1] == ("output_vat:19", "-115.74")


def test_p03_input_vat_that_may_not_be_deducted_goes_to_the_expense() -> None:
    half = replace(code("purchase-standard"), deductible_percent=Decimal(50))

    opened = supplier_invoice(
        [Part(by_number("4930"), 100_00, half), Part(by_number("4940"), 50_00, half)],
        currency="EUR", base_currency="EUR", memo=MEMO,
    )  # fmt: skip

    assert facts(opened.posting) == [
        ("payables", "-178.50"),
        ("4930", "109.50"),
        ("4940", "54.75"),
        ("input_vat:19", "14.25"),
    ]
    assert (opened.item.shares[0].net, opened.item.shares[0].tax) == (164_25, 14_25)


def test_a_small_business_puts_all_input_vat_into_the_expense_and_still_owes_reverse_charge() -> None:
    goods = supplier_invoice(
        [Part(by_number("4930"), 100_00, without_deduction(code("purchase-standard")))],
        currency="EUR",
        base_currency="EUR",
        memo=MEMO,
    )
    service = supplier_invoice(
        [Part(by_number("4930"), 100_00, without_deduction(code("reverse-charge-standard")))],
        currency="EUR",
        base_currency="EUR",
        memo=MEMO,
    )

    assert facts(goods.posting) == [("payables", "-119.00"), ("4930", "119.00")]
    assert facts(service.posting) == [
        ("payables", "-100.00"),
        ("4930", "119.00"),
        ("reverse_charge_output:19", "-19.00"),
    ]


def test_a_service_under_reverse_charge_puts_tax_on_both_sides() -> None:
    opened = bill(100_00, tax="reverse-charge-standard")

    assert facts(opened.posting) == [
        ("payables", "-100.00"),
        ("4930", "100.00"),
        ("reverse_charge_input:19", "19.00"),
        ("reverse_charge_output:19", "-19.00"),
    ]
    assert [line.tax_amount for line in opened.posting.lines[2:]] == [19_00, -19_00]


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


def test_an_opening_item_stands_against_its_opening_balance_account() -> None:
    receivable, payable = invoice().item, bill().item

    assert facts(opening_item(receivable, memo=MEMO, is_receivable=True).posting) == [
        ("receivables", "1190.00"), ("opening_receivables", "-1190.00"),
    ]  # fmt: skip
    assert facts(opening_item(payable, memo=MEMO, is_receivable=False).posting) == [
        ("payables", "-1190.00"), ("opening_payables", "1190.00"),
    ]  # fmt: skip


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


def swiss_items() -> tuple[Item, Item]:
    debit = customer_invoice(
        [Part(by_number("3400"), 462_53, code("sale-standard", country="CH"))],
        currency="CHF", base_currency="CHF", memo=MEMO, taxes={"sale-standard": 37_47},
    ).item  # fmt: skip
    credit = Item("credit", by_role("receivables"), "CHF", "CHF", 480_00, 480_00, 480_00, 480_00)
    return debit, credit


def test_p10_settlement_by_difference_leaves_the_clearing_account_at_zero() -> None:
    debit, credit = swiss_items()
    clearing = by_role("debtor_clearing")

    first = set_off(debit, amount=500_00, through=clearing, memo=MEMO)
    second = set_off(credit, amount=480_00, through=clearing, memo=MEMO)
    rest = clearing_difference(
        20_00, shares=debit.shares, clearing=clearing, account=by_role("under_difference"), currency="CHF", memo=MEMO
    )

    assert facts(first.posting) == [("debtor_clearing", "500.00"), ("receivables", "-500.00")]
    assert facts(second.posting) == [("debtor_clearing", "-480.00"), ("receivables", "480.00")]
    assert facts(rest) == [("under_difference", "18.50"), ("output_vat:8.1", "1.50"), ("debtor_clearing", "-20.00")]


def test_p11_carry_forward_opens_the_balance_as_one_item_without_vat() -> None:
    debit, credit = swiss_items()

    carried = carry_forward([debit, credit], memo=MEMO)

    assert facts(carried.posting) == [
        ("carry_forward_pass_through", "500.00"),
        ("receivables", "-500.00"),
        ("carry_forward_pass_through", "-480.00"),
        ("receivables", "480.00"),
        ("carry_forward_pass_through", "-20.00"),
        ("receivables", "20.00"),
    ]
    assert carried.item is not None
    assert (carried.item.side, carried.item.amount_open) == ("debit", 20_00)


def test_p11_a_negative_balance_becomes_a_credit_and_zero_becomes_nothing() -> None:
    debit, credit = swiss_items()
    small = set_off(debit, amount=100_00, through=BANK, memo=MEMO).item
    even = set_off(debit, amount=20_00, through=BANK, memo=MEMO).item

    turned = carry_forward([small, credit], memo=MEMO).item

    assert turned is not None
    assert (turned.side, turned.amount_open) == ("credit", 80_00)
    assert carry_forward([even, credit], memo=MEMO).item is None


def test_p11_the_new_item_inherits_tax_not_yet_due_and_pays_it_later() -> None:
    old = settle(invoice(received=True).item, memo=MEMO, cash=paid(590_00)).item
    other = invoice(100_00, received=True).item

    new = carry_forward([old, other], memo=MEMO).item
    assert new is not None
    done = settle(new, memo=MEMO, cash=paid(719_00))

    due = sum(line.amount_base for line in done.posting.lines if line.account.role == "output_vat")
    assert -due == old.shares[0].undue + 19_00


def test_p11_items_whose_dollars_cancel_leave_an_exchange_difference() -> None:
    credit = replace(dollars(940_00), side="credit")

    carried = carry_forward([dollars(), credit], memo=MEMO)

    assert carried.item is None
    assert facts(carried.posting)[-2:] == [("carry_forward_pass_through", "20.00"), ("fx_gain", "-20.00")]


def test_p05_a_receipt_is_set_off_against_the_advance() -> None:
    receipt = supplier_invoice(
        [Part(by_number("4930"), 193_28, code("purchase-standard"))],
        currency="EUR",
        base_currency="EUR",
        memo=MEMO,
        party_id=9,
        control=by_role("staff_payables"),
        taxes={"purchase-standard": 36_72},
    )
    advance = Item("debit", by_role("staff_advances"), "EUR", "EUR", 200_00, 200_00, 200_00, 200_00, party_id=9)

    posting, first, second = set_off_items(receipt.item, against=advance, amount=200_00, memo=MEMO)

    assert facts(receipt.posting) == [("staff_payables", "-230.00"), ("4930", "193.28"), ("input_vat:19", "36.72")]
    assert facts(posting) == [("staff_payables", "200.00"), ("staff_advances", "-200.00")]
    assert (first.item.amount_open, second.item.amount_open) == (30_00, 0)


def test_p18_invoice_and_credit_note_set_each_other_off_and_no_vat_stays_undue() -> None:
    posting, _, _ = set_off_items(
        invoice(received=True).item, against=invoice(-1_000_00, received=True).item, amount=1_190_00, memo=MEMO
    )

    assert sum(line.amount_base for line in posting.lines if line.account.role == "output_vat_undue") == 0
    assert sum(line.amount_base for line in posting.lines if line.account.role == "output_vat") == 0


def test_p12_interest_is_outside_vat() -> None:
    opened = interest_invoice(4_17, currency="EUR", memo=MEMO, party_id=7)

    assert facts(opened.posting) == [("receivables", "4.17"), ("interest_income", "-4.17")]


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


def test_p14_a_provider_fee_under_reverse_charge_owes_and_deducts() -> None:
    posting = money_posting(
        [Part(by_role("psp_fees"), -35_00, code("reverse-charge-standard"))],
        money=by_role("psp"), amount=-35_00, amount_base=-35_00, currency="EUR", base_currency="EUR", memo=MEMO,
    )  # fmt: skip

    assert facts(posting) == [
        ("psp", "-35.00"),
        ("psp_fees", "35.00"),
        ("reverse_charge_input:19", "6.65"),
        ("reverse_charge_output:19", "-6.65"),
    ]


def test_a_bank_fee_with_vat_is_split_from_its_gross() -> None:
    posting = money_posting(
        [Part(by_role("bank_charges"), -11_90, code("purchase-standard")), Part(by_number("4910"), -85)],
        money=BANK, amount=-12_75, amount_base=-12_75, currency="EUR", base_currency="EUR", memo=MEMO,
    )  # fmt: skip

    assert facts(posting) == [("bank", "-12.75"), ("bank_charges", "10.00"), ("4910", "0.85"), ("input_vat:19", "1.90")]


def test_parts_that_do_not_add_up_to_the_bank_line_are_refused() -> None:
    with pytest.raises(UnbalancedEntry, match=r"debits 10\.00, credits 12\.00"):
        money_posting(
            [Part(by_role("bank_charges"), -10_00)],
            money=BANK, amount=-12_00, amount_base=-12_00, currency="EUR", base_currency="EUR", memo=MEMO,
        )  # fmt: skip


def test_p15_a_cash_shortage_and_a_surplus() -> None:
    short = cash_count_difference(difference=-5_00, currency="EUR", cash=by_role("cash"), memo=MEMO)
    over = cash_count_difference(difference=5_00, currency="EUR", cash=by_role("cash"), memo=MEMO)

    assert facts(short) == [("cash", "-5.00"), ("cash_over_short", "5.00")]
    assert facts(over) == [("cash", "5.00"), ("cash_over_short", "-5.00")]


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


def test_p18_a_cancellation_mirrors_the_entry_with_its_figures() -> None:
    posting = mirrored(invoice().posting, memo=MEMO)

    assert facts(posting) == [("receivables", "-1190.00"), ("8400", "1000.00"), ("output_vat:19", "190.00")]
    assert (posting.lines[2].tax_base, posting.lines[2].tax_amount) == (1_000_00, 190_00)


def test_p19_client_invoices_pass_through() -> None:
    through = Part(by_role("pass_through"), 119_00)
    bill_of_supplier = supplier_invoice([through], currency="EUR", base_currency="EUR", memo=MEMO)
    bordereau = customer_invoice([through], currency="EUR", base_currency="EUR", memo=MEMO)

    assert facts(bill_of_supplier.posting) == [("payables", "-119.00"), ("pass_through", "119.00")]
    assert facts(bordereau.posting) == [("receivables", "119.00"), ("pass_through", "-119.00")]


def test_p20_commission_carries_vat_against_the_supplier() -> None:
    opened = customer_invoice(
        [Part(by_role("commission_income"), 15_00, code("sale-standard"))],
        currency="EUR", base_currency="EUR", memo=MEMO, control=by_role("payables"),
    )  # fmt: skip

    assert facts(opened.posting) == [("payables", "17.85"), ("commission_income", "-15.00"), ("output_vat:19", "-2.85")]


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


def test_p23_a_donation_names_donor_and_project() -> None:
    posting = donation(
        money=BANK, income=by_role("donation_income"), amount=50_00, amount_base=50_00, currency="EUR",
        memo=MEMO, party_id=4, project_id=2, sphere="1",
    )  # fmt: skip

    assert facts(posting) == [("bank", "50.00"), ("donation_income", "-50.00")]
    assert (posting.lines[1].party_id, posting.lines[1].project_id, posting.lines[1].sphere) == (4, 2, "1")


def deposit(net: int) -> OpenedItem:
    return deposit_request([Part(BANK, net, code("sale-standard"))], currency="EUR", memo=MEMO, party_id=7)


def test_p07_a_deposit_owes_vat_when_it_is_paid() -> None:
    opened = deposit(1_000_00)

    assert facts(opened.posting) == [("receivables", "1190.00"), ("deposits_requested", "-1190.00")]
    assert facts(deposit_received(opened.item, amount=1_190_00, memo=MEMO)) == [
        ("deposits_requested", "1190.00"), ("deposits_received:19", "-1000.00"), ("output_vat:19", "-190.00"),
    ]  # fmt: skip


def test_p07_under_the_swiss_agreed_method_a_deposit_owes_vat_at_once() -> None:
    opened = deposit_request(
        [Part(BANK, 1_000_00, code("sale-standard", country="CH"))], currency="CHF", memo=MEMO, is_due_at_issue=True
    )

    assert facts(opened.posting) == [
        ("receivables", "1081.00"),
        ("deposits_received:8.1", "-1000.00"),
        ("output_vat:8.1", "-81.00"),
    ]


def test_p07b_the_final_invoice_deducts_the_paid_deposit() -> None:
    paid_share = deposit(1_000_00).item.shares

    final = final_invoice(invoice(3_000_00), received=paid_share, memo=MEMO)

    assert facts(final.posting) == [
        ("receivables", "2380.00"),
        ("8400", "-3000.00"),
        ("output_vat:19", "-570.00"),
        ("deposits_received:19", "1000.00"),
        ("output_vat:19", "190.00"),
    ]
    assert final.item is not None
    assert final.item.amount_open == 2_380_00


def test_p07b_an_unpaid_deposit_is_absorbed_or_stays_collectable() -> None:
    shares, unpaid = deposit(1_000_00).item.shares, deposit(500_00).item

    absorbed = final_invoice(invoice(3_000_00), received=shares, unpaid=[unpaid], memo=MEMO)
    stays = final_invoice(invoice(3_000_00), received=shares, unpaid=[unpaid], absorbs=False, memo=MEMO)

    assert facts(absorbed.posting)[3:5] == [("deposits_requested", "595.00"), ("receivables", "-595.00")]
    assert absorbed.item is not None
    assert absorbed.item.amount_open == 2_380_00
    assert facts(stays.posting) == [
        ("receivables", "1785.00"),
        ("8400", "-3000.00"),
        ("output_vat:19", "-570.00"),
        ("deposits_requested", "595.00"),
        ("deposits_received:19", "1000.00"),
        ("output_vat:19", "190.00"),
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


def test_an_entry_of_one_line_is_refused() -> None:
    with pytest.raises(TooFewLines):
        check_balanced([PostingLine(BANK, 1, 1, "EUR")])


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
