"""What was read beside what a person typed: it says where both agree, and one click takes over what differs."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kontor.receipts.actions.drafting import take_reading
from kontor.receipts.models import IncomingDocument

from .desk_books import browser, handed_in, typed, url
from .office import Office, an_office

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def read(office: Office, document_id: int, **values: object) -> None:
    with office.open():
        found = {name: {"value": value, "origin": "ocr", "confidence": 90} for name, value in values.items()}
        take_reading(document_id, found, by=None)


def note_of(page: str, name: str) -> str:
    """Return the note with the button that takes a field's value over, its words without marks."""
    found = re.search(
        rf'<p class="k-hint k-read"[^>]*>(?:(?!</p>).)*name="take" value="{name}".*?</p>', page, re.DOTALL
    )
    return re.sub(r"<(?!p )[^>]*>", "", found[0]) if found else ""


def shown(client: Client, office: Office, document_id: int) -> str:
    return client.get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()


def test_what_the_submitter_typed_says_that_the_picture_says_the_same(office: Office) -> None:
    document_id = handed_in(office, 48_20, supplier_name="Baumarkt Lindner")
    with office.open():
        IncomingDocument.objects.filter(id=document_id).update(typed=["supplier_name"])
    read(office, document_id, amount=48_20, supplier="BAUMARKT  LINDNER")

    page = shown(browser(office.clerk), office, document_id)

    assert page.count("wie auf dem Bild") == 1
    assert "vom Bild gelesen" in page
    assert " hidden>" in note_of(page, "gross")


def test_what_was_read_otherwise_is_one_click_away_and_nothing_typed_is_lost(office: Office) -> None:
    document_id = handed_in(office, 48_02)
    read(office, document_id, amount=48_20, number="4711/3", date="2026-03-09")
    client = browser(office.clerk)
    page = shown(client, office, document_id)
    assert "Auf dem Beleg: 48,20\xa0€" in note_of(page, "gross")
    assert " hidden>" not in note_of(page, "gross") + note_of(page, "document_number") + note_of(page, "document_date")

    form = typed(office, document_id, purpose="Noch nicht gespeichert") | {"take": "gross"}
    again = client.post(url(office, "desk_save", document_id=document_id), form).content.decode()

    assert re.search(r'name="gross"[^>]*value="48,20"|value="48,20"[^>]*name="gross"', again)
    assert "Noch nicht gespeichert" in again
    assert " hidden>" in note_of(again, "gross")
    assert " hidden>" not in note_of(again, "document_number")
    with office.open():
        assert IncomingDocument.objects.get(id=document_id).gross == 48_02

    form |= {"take": "document_date", "gross": "48,20"}
    assert 'value="09.03.2026"' in client.post(url(office, "desk_save", document_id=document_id), form).content.decode()


def test_a_field_that_nothing_was_read_for_and_a_forged_name_change_nothing(office: Office) -> None:
    document_id = handed_in(office, 48_20)
    read(office, document_id, amount=48_20)
    form = typed(office, document_id) | {"take": "version"}

    page = browser(office.clerk).post(url(office, "desk_save", document_id=document_id), form).content.decode()

    assert note_of(page, "document_number") == ""
    assert re.search(rf'name="version"[^>]*value="{form["version"]}"', page)


def test_the_suppliers_iban_is_no_proposal_for_a_refund(office: Office) -> None:
    refund, invoice = handed_in(office, 48_20), handed_in(office, 50_00, variant="to_pay")
    for document_id in (refund, invoice):
        read(office, document_id, amount=1, iban="DE89370400440532013000")
    client = browser(office.clerk)

    assert note_of(shown(client, office, refund), "payee_iban") == ""
    assert "DE89 3704 0044 0532 0130 00" in note_of(shown(client, office, invoice), "payee_iban")
