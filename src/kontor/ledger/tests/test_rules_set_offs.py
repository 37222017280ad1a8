"""What items post that settle each other or are carried forward, with the figures of the office."""

from __future__ import annotations

from dataclasses import replace

from kontor.ledger.rules.carry_forward import carry_forward
from kontor.ledger.rules.documents import customer_invoice, supplier_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import (
    by_number,
    by_role,
)
from kontor.ledger.rules.set_offs import clearing_difference, set_off, set_off_items
from kontor.ledger.rules.settlements import (
    Item,
    settle,
)
from kontor.ledger.tests.postings import BANK, MEMO, code, dollars, facts, invoice, paid


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
