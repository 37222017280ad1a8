"""Readings asked for, done by the worker, and shown as proposals."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any

import psycopg
import pytest

from kontor.core.clock import now
from kontor.core.tenancy import tenant
from kontor.documents import tasks
from kontor.documents.actions import reading as reading_module
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.pages import crop_page
from kontor.documents.actions.reading import request_reading
from kontor.documents.models import Extraction, StoredFile
from kontor.documents.queries.pages import pages_of
from kontor.documents.queries.reading import reading_of, readings_of
from kontor.documents.reader.room import ReadingRoom
from kontor.documents.rules.geometry import Corners
from kontor.documents.rules.reading.values import Reading
from kontor.documents.shelves import shelf
from kontor.documents.tests.papers import (
    CII,
    INVOICE_LINES,
    a_pdf,
    a_printed_page,
    a_scanned_pdf,
    as_bytes,
    on_a_table,
)
from tests.builders import a_tenant


class _Context:
    """What the queue tells a task."""

    def __init__(self, attempts: int = 0) -> None:
        self.job = type("QueueJob", (), {"attempts": attempts})()


def _asked(content: bytes, name: str) -> StoredFile:
    with tenant(a_tenant().id):
        file = take_in(content, name=name, owner_type="test.receipt", at=now(), by=None)
        request_reading(file, at=now(), by=None)
    return file


def _worked(file: StoredFile, *, attempts: int = 0) -> Reading:
    tasks.read_file(_Context(attempts), tenant_id=file.tenant_id, file_id=file.id)  # type: ignore[arg-type]
    with tenant(file.tenant_id):
        reading = reading_of(file.id)
    assert reading is not None
    return reading


def _told(reading: Reading) -> dict[str, Any]:
    names = ("amount", "currency", "date", "number", "iban")
    return {name: proposed.value if (proposed := getattr(reading, name)) else None for name in names}


TRUTH = {
    "amount": 11900, "currency": "EUR", "date": date(2026, 3, 12), "number": "RE-2026-0017",
    "iban": "DE02120300000000202051",
}  # fmt: skip


def test_a_reading_waits_until_the_worker_has_done_it(database: None, app_connection: psycopg.Connection) -> None:
    file = _asked(a_pdf(), "rechnung.pdf")
    with tenant(file.tenant_id):
        waiting = reading_of(file.id)
        assert reading_of(file.id + 1) is None

    queued = app_connection.execute(
        "SELECT args, queue_name FROM procrastinate_jobs WHERE (args ->> 'tenant_id')::bigint = %s", [file.tenant_id]
    ).fetchall()
    assert waiting is not None
    assert (waiting.state, waiting.amount) == ("waiting", None)
    assert queued == [({"tenant_id": file.tenant_id, "file_id": file.id}, "reading")]


def test_a_lost_transaction_leaves_no_reading_in_the_queue(database: None, app_connection: psycopg.Connection) -> None:
    books = a_tenant()
    with suppress(ZeroDivisionError), tenant(books.id):
        file = take_in(a_pdf(), name="a.pdf", owner_type="t", at=now(), by=None)
        request_reading(file, at=now(), by=None)
        raise ZeroDivisionError

    found = app_connection.execute(
        "SELECT 1 FROM procrastinate_jobs WHERE (args ->> 'tenant_id')::bigint = %s", [books.id]
    ).fetchall()
    assert found == []


def test_the_text_of_a_pdf_gives_proposals_with_their_origin(database: None) -> None:
    reading = _worked(_asked(a_pdf(), "rechnung.pdf"))

    assert (reading.state, reading.engine) == ("read", "text")
    assert _told(reading) == TRUTH
    assert reading.amount is not None
    assert (reading.amount.origin, reading.amount.page) == ("text", 1)
    assert reading.amount.box is not None
    assert "Kopierpapier" in reading.text
    assert [share.value.vat for share in reading.vat] == [1900]
    assert reading.due_date is not None
    assert reading.due_date.value == date(2026, 4, 11)


def test_the_invoice_inside_a_pdf_comes_before_its_print(database: None) -> None:
    other = [line.replace("119,00", "999,00") for line in INVOICE_LINES]
    reading = _worked(_asked(a_pdf(other, attached=CII), "rechnung.pdf"))

    assert _told(reading) == TRUTH
    assert reading.amount is not None
    assert reading.number is not None
    assert (reading.amount.origin, reading.amount.confidence, reading.amount.box) == ("xml", 100, None)
    assert (reading.number.origin, reading.number.confidence) == ("xml", 100)
    assert reading.number.box is not None


@pytest.mark.parametrize("as_photo", [False, True], ids=["scan", "photo"])
def test_letters_are_seen_on_scans_and_photos(database: None, *, as_photo: bool) -> None:
    page = a_printed_page()
    content = as_bytes(on_a_table(page), quality=85) if as_photo else a_scanned_pdf(page)
    reading = _worked(_asked(content, "foto.jpg" if as_photo else "scan.pdf"))

    assert _told(reading) == TRUTH
    assert reading.amount is not None
    assert reading.amount.origin == "ocr"
    assert reading.engine.startswith("tesseract")


def test_the_other_pages_get_their_pictures_with_the_reading(database: None) -> None:
    file = _asked(a_pdf(pages=3), "rechnung.pdf")
    _worked(file)

    with tenant(file.tenant_id):
        assert [view.page for view in pages_of(file.id)] == [1, 2, 3]


def test_the_part_a_person_cut_out_is_what_is_read(database: None) -> None:
    upper, lower = a_printed_page(("Gesamtbetrag 11,00 €",) * 3, size=(1240, 500)), a_printed_page(size=(1240, 1240))
    both = a_printed_page((), size=(1240, 1740))
    both.paste(upper, (0, 0))
    both.paste(lower, (0, 500))
    file = _asked(as_bytes(both), "zwei.jpg")
    share = 500 / 1740
    with tenant(file.tenant_id):
        crop_page(file, 1, corners=Corners((0, share), (1, share), (1, 1), (0, 1)), turn=0, at=now(), by=None)
    reading = _worked(file)

    assert "11,00" not in reading.text.splitlines()[0]
    assert _told(reading)["amount"] == 11900
    assert reading.amount is not None
    assert reading.amount.box is not None
    assert reading.amount.box.top > share


def test_what_was_read_is_not_read_again_unless_asked(database: None) -> None:
    file = _asked(a_pdf(), "rechnung.pdf")
    _worked(file)
    with tenant(file.tenant_id):
        request_reading(file, at=now(), by=None)
        kept = readings_of([file.id])[file.id]
        request_reading(file, at=now(), by=None, again=True)
        anew = readings_of([file.id])[file.id]

    assert (kept.state, anew.state) == ("read", "waiting")


def test_a_reader_that_dies_leaves_the_upload_and_a_sentence(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _asked(a_pdf(), "rechnung.pdf")
    dying = ReadingRoom(("-c", "import os; os._exit(1)"))
    monkeypatch.setattr(reading_module, "reading_room", dying)
    reading = _worked(file)

    assert reading.state == "unreadable"
    assert "took more memory or time" in reading.sentence % reading.facts
    assert "rechnung.pdf" in reading.sentence % reading.facts
    monkeypatch.undo()
    assert _worked(file).state == "read"


def test_a_reading_that_kills_its_worker_is_given_up(database: None) -> None:
    reading = _worked(_asked(a_pdf(), "rechnung.pdf"), attempts=tasks.STARTS_MAX)

    assert (reading.state, reading.amount) == ("unreadable", None)


def test_a_reading_of_lost_bytes_says_so(database: None) -> None:
    file = _asked(a_pdf(), "rechnung.pdf")
    shelf().remove(file.sha256, tenant_id=file.tenant_id)

    assert "missing" in _worked(file).sentence


def test_other_books_see_no_reading(database: None) -> None:
    file = _asked(a_pdf(), "rechnung.pdf")
    _worked(file)
    with tenant(a_tenant().id):
        assert reading_of(file.id) is None
        assert Extraction.objects.count() == 0


def test_files_taken_in_at_the_same_time_do_not_mix(database: None) -> None:
    books = a_tenant()
    widths: dict[int, int] = {}

    def send(width: int) -> None:
        with tenant(books.id):
            content = as_bytes(a_printed_page((), size=(width, 400)))
            file = take_in(content, name=f"{width}.jpg", owner_type="t", at=now(), by=None)
            widths[width] = pages_of(file.id)[0].width

    senders = [threading.Thread(target=send, args=(width,)) for width in (300, 500, 700, 900)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert widths == {300: 300, 500: 500, 700: 700, 900: 900}
