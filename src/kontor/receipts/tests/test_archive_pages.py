"""The archive: what it holds, how it is found, what it hands out."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.processing import add_note, categorise, reject
from tests.builders import NOW, a_member

from .desk_books import browser, handed_in, stored, url
from .office import DAY, Office, an_office

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def filed(office: Office, gross: int = 119_00, **values: object) -> int:
    """Hand in, book and pay a receipt; returns its id."""
    document_id = handed_in(office, gross, **values)  # type: ignore[arg-type]  # fields of the draft
    with office.open():
        book(document_id, at=NOW, by=office.clerk)
        set_paid(document_id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
        index_document(document_id)
    return document_id


def shown(office: Office, document_id: int, query: str = "") -> bool:
    """Tell whether the archive lists the receipt."""
    page = browser(office.clerk).get(url(office, "archive") + query).content.decode()
    return f'href="{url(office, "archived", document_id=document_id)}"' in page


def test_a_paid_and_booked_receipt_leaves_the_overview_and_is_found_by_its_category(office: Office) -> None:
    """Acceptance 8."""
    document_id, other = filed(office), handed_in(office)
    with office.open():
        categorise(document_id, ["Rechnung", "Bank ABC"], by=office.clerk)
        index_document(document_id)

    overview = browser(office.clerk).get(url(office, "inbox") + "?tab=all").content.decode()

    assert f'id="rc-{document_id}"' not in overview
    assert f'id="rc-{other}"' in overview
    assert shown(office, document_id, "?q=Bank+ABC")
    assert not shown(office, document_id, "?q=Kasse")
    assert not shown(office, other)


@pytest.fixture(scope="module")
def one_filed(test_database: None, django_db_blocker: DjangoDbBlocker) -> tuple[Office, int]:
    """File one receipt, which is only looked for."""
    with django_db_blocker.unblock():
        made = an_office()
        return made, filed(made)


@pytest.mark.parametrize("words", ["lindner", "BAUMARKT", "zwingen leim", "4980", "Okonkwo", "119,00", "werkstatt"])
def test_every_field_is_searched(one_filed: tuple[Office, int], words: str) -> None:
    office, document_id = one_filed

    assert shown(office, document_id, f"?q={words.replace(' ', '+')}")


def test_private_notes_are_no_search_words_and_no_column(office: Office) -> None:
    document_id = filed(office)
    with office.open():
        add_note(document_id, "Verdacht auf Doppelkauf", at=NOW, by=office.clerk)
        index_document(document_id)
    client = browser(office.clerk)

    assert not shown(office, document_id, "?q=Verdacht")
    csv = client.get(url(office, "archive") + "?export=csv")
    xlsx = client.get(url(office, "archive") + "?export=xlsx")

    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Baumarkt Lindner" in lines[1]
    assert "119,00" in lines[1]
    assert "Verdacht" not in csv.content.decode()
    with zipfile.ZipFile(io.BytesIO(xlsx.getvalue())) as book_file:
        assert not any(b"Verdacht" in book_file.read(name) for name in book_file.namelist())


def test_rejected_receipts_are_filed_with_their_reason(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        reject(document_id, "Privat gekauft", at=NOW, by=office.clerk)

    assert shown(office, document_id, "?state=rejected")
    assert not shown(office, document_id, "?state=done")
    page = browser(a_member(office.tenant, role="reader")).get(url(office, "archived", document_id=document_id))
    assert "Privat gekauft" in page.content.decode()


def test_drafts_and_foreign_receipts_have_no_page(office: Office) -> None:
    other = an_office()
    document_id = handed_in(other)

    assert browser(office.clerk).get(url(office, "archived", document_id=document_id)).status_code == 404
    assert browser(office.clerk).get(url(office, "inbox") + f"?r={document_id}").status_code == 404


def test_the_archive_asks_as_often_however_long_it_is(office: Office) -> None:
    filed(office)
    client = browser(office.clerk)
    client.get(url(office, "archive"))
    with CaptureQueriesContext(connection) as few:
        client.get(url(office, "archive"))
    for _ in range(4):
        filed(office)

    with CaptureQueriesContext(connection) as many:
        client.get(url(office, "archive"))

    assert len(many) == len(few)
    assert stored(office, filed(office)).state == "final"
