"""What an invoice, a bill, a credit note and an opening item post, with the figures of the office."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kontor.ledger.rules.documents import customer_invoice, interest_invoice, opening_item, supplier_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    by_number,
    by_role,
    mirrored,
)
from kontor.ledger.rules.taxes import without_deduction
from kontor.ledger.tests.postings import MEMO, bill, code, facts, invoice


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


def test_an_opening_item_stands_against_its_opening_balance_account() -> None:
    receivable, payable = invoice().item, bill().item

    assert facts(opening_item(receivable, memo=MEMO, is_receivable=True).posting) == [
        ("receivables", "1190.00"), ("opening_receivables", "-1190.00"),
    ]  # fmt: skip
    assert facts(opening_item(payable, memo=MEMO, is_receivable=False).posting) == [
        ("payables", "-1190.00"), ("opening_payables", "1190.00"),
    ]  # fmt: skip


def test_p12_interest_is_outside_vat() -> None:
    opened = interest_invoice(4_17, currency="EUR", memo=MEMO, party_id=7)

    assert facts(opened.posting) == [("receivables", "4.17"), ("interest_income", "-4.17")]


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
