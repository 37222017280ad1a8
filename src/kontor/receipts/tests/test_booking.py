"""The posting rules of receipts, through the database, to the cent (inventory.md §6.2, decisions.md 26, 32, 35)."""

from __future__ import annotations

import pytest

from kontor.core.tenancy import tenant
from kontor.openitems.actions.closing import HasAllocations
from kontor.openitems.check import violations
from kontor.openitems.models import OpenItem
from kontor.openitems.tests.office import lines_of
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, cancel, set_paid, unbook
from kontor.receipts.actions.submitting import NotComplete, submit
from kontor.receipts.models import Advance, IncomingDocument, WaivedReimbursement
from kontor.receipts.queries.advances import outcome_of
from kontor.receipts.queries.documents import DONE, document_by_id, standing_of
from kontor.receipts.rules.advances import Outcome
from kontor.receipts.rules.tracks import Payment, Status
from tests.builders import NOW

from .office import DAY, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def handed_in(office: Office, gross: int = 119_00, *, variant: str = "private", **values: object) -> int:
    """Hand in and give it an account; returns the id."""
    with office.open(by=office.volunteer):
        document = a_draft(office, gross, variant=variant, **values)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        put_to_account(office, document)
    return document.id


def an_advance(office: Office, amount: int = 200_00) -> Advance:
    with office.open():
        asked = request_advance(
            user_id=office.volunteer.id, amount=amount, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
        )
        return pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


def item_of(owner: IncomingDocument | Advance) -> OpenItem:
    return OpenItem.objects.select_related("party").get(id=owner.item_id or 0)


def standing(document_id: int) -> tuple[Status, Payment]:
    found = document_by_id(document_id)
    assert found is not None
    where = standing_of(found)
    return where.status, where.payment


def is_in_archive(document_id: int) -> bool:
    return IncomingDocument.objects.filter(DONE, id=document_id).exists()


def test_p01_a_private_receipt_is_owed_to_the_submitter_and_set_paid_through_transit(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        booked = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(booked.entry_id or 0) == [("1700", -119_00), ("4980", 100_00), ("1576", 19_00)]
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_REFUND)
        assert not is_in_archive(document_id)

        entry_id = set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

        assert lines_of(entry_id) == [("1700", 119_00), ("1360", -119_00)] or lines_of(entry_id) == [
            ("1360", -119_00), ("1700", 119_00),
        ]  # fmt: skip
        assert standing(document_id) == (Status.DONE, Payment.SETTLED)
        assert is_in_archive(document_id)
        assert list(violations()) == []


def test_p02_a_receipt_paid_by_card_waits_on_the_clearing_account(office: Office) -> None:
    document_id = handed_in(office, variant="organisation")
    with office.open():
        assert standing(document_id) == (Status.PAID_NOT_BOOKED, Payment.NOT_NEEDED)
        booked = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(booked.entry_id or 0) == [("1366", -119_00), ("4980", 100_00), ("1576", 19_00)]
        assert item_of(booked).party_id == office.card.party_id
        assert standing(document_id) == (Status.DONE, Payment.NOT_NEEDED)
        assert is_in_archive(document_id)


def test_p03_an_unpaid_invoice_is_owed_to_its_supplier(office: Office) -> None:
    document_id = handed_in(
        office, variant="to_pay", document_number="RG 26-11807", payee_iban="DE02120300000000202051"
    )
    with office.open():
        booked = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(booked.entry_id or 0) == [("1600", -119_00), ("4980", 100_00), ("1576", 19_00)]
        item = item_of(booked)
        assert (item.party.name, item.document_number) == ("Baumarkt Lindner", "RG 26-11807")
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_PAY)


def test_p04_a_waived_refund_becomes_a_donation_with_its_record(office: Office) -> None:
    document_id = handed_in(office, variant="donation")
    with office.open():
        booked = book(document_id, at=NOW, by=office.clerk)

        record = WaivedReimbursement.objects.get(document_id=document_id)
        assert sorted(lines_of(record.entry_id)) == [("1700", 119_00), ("8050", -119_00)]
        assert record.amount == 119_00
        assert item_of(booked).amount_open == 0
        assert standing(document_id) == (Status.DONE, Payment.NOT_NEEDED)
        assert list(violations()) == []


def test_p05_a_receipt_below_the_advance_leaves_a_rest_to_repay(office: Office) -> None:
    advance = an_advance(office)
    document_id = handed_in(
        office, 150_00, variant="advance", advance_id=advance.id, repayment_route_id=office.repayment.id
    )
    with office.open():
        booked = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(booked.entry_id or 0) == [("1700", -150_00), ("4980", 126_05), ("1576", 23_95)]
        assert item_of(booked).amount_open == 0
        assert item_of(advance).amount_open == 50_00
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_RECOVER)
        assert list(violations()) == []


def test_p05_a_receipt_above_the_advance_leaves_a_refund(office: Office) -> None:
    advance = an_advance(office)
    document_id = handed_in(
        office, 230_00, variant="advance", advance_id=advance.id, refund_route_id=office.route.id,
        payee_iban="DE02120300000000202051", payee_name="Mira Okonkwo",
    )  # fmt: skip
    with office.open():
        booked = book(document_id, at=NOW, by=office.clerk)

        assert lines_of(booked.entry_id or 0) == [("1700", -230_00), ("4980", 193_28), ("1576", 36_72)]
        assert item_of(booked).amount_open == 30_00
        assert item_of(advance).amount_open == 0
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_REFUND)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(120_00, 80_00, Outcome("nothing", 0)), (120_00, 100_00, Outcome("refund", 20_00))],
)
def test_several_receipts_on_one_advance_count_together(
    office: Office, first: int, second: int, expected: Outcome
) -> None:
    advance = an_advance(office)
    handed_in(office, first, variant="advance", advance_id=advance.id, more_receipts_follow=True)
    with office.open(by=office.volunteer):
        draft = a_draft(office, second, variant="advance", advance_id=advance.id)
        assert outcome_of(draft) == expected


def test_a_rest_without_a_way_back_is_asked_for(office: Office) -> None:
    advance = an_advance(office)
    with office.open(by=office.volunteer):
        draft = a_draft(office, 150_00, variant="advance", advance_id=advance.id)
        with pytest.raises(NotComplete) as refused:
            submit(draft.id, today=DAY, at=NOW, by=office.volunteer)
        assert [name for name, _ in refused.value.problems] == ["repayment_route"]


def test_taking_a_booking_back_leaves_no_trace_in_the_balances(office: Office) -> None:
    advance = an_advance(office)
    document_id = handed_in(office, 200_00, variant="advance", advance_id=advance.id)
    with office.open():
        book(document_id, at=NOW, by=office.clerk)
        unbook(document_id, day=DAY, at=NOW, by=office.clerk)

        assert item_of(advance).amount_open == 200_00
        assert standing(document_id)[0] is Status.IN_PROGRESS
        assert list(violations()) == []

        again = book(document_id, at=NOW, by=office.clerk)
        assert item_of(again).amount_open == 0


def test_a_paid_receipt_is_not_cancelled(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        book(document_id, at=NOW, by=office.clerk)
        set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    with tenant(office.tenant.id, by=office.clerk), pytest.raises(HasAllocations):
        cancel(document_id, "doppelt", day=DAY, at=NOW, by=office.clerk)
