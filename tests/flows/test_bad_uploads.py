"""Files that mean harm or are broken, brought to the doors where people bring receipts (trust.md §6.9).

Each is refused with its sentence, in German, by its name; what came with it in the same upload is kept; what is odd but
harmless is taken, shown only as a picture of ours, and handed out under a name that no system can be led astray by.
"""

from __future__ import annotations

import io
import re
import resource
import uuid
from collections.abc import Sequence

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image

from kontor.documents.models import StoredFile
from kontor.documents.rules.intake import FILE_BYTES_MAX
from kontor.documents.rules.unreadable import BadReceiptFile, BrokenPdf, BrokenPicture, TakesTooMuch, TooLargeReceipt
from kontor.documents.tests.papers import (
    a_jpeg_with_position,
    a_picture,
    a_raw_page,
    an_inflating_pdf,
    as_bytes,
)
from kontor.documents.tests.test_bad_files import HARMLESS, REFUSED
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.tests.desk_books import handed_in
from kontor.receipts.tests.office import IBAN, Office, an_office
from tests.flows.test_receipt_acceptance import signed_in
from tests.flows.test_receipts_story import text_of

type Bad = tuple[str, bytes, type[BadReceiptFile]]

JPEG = as_bytes(a_picture())
WITH_A_PROGRAM = a_raw_page(
    catalogue=b"/Names <</EmbeddedFiles <</Names [(rechnung.exe) <</Type /Filespec /F (rechnung.exe) /EF <</F 4 0 R>>>>]>>>>"
)
NAMES = ("../../../etc/passwd", "..\\..\\windows\\system32\\bon.jpg", "gpj.\u202efdp.jpg", "null\x00.jpg", "/etc/cron.d/x.jpg",
         "x" * 400 + ".jpg", "bon\r\nX-Evil: 1.jpg", "<img src=x>.jpg", " . . ", "CON.jpg")  # fmt: skip


@pytest.fixture
def office(database: None) -> Office:
    cache.clear()
    return an_office()


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


def a_good_one(number: int) -> SimpleUploadedFile:
    """Return a photo like no other."""
    return SimpleUploadedFile(f"gut-{number}.jpg", as_bytes(a_picture((80 + number % 50, 60), f"#{number % 4096:03x}")))


def says(refusal: type[BadReceiptFile], name: str, words: str) -> bool:
    """Tell whether the German sentence of the refusal, about this file, stands in what was answered."""
    with translation.override("de"):
        sentence = gettext(refusal.sentence)
    assert sentence != refusal.sentence
    pattern = re.escape(" ".join(sentence.split())).replace(re.escape("%(name)s"), re.escape(name))
    return re.search(re.sub(r"%\\\((\w+)\\\)s|%\((\w+)\)s", ".+?", pattern), " ".join(words.split())) is not None


@pytest.mark.parametrize("part", range(4))
def test_each_bad_file_is_refused_by_its_sentence_and_the_good_one_beside_it_is_kept(office: Office, part: int) -> None:
    client = signed_in(office.volunteer)
    key = uuid.uuid4().hex
    for number, (name, content, refusal) in enumerate(REFUSED[part::4]):
        sent = [SimpleUploadedFile(name, content), a_good_one(number)]
        answer = client.post(at(office, "upload/"), {"client_key": f"{key}-{number}", "file": sent}, follow=True)

        assert answer.status_code == 200, name
        assert says(refusal, name, text_of(answer.content.decode())), (name, refusal)
        with office.open():
            kept = Attachment.objects.select_related("file").filter(document__client_key=f"{key}-{number}")
            assert [each.file.name for each in kept] == [f"gut-{number}.jpg"], name
            assert not StoredFile.objects.filter(name=name).exists(), name


SOME: Sequence[Bad] = (
    REFUSED[2], REFUSED[8], REFUSED[14], next(row for row in REFUSED if row[0] == "matroschka.pdf"),
    next(row for row in REFUSED if row[0] == "riese.png"), next(row for row in REFUSED if row[0] == "geheim.pdf"),
    next(row for row in REFUSED if row[2] is BrokenPicture), ("gross.jpg", b"\xff\xd8\xff" + b"x" * FILE_BYTES_MAX, TooLargeReceipt),
)  # fmt: skip
"""One of each danger, for the other doors."""


