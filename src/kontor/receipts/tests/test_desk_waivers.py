"""Waived refunds and their four proofs; advances on the desk; invoices that the finance team enters."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from kontor.openitems.check import violations
from kontor.openitems.models import OpenItem
from kontor.receipts.actions.advancing import request_advance
from kontor.receipts.actions.booking import book, unbook
from kontor.receipts.models import Advance, Attachment, IncomingDocument, WaivedReimbursement
from kontor.receipts.queries.waivers import may_write_donation_receipt
from kontor.receipts.rules.waivers import LegalBasisMissing, Proofs, WaivedTooLate, checked, last_day_to_waive
from tests.builders import NOW

from .desk_books import browser, handed_in, stored, url
from .office import DAY, Office, an_office

PROOFS = {
    "legal_basis": "Vorstandsbeschluss vom 12.01.2026", "has_unconditional_claim": "on", "is_in_time": "on",
    "is_regular": "on", "is_solvent": "on",
}  # fmt: skip


@pytest.mark.parametrize(
    ("claim_on", "is_regular", "last"),
    [
        (date(2026, 3, 10), False, date(2026, 6, 10)),
        (date(2026, 11, 30), False, date(2027, 2, 28)),
        (date(2024, 2, 29), True, date(2025, 2, 28)),
        (date(2026, 3, 10), True, date(2027, 3, 10)),
    ],
)
def test_the_time_to_waive_ends_after_three_months_or_a_year(claim_on: date, *, is_regular: bool, last: date) -> None:
    assert last_day_to_waive(claim_on, is_regular=is_regular) == last


def test_a_waiver_out_of_time_or_without_legal_basis_is_no_proof() -> None:
    late = Proofs(legal_basis="Satzung § 8", has_unconditional_claim=True, is_in_time=True, is_solvent=True)
    with pytest.raises(WaivedTooLate):
        checked(
            late, claim_on=date(2026, 1, 1), waived_on=date(2026, 4, 2), is_regular=False, last_day_shown="01.04.2026"
        )
    with pytest.raises(LegalBasisMissing):
        checked(
            Proofs(is_solvent=True),
            claim_on=date(2026, 1, 1),
            waived_on=date(2026, 1, 2),
            is_regular=False,
            last_day_shown="",
        )

    on_time = checked(late, claim_on=date(2026, 1, 1), waived_on=date(2026, 4, 1), is_regular=False, last_day_shown="")
    assert on_time.is_complete


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


def a_waiver(office: Office) -> WaivedReimbursement:
    document_id = handed_in(office, variant="donation")
    with office.open():
        book(document_id, at=NOW, by=office.clerk)
        return WaivedReimbursement.objects.get(document_id=document_id)


def test_the_donation_receipt_is_blocked_until_all_four_proofs_are_there(office: Office) -> None:
    waiver = a_waiver(office)
    client = browser(office.clerk)
    page = url(office, "waiver", waiver_id=waiver.id)

    listed = client.get(url(office, "waivers")).content.decode()
    assert "k-dot is-warn" in listed
    client.post(page, {name: value for name, value in PROOFS.items() if name != "is_solvent"})
    with office.open():
        assert not may_write_donation_receipt(waiver.document_id)
        assert WaivedReimbursement.objects.get().confirmed_by_id is None

    client.post(page, PROOFS)

    with office.open():
        assert may_write_donation_receipt(waiver.document_id)
        row = WaivedReimbursement.objects.get()
        assert (row.confirmed_by_id, row.legal_basis) == (office.clerk.id, "Vorstandsbeschluss vom 12.01.2026")


def test_a_late_waiver_is_refused_and_what_was_typed_stays(office: Office) -> None:
    waiver = a_waiver(office)

    typed = {name: value for name, value in PROOFS.items() if name != "is_regular"}
    answer = browser(office.clerk).post(url(office, "waiver", waiver_id=waiver.id), typed)

    assert answer.status_code == 422
    assert "10.06.2026" in answer.content.decode()
    assert "Vorstandsbeschluss vom 12.01.2026" in answer.content.decode()


def test_an_advance_is_recorded_paid_out_and_cleared(office: Office) -> None:
    client = browser(office.clerk)
    client.post(
        url(office, "desk_advance_new"), {"user": office.volunteer.id, "amount": "200,00", "purpose": "Freizeit"}
    )
    with office.open():
        advance = Advance.objects.get()
    assert "Freizeit" in client.get(url(office, "desk_advances") + "?state=asked").content.decode()

    client.post(
        url(office, "desk_advance_pay", advance_id=advance.id), {"money_account": office.bank_id, "day": "10.03.2026"}
    )
    with office.open():
        paid = Advance.objects.select_related("item").get()
    assert (paid.paid_on, paid.item.amount_open if paid.item else 0) == (date(2026, 3, 10), 200_00)

    document_id = handed_in(office, 200_00, variant="advance", advance_id=advance.id)
    client.post(url(office, "book_many"), {"ids": [document_id]})

    assert "Freizeit" in client.get(url(office, "desk_advances") + "?state=cleared").content.decode()


def test_an_advance_that_was_asked_for_can_be_declined_and_not_paid_any_more(office: Office) -> None:
    with office.open():
        advance = request_advance(
            user_id=office.volunteer.id, amount=50_00, currency="EUR", purpose="Farbe", at=NOW, by=office.clerk
        )
    client = browser(office.clerk)

    client.post(url(office, "desk_advance_decline", advance_id=advance.id))
    client.post(url(office, "desk_advance_pay", advance_id=advance.id), {"money_account": office.bank_id})

    with office.open():
        row = Advance.objects.get()
        assert (row.is_declined, row.item_id) == (True, None)


def test_a_receipt_is_linked_only_to_an_advance_of_its_submitter(office: Office) -> None:
    with office.open():
        own, foreign = (
            request_advance(user_id=user, amount=200_00, currency="EUR", purpose="Kasse", at=NOW, by=office.clerk)
            for user in (office.volunteer.id, office.clerk.id)
        )
    document_id = handed_in(
        office, 100_00, variant="advance", advance_typed=200_00, repayment_route_id=office.repayment.id
    )
    client = browser(office.clerk)

    client.post(url(office, "desk_link", document_id=document_id), {"advance": foreign.id})
    assert stored(office, document_id).advance_id is None
    client.post(url(office, "desk_link", document_id=document_id), {"advance": own.id})

    assert stored(office, document_id).advance_id == own.id


def test_the_finance_team_enters_an_invoice_that_is_in_progress_at_once(office: Office) -> None:
    content = (
        b"<?xml version='1.0'?><Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><x/></Invoice>"
    )
    posted = {
        "supplier": "Stadtwerke Hannover AG", "document_number": "VK 400128823", "document_date": "05.03.2026",
        "gross": "412,00", "account": "4980", "tax_code": "purchase-standard", "payee_iban": "DE02 1203 0000 0000 2020 51",
    }  # fmt: skip
    client = browser(office.clerk)
    without = client.post(url(office, "invoice_new"), posted)
    answer = client.post(url(office, "invoice_new"), posted | {"document": SimpleUploadedFile("re.xml", content)})

    assert without.status_code == 422
    assert answer.status_code == 302, answer.content.decode()[answer.content.decode().find("k-errsum") :][:600]
    with office.open():
        document = IncomingDocument.objects.get(kind="supplier_invoice")
        assert (document.state, document.variant, document.gross) == ("in_progress", "to_pay", 412_00)
        assert document.sequence == 1
        assert Attachment.objects.filter(document=document).count() == 1
        book(document.id, at=NOW, by=office.clerk)
        item = OpenItem.objects.select_related("party").get()
        assert item.party.name == "Stadtwerke Hannover AG"


def test_a_donation_that_was_taken_back_stays_in_the_record_as_cancelled(office: Office) -> None:
    waiver = a_waiver(office)
    client = browser(office.clerk)
    page = url(office, "waiver", waiver_id=waiver.id)
    client.post(page, PROOFS)
    with office.open():
        unbook(waiver.document_id, day=DAY, at=NOW, by=office.clerk)

    with office.open():
        row = WaivedReimbursement.objects.get()
        assert (row.id, row.cancelled_on, row.confirmed_by_id) == (waiver.id, DAY, office.clerk.id)
        assert not may_write_donation_receipt(waiver.document_id)
    assert "k-dot is-done" in client.get(url(office, "waivers")).content.decode()
    assert 'form="waiver"' not in client.get(page).content.decode()
    assert client.post(page, PROOFS).status_code == 422

    with office.open():
        book(waiver.document_id, at=NOW, by=office.clerk)
        anew = WaivedReimbursement.objects.get(cancelled_on=None)
        assert anew.id != waiver.id
        assert not may_write_donation_receipt(waiver.document_id)
        assert [str(each) for each in violations()] == []


def test_the_record_of_a_waived_refund_cannot_be_deleted(office: Office) -> None:
    waiver = a_waiver(office)

    with pytest.raises(DatabaseError), office.open():
        WaivedReimbursement.objects.filter(id=waiver.id).delete()
