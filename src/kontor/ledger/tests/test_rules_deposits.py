"""What a deposit posts when it is asked for, paid and deducted, with the figures of the office."""

from __future__ import annotations

from kontor.ledger.rules.deposits import deposit_received, deposit_request, final_invoice
from kontor.ledger.rules.documents import OpenedItem
from kontor.ledger.rules.parts import Part
from kontor.ledger.tests.postings import BANK, MEMO, code, facts, invoice


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
