"""Discounts on credit notes, and tax codes of a posting day that was typed (P-08, P-18, P-22)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django_subatomic import db

from kontor.ledger.actions.taxes import VersionFacts, add_tax_version, end_tax_version
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.rules.postings import by_role
from kontor.ledger.rules.taxes import UnknownTaxCode
from kontor.openitems.actions.allocating import allocate, post_to_account, preview
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.actions.opening import open_items
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.news import NewItem, NewPart, OpeningShare
from kontor.openitems.rules.steps import AccountShare, Share
from tests.builders import NOW, a_bank_line, a_party, an_invoice

from .office import DAY, Office, an_office, assert_books_hold, balance_of, lines_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def a_supplier_document(net: int, number: str) -> int:
    """Open a supplier's invoice under 19 %, net in cents; negative for a credit note."""
    supplier = a_party(side="creditor", name="Papier Kontor GmbH")
    new = NewItem(
        kind="payable", party_id=supplier, document_number=number, document_date=DAY, due_date=DAY, currency="EUR",
        parts=[NewPart(number="4930", amount=net, tax_code="purchase-standard")],
    )  # fmt: skip
    return open_items([new], at=NOW)[0]


def test_a_discount_on_a_customers_credit_note_takes_the_granted_discount_back(office: Office) -> None:
    with office.open():
        item_id = an_invoice(-1_190_00, party_id=office.party_id, on=DAY)
        assert OpenItem.objects.get(id=item_id).side == "credit"
        line_id = a_bank_line(-1_166_20, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)

        assert sorted(lines_of(done.entry_id or 0)) == [
            ("1200", -116620),
            ("1400", 119000),
            ("1776", -380),
            ("8736", -2000),
        ]
        assert_books_hold()


def test_a_discount_on_a_suppliers_credit_note_takes_the_received_discount_back(office: Office) -> None:
    with office.open():
        item_id = a_supplier_document(-1_000_00, "GS-1")
        line_id = a_bank_line(1_166_20, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)

        assert sorted(lines_of(done.entry_id or 0)) == [
            ("1200", 116620),
            ("1576", 380),
            ("1600", -119000),
            ("3736", 2000),
        ]
        assert_books_hold()


def test_invoice_and_credit_note_with_the_same_discount_leave_no_discount_behind(office: Office) -> None:
    with office.open():
        for number, net in (("RG-1", 1_000_00), ("GS-1", -1_000_00)):
            item_id = a_supplier_document(net, number)
            line_id = a_bank_line(-1_166_20 if net > 0 else 1_166_20, account_id=office.bank_id, day=DAY)
            allocate(line_id, [Share(item_id=item_id, cash=1_166_20, discount=23_80)], at=NOW, by=office.clerk)
        for gross in (1_190_00, -1_190_00):
            item_id = an_invoice(gross, party_id=office.party_id, on=DAY)
            settle_through(item_id, by_role("transit"), discount=23_80, day=DAY, at=NOW, by=office.clerk)

        assert [balance_of(each) for each in ("8736", "3736", "1776", "1576", "1400", "1600", "1200")] == [0] * 7
        assert_books_hold()


def test_an_older_credit_note_gives_its_discount_back_to_the_customers_account(office: Office) -> None:
    with office.open():
        new = NewItem(
            kind="receivable", party_id=office.party_id, document_number="GS-2025-9", document_date=DAY, due_date=DAY,
            currency="EUR", amount=-119_00, split=[OpeningShare(gross=-119_00, tax_code="sale-standard")],
        )  # fmt: skip
        (item_id,) = open_items([new], at=NOW)
        line_id = a_bank_line(-116_62, account_id=office.bank_id, day=DAY)

        done = allocate(line_id, [Share(item_id=item_id, cash=116_62, discount=2_38)], at=NOW, by=office.clerk)

        assert sorted(lines_of(done.entry_id or 0)) == [
            ("1200", -11662),
            ("1400", 11900),
            ("1776", -38),
            ("8736", -200),
        ]
        assert_books_hold()


def a_rate_changes(*, on: date) -> None:
    """Let the standard rate be 7 % from a day on."""
    newest = TaxCode.objects.filter(code="sale-standard").latest("valid_from")
    facts = VersionFacts(name_de="Umsatzsteuer", rate_percent=Decimal(7), deductible_percent=Decimal(100))
    add_tax_version(newest.id, facts, valid_from=on)


def test_a_part_of_a_payment_takes_the_rate_of_the_day_that_was_typed(office: Office) -> None:
    with office.open():
        a_rate_changes(on=date(2026, 7, 1))
        share = AccountShare(account="8400", amount=107_00, tax_code="sale-standard")
        line_id = a_bank_line(107_00, account_id=office.bank_id, day=date(2026, 6, 30))

        shown = preview(line_id, accounts=[share], day=date(2026, 7, 1))
        done = post_to_account(line_id, [share], day=date(2026, 7, 1), at=NOW, by=office.clerk)

        assert sorted(lines_of(done.entry_id or 0)) == [("1200", 10700), ("1771", -700), ("8400", -10000)]
        assert sorted((each.number, each.debit - each.credit) for each in shown) == sorted(lines_of(done.entry_id or 0))
        assert_books_hold()


def test_a_tax_code_that_is_not_valid_on_the_typed_day_is_refused(office: Office) -> None:
    with office.open():
        newest = TaxCode.objects.filter(code="sale-standard").latest("valid_from")
        end_tax_version(newest.id, valid_to=date(2026, 6, 30))
        share = AccountShare(account="8400", amount=119_00, tax_code="sale-standard")
        line_id = a_bank_line(119_00, account_id=office.bank_id, day=date(2026, 6, 30))

        with pytest.raises(UnknownTaxCode), db.savepoint():
            post_to_account(line_id, [share], day=date(2026, 7, 1), at=NOW, by=office.clerk)
        post_to_account(line_id, [share], at=NOW, by=office.clerk)

        assert_books_hold()