@pytest.mark.parametrize(("name", "content", "refusal"), SOME, ids=[row[2].__name__ for row in SOME])
def test_the_script_the_desk_and_a_supplier_s_invoice_refuse_it_as_well(
    office: Office, name: str, content: bytes, refusal: type[BadReceiptFile]
) -> None:
    document_id = handed_in(office, is_complete=False)

    by_script = signed_in(office.volunteer).post(
        at(office, "upload/"),
        {"client_key": uuid.uuid4().hex, "file": SimpleUploadedFile(name, content)},
        headers={"X-Fragment": "upload"},
    )
    desk = signed_in(office.clerk)
    attached = desk.post(
        at(office, f"desk/{document_id}/attach"),
        {"attached": [SimpleUploadedFile(name, content), a_good_one(1)]},
        follow=True,
    )
    posted = {
        "supplier": "Stadtwerke", "document_number": "VK 4", "document_date": "05.03.2026", "gross": "412,00",
        "account": "4980", "tax_code": "purchase-standard", "payee_iban": IBAN,
    }  # fmt: skip
    invoice = desk.post(at(office, "desk/invoice"), posted | {"document": SimpleUploadedFile(name, content)})

    assert by_script.status_code == 422
    assert says(refusal, name, by_script.json()["refusal"])
    assert says(refusal, name, text_of(attached.content.decode()))
    assert invoice.status_code == 422
    assert says(refusal, name, text_of(invoice.content.decode()))
    with office.open():
        names = Attachment.objects.select_related("file").filter(document_id=document_id).order_by("position")
        assert [each.file.name for each in names] == ["beleg.txt", "gut-1.jpg"]
        assert not StoredFile.objects.filter(name=name).exists()
        assert not IncomingDocument.objects.filter(kind="supplier_invoice").exists()


def test_what_is_odd_but_harmless_is_shown_only_as_a_picture_of_ours(office: Office) -> None:
    client = signed_in(office.volunteer)
    odd = [
        (f"{number}-{name}"[-80:], content)
        for number, (name, content, _kind) in enumerate(HARMLESS)
        if name != "lang.pdf"
    ]
    for name, content in [*odd, ("programm.pdf", WITH_A_PROGRAM), ("hier.jpg", a_jpeg_with_position())]:
        answer = client.post(
            at(office, "upload/"), {"client_key": uuid.uuid4().hex, "file": SimpleUploadedFile(name, content)},
            headers={"X-Fragment": "upload"},
        )  # fmt: skip
        assert answer.status_code == 200, (name, answer.content)
        shown = client.get(answer.json()["thumb"])
        assert shown["Content-Type"] == "image/webp", name
        assert shown["Content-Security-Policy"] == "sandbox; default-src 'none'", name
        picture = Image.open(io.BytesIO(b"".join(shown)))
        assert not dict(picture.getexif()), name
        original = client.get(at(office, f"files/{answer.json()['attachment']}/original/"))
        assert original["Content-Disposition"].startswith("attachment"), name
        assert original["X-Content-Type-Options"] == "nosniff", name
        assert "sandbox" in original["Content-Security-Policy"], name


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[:30] for name in NAMES])
def test_no_name_of_a_file_leads_anywhere(office: Office, name: str) -> None:
    client = signed_in(office.volunteer)
    file = SimpleUploadedFile("bon.jpg", JPEG)
    file._name = name  # type: ignore[attr-defined]  # past the client's own cleaning, as a hand-made request would be

    answer = client.post(
        at(office, "upload/"), {"client_key": uuid.uuid4().hex, "file": file}, headers={"X-Fragment": "upload"}
    )

    assert answer.status_code in {200, 400}
    with office.open():
        for stored in StoredFile.objects.filter(owner_type="receipts.document"):
            assert not re.search(r"[/\\\x00-\x1f\u202a-\u202e\u2066-\u2069]|^\.", stored.name), stored.name
            assert len(stored.name) <= 200
    if answer.status_code == 200:
        page = client.get(answer.json()["draft"]).content.decode()
        assert "<img src=x>" not in page


def test_a_pdf_of_a_few_kilobytes_that_unpacks_to_400_megabytes_costs_nobody_anything(office: Office) -> None:
    bomb = an_inflating_pdf(400)
    assert len(bomb) < 20_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    client = signed_in(office.volunteer)

    answer = client.post(
        at(office, "upload/"),
        {"client_key": "eine-bombe-1", "file": [SimpleUploadedFile("bombe.pdf", bomb), a_good_one(1)]},
        follow=True,
    )

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert answer.status_code == 200
    assert grown < 150, "the bomb went off in the office instead of its room"
    with office.open():
        names = {each.file.name for each in Attachment.objects.select_related("file")}
        assert "gut-1.jpg" in names
        assert StoredFile.objects.filter(owner_type="documents.rendition").exists()
    words = text_of(answer.content.decode())
    is_refused = any(says(each, "bombe.pdf", words) for each in (TakesTooMuch, BrokenPdf))
    assert ("bombe.pdf" in names) != is_refused
