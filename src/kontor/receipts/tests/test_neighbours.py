"""What receipts tell other contexts: whom they keep from leaving, and what of their record is guarded."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.core.models import AuditEvent
from kontor.core.tenancy import tenant
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.processing import add_note
from kontor.receipts.actions.submitting import submit
from kontor.receipts.queries.counting import OpenReceiptsLeft, check_farewell, count_receipts
from tests.builders import NOW, a_member

from .office import DAY, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def test_a_person_leaves_only_when_their_receipts_are_done(office: Office) -> None:
    with office.open(by=office.volunteer):
        document = a_draft(office)
        assert check_farewell(office.volunteer.id) is None
        assert count_receipts() == 0
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
        assert isinstance(check_farewell(office.volunteer.id), OpenReceiptsLeft)
        assert check_farewell(office.clerk.id) is None
    with office.open():
        put_to_account(office, document)
        book(document.id, at=NOW, by=office.clerk)
        assert isinstance(check_farewell(office.volunteer.id), OpenReceiptsLeft)
        set_paid(document.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
        assert check_farewell(office.volunteer.id) is None
        assert count_receipts() == 1


def test_the_record_of_a_private_note_is_closed_to_whoever_only_approves(office: Office) -> None:
    with office.open(by=office.volunteer):
        document = a_draft(office)
    with office.open():
        add_note(document.id, "Bitte Kassenbon nachfordern", at=NOW, by=office.clerk)
        event_id = AuditEvent.objects.filter(object_type="receipts.note").values_list("id", flat=True).get()
    treasurer = a_member(office.tenant, role="treasurer", name="David Okafor")
    pages = {}
    for person in (office.clerk, treasurer):
        client = Client()
        client.force_login(person)
        answer = client.get(f"/t/{office.tenant.code}/record/{event_id}/")
        assert answer.status_code == 200
        pages[person.id] = answer.content.decode()
    assert "Kassenbon nachfordern" in pages[office.clerk.id]
    assert "Kassenbon nachfordern" not in pages[treasurer.id]
    with tenant(office.tenant.id):
        assert AuditEvent.objects.filter(id=event_id).exists()
