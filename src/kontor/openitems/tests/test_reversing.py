"""Bank transactions in the ledger: reversed with their assignment only, by the VAT regime of the day, in their sphere."""

from __future__ import annotations

from datetime import date

import pytest

from kontor.banking.models import BankTransaction
from kontor.ledger.actions.entries import BelongsElsewhere, rebook_entry, reverse_entry
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine, Sphere
from kontor.ledger.models.taxes import VatRegime, VatStatus
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from kontor.openitems.actions.allocating import allocate, post_to_account
from kontor.openitems.actions.opening import open_items
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.check import violations
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.openitems.rules.steps import AccountShare, Share
from tests.builders import NOW, a_bank_line

from .office import DAY, Office, an_office, assert_books_hold, balance_of, lines_of


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


def a_fee(office: Office, amount: int = -119_00, *, tax_code: str = "", day: date = DAY) -> tuple[int, int]:
    """Post a bank transaction straight to an account; returns it and its entry."""
    line = a_bank_line(amount, account_id=office.bank_id, day=day)
    share = AccountShare(account="4970", amount=amount, tax_code=tax_code)
    return line, post_to_account(line, [share], at=NOW, by=office.clerk).entry_id or 0


def test_the_ledger_does_not_reverse_what_a_bank_transaction_posted(office: Office) -> None:
    with office.open():
        line, entry_id = a_fee(office)
        with pytest.raises(BelongsElsewhere):
            reverse_entry(entry_id, on=DAY, at=NOW)
        with pytest.raises(BelongsElsewhere):
            rebook_entry(entry_id, _between("4970", "4980"), on=DAY, at=NOW)

        mirror = cancel_entry(entry_id, day=DAY, at=NOW, by=office.clerk).entry_ids[0]

        with pytest.raises(BelongsElsewhere):
            reverse_entry(mirror, on=DAY, at=NOW)
        assert BankTransaction.objects.get(id=line).allocated == balance_of("1200") == balance_of("4970") == 0
        assert_books_hold()


def test_an_entry_that_was_reversed_without_its_allocation_is_named(office: Office) -> None:
    with office.open():
        _, entry_id = a_fee(office)
        mirror = Posting(tuple(_mirrored(entry_id)), Memo(text="von Hand"))
        post([NewEntry(posting=mirror, entry_date=DAY, kind="reversal", reverses_id=entry_id)], at=NOW)

        assert [(each.code, each.object_id) for each in violations()] == [("allocation_stands", entry_id)]


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (VatStatus.REGULAR, [("1200", -119_00), ("4970", 100_00), ("1576", 19_00)]),
        (VatStatus.SMALL, [("1200", -119_00), ("4970", 119_00)]),
        (VatStatus.NOT_ENTREPRENEUR, [("1200", -119_00), ("4970", 119_00)]),
    ],
)
def test_a_bank_line_deducts_input_vat_only_where_the_regime_does(
    office: Office, status: str, lines: list[tuple[str, int]]
) -> None:
    with office.open():
        VatRegime.objects.create(
            valid_from=date(2026, 3, 1), status=status, output_timing="agreed", input_timing="agreed"
        )

        _, before = a_fee(office, tax_code="purchase-standard", day=date(2026, 2, 28))
        _, entry_id = a_fee(office, tax_code="purchase-standard", day=date(2026, 3, 1))

        assert lines_of(before) == [("1200", -119_00), ("4970", 100_00), ("1576", 19_00)]
        assert lines_of(entry_id) == lines
        assert_books_hold()


def test_a_discount_stays_in_the_sphere_of_its_document(database: None) -> None:
    charity = an_office(chart="SKR42")
    with charity.open():
        income = Account.objects.filter(kind="income", control="").order_by("number")[0].number
        part = NewPart(number=income, amount=100_00, tax_code="sale-standard", sphere=Sphere.PURPOSE)
        item_id = open_items([_invoice(charity, part)], at=NOW)[0]
        line = a_bank_line(116_62, account_id=charity.bank_id, day=DAY)

        done = allocate(line, [Share(item_id=item_id, cash=116_62, discount=2_38)], at=NOW, by=charity.clerk)

        discount = JournalLine.objects.get(entry_id=done.entry_id, amount_base=2_00)
        assert discount.sphere == Sphere.PURPOSE
        assert_books_hold()


def _invoice(office: Office, *parts: NewPart) -> NewItem:
    return NewItem(
        kind="receivable", party_id=office.party_id, document_number="R-1", document_date=DAY, due_date=DAY,
        currency="EUR", parts=parts,
    )  # fmt: skip


def _between(credit: str, debit: str) -> Posting:
    lines = (PostingLine(by_number(debit), 100, 100, "EUR"), PostingLine(by_number(credit), -100, -100, "EUR"))
    return Posting(lines, Memo(text="Umbuchung"))


def _mirrored(entry_id: int) -> list[PostingLine]:
    return [PostingLine(by_number(number), -amount, -amount, "EUR") for number, amount in lines_of(entry_id)]
