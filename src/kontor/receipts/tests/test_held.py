"""What is on its way to the bank is not paid a second time by hand, and a form sent twice acts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.closing import settle_through, write_off
from kontor.openitems.actions.terms import InPayment
from kontor.openitems.models import OpenItem
from kontor.payments.actions.batches import Wanted, collect
from kontor.payments.actions.settling import settle_by_hand
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, IncomingDocument, PrivateNote
from tests.builders import NOW

from .office import DAY, IBAN, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def booked(office: Office) -> int:
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        put_to_account(office, document)
        book(document.id, at=NOW, by=office.clerk)
    return document.id


def test_what_a_payment_list_holds_is_settled_by_that_list_alone(office: Office) -> None:
    document_id = booked(office)
    with office.open():
        item = OpenItem.objects.get(
            id=IncomingDocument.objects.values_list("item_id", flat=True).get(id=document_id) or 0
        )
        batch = collect(
            [Wanted(item_id=item.id, document="B-1", payee_name="Mira Okonkwo", payee_iban=IBAN)],
            money_account_id=office.bank_id, execution_date=NOW.date() + timedelta(days=1), at=NOW, by=office.clerk,
        )  # fmt: skip
        with pytest.raises(InPayment):
            set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
        with pytest.raises(InPayment):
            write_off([item.id], day=DAY, at=NOW, by=office.clerk)
        with pytest.raises(InPayment):
            settle_through(item.id, by_role("transit"), day=DAY, at=NOW, by=office.clerk)
        assert OpenItem.objects.get(id=item.id).amount_open == 119_00

        assert settle_by_hand(batch.id, day=DAY, at=NOW, by=office.clerk) == 1
        assert OpenItem.objects.get(id=item.id).amount_open == 0


def test_a_note_and_an_advance_asked_for_twice_by_a_double_click_stand_once(office: Office) -> None:
    document_id = booked(office)
    code = office.tenant.code
    clerk, volunteer = Client(), Client()
    clerk.force_login(office.clerk)
    volunteer.force_login(office.volunteer)
    note = {"note": "Kassenbon liegt im Ordner", "once": "note-1"}
    wish = {"amount": "80,00", "purpose": "Zeltlager", "project": str(office.project.id), "once": "wish-1"}
    for _ in range(2):
        assert clerk.post(f"/t/{code}/receipts/desk/{document_id}/note", note).status_code == 302
        assert volunteer.post(f"/t/{code}/receipts/mine/advances/", wish).status_code == 302
    with office.open():
        assert PrivateNote.objects.filter(document_id=document_id).count() == 1
        assert Advance.objects.filter(user=office.volunteer).count() == 1
    for person, address in ((clerk, f"desk/{document_id}/"), (volunteer, "mine/advances/")):
        page = person.get(f"/t/{code}/receipts/{address}", follow=True).content.decode()
        assert 'name="once"' in page
