"""Files that are not what they claim, or that mean harm: refused with their name, or made harmless (trust.md §6.9)."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from kontor.documents.reader.room import ReadingRoom
from kontor.documents.rules.intake import FILE_BYTES_MAX, FileKind, check_receipt_file
from kontor.documents.rules.unreadable import (
    ActiveContent,
    ArchiveInstead,
    BadReceiptFile,
    BrokenPdf,
    BrokenPicture,
    BrokenXml,
    EmptyFile,
    EncryptedPdf,
    NoInvoiceXml,
    NotWhatItClaims,
    OversizedPage,
    TooLargeReceipt,
    TooManyPages,
    TooManyPixels,
    UnknownKind,
)
from kontor.documents.tests.papers import (
    CII,
    a_gzip,
    a_huge_png,
    a_pdf,
    a_pdf_of_pages,
    a_picture,
    a_raw_page,
    a_zip,
    an_inflating_pdf,
    as_bytes,
    raw_pdf,
)

JPEG, PNG, WEBP, PDF = as_bytes(a_picture()), as_bytes(a_picture(), "PNG"), as_bytes(a_picture(), "WEBP"), a_pdf()
_LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Invoice>&b;</Invoice>'
_XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice><ID>&f;</ID></Invoice>'
_ENCRYPTED = b"/Encrypt <</Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%s> /U <%s>>> /ID [<00><00>]" % (
    b"ab" * 32, b"cd" * 32,
)  # fmt: skip

# name, contents, the refusal
REFUSED: tuple[tuple[str, bytes, type[BadReceiptFile]], ...] = (
    ("beleg.pdf", b"", EmptyFile),
    ("beleg.jpg", b"", EmptyFile),
    ("beleg.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ActiveContent),
    ("beleg.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", ActiveContent),
    ("beleg.svg", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", ActiveContent),
    ("beleg.xml", b"<?xml version='1.0'?><x:svg xmlns:x='http://www.w3.org/2000/svg'/>", ActiveContent),
    ("beleg.pdf", b"<!DOCTYPE html><html><body>pay me</body></html>", ActiveContent),
    ("beleg.html", b"<html><script>1</script></html>", ActiveContent),
    ("beleg.jpg", b"<html>" + JPEG, ActiveContent),
    ("beleg.jpg", "<html><body onload=x>".encode("utf-16"), ActiveContent),
    ("beleg.xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", ActiveContent),
    ("beleg.pdf", b"%PDF-1.4\n<script>alert(1)</script>", ActiveContent),
    ("beleg.pdf", b"MZ\x90\x00" + b"\x00" * 200, ActiveContent),
    ("beleg.jpg", b"\x7fELF\x02\x01", ActiveContent),
    ("beleg.pdf", b"#!/bin/sh\nrm -rf /\n", ActiveContent),
    ("beleg.zip", a_zip(), ArchiveInstead),
    ("beleg.pdf", a_zip(), ArchiveInstead),
    ("beleg.jpg", a_zip("a.jpg", JPEG), ArchiveInstead),
    ("bombe.zip", a_zip("zeros", b"\x00" * 5_000_000), ArchiveInstead),
    ("matroschka.pdf", a_zip("inner.zip", a_zip()), ArchiveInstead),
    ("tabelle.xlsx", a_zip("[Content_Types].xml"), ArchiveInstead),
    ("brief.docx", a_zip("word/document.xml"), ArchiveInstead),
    ("beleg.pdf", a_gzip(), ArchiveInstead),
    ("beleg.txt", b"just words", UnknownKind),
    ("beleg.csv", b"a;b\n1;2\n", UnknownKind),
    ("beleg.gif", b"GIF89a" + b"\x00" * 40, UnknownKind),
    ("beleg.tif", b"II*\x00" + b"\x00" * 40, UnknownKind),
    ("beleg.bin", bytes(range(256)), UnknownKind),
    ("beleg.pdf", b"\x00" * 5_000, UnknownKind),
    ("beleg.pdf", b"PDF-1.7 without its sign", UnknownKind),
    ("beleg.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, UnknownKind),
    ("beleg.pdf", JPEG, NotWhatItClaims),
    ("beleg.jpg", PDF, NotWhatItClaims),
    ("beleg.xml", PDF, NotWhatItClaims),
    ("beleg.pdf", CII, NotWhatItClaims),
    ("beleg.png", CII, NotWhatItClaims),
    ("beleg.html", JPEG, NotWhatItClaims),
    ("beleg.jpg", JPEG[: len(JPEG) // 3], BrokenPicture),
    ("beleg.jpg", JPEG[:200], BrokenPicture),
    ("beleg.png", PNG[:60], BrokenPicture),
    ("beleg.png", PNG[:40] + b"\xff" * 60 + PNG[100:], BrokenPicture),
    ("beleg.webp", WEBP[:50], BrokenPicture),
    ("beleg.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 500, BrokenPicture),
    ("beleg.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 400, BrokenPicture),
    ("beleg.png", b"\x89PNG\r\n\x1a\n", BrokenPicture),
    ("beleg.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X", BrokenPicture),
    ("riese.png", a_huge_png(), TooManyPixels),
    ("streifen.png", a_huge_png(30_000, 2), TooManyPixels),
    ("riese.png", a_huge_png(9_500, 9_500), TooManyPixels),
    ("beleg.pdf", b"%PDF-1.7\n", BrokenPdf),
    ("beleg.pdf", b"%PDF-1.7\n" + b"\xde\xad" * 800, BrokenPdf),
    ("beleg.pdf", PDF[:300], BrokenPdf),
    ("beleg.pdf", raw_pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"), BrokenPdf),
    ("geheim.pdf", a_raw_page(trailer=_ENCRYPTED), EncryptedPdf),
    ("dick.pdf", a_pdf_of_pages(61), TooManyPages),
    ("dick.pdf", a_pdf_of_pages(5_000), TooManyPages),
    ("plakat.pdf", a_raw_page(b"[0 0 100000 100000]"), OversizedPage),
    ("faden.pdf", a_raw_page(b"[0 0 9000 10]"), OversizedPage),
    ("beleg.xml", _LAUGHS, BrokenXml),
    ("beleg.xml", _XXE, BrokenXml),
    ("beleg.xml", CII[:-40], BrokenXml),
    ("beleg.xml", b"<?xml version='1.0'?>" + b"<a>" * 6_000 + b"</a>" * 6_000, BrokenXml),
    ("beleg.xml", b"<?xml version='1.0' encoding='nonsense'?><Invoice/>", BrokenXml),
    ("beleg.xml", b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>", NoInvoiceXml),
    ("notiz.xml", b"<?xml version='1.0'?><note/>", NoInvoiceXml),
)  # fmt: skip

# What may be taken, for it is shown only as a picture of ours; nothing in it is ever run.
HARMLESS: tuple[tuple[str, bytes, FileKind], ...] = (
    ("beleg.JPG", JPEG, FileKind.JPEG),
    ("ohne-endung", JPEG, FileKind.JPEG),
    ("foto.png", JPEG, FileKind.JPEG),
    ("../../etc/passwd", PNG, FileKind.PNG),
    ("C:\\belege\\foto.jpg", JPEG, FileKind.JPEG),
    ("gpj.\u202efdp.jpg", JPEG, FileKind.JPEG),
    ("null\x00.jpg", JPEG, FileKind.JPEG),
    ("x" * 400 + ".webp", WEBP, FileKind.WEBP),
    ("hinten.jpg", JPEG + a_zip(), FileKind.JPEG),
    ("skript.pdf", a_raw_page(catalogue=b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>"), FileKind.PDF),
    ("start.pdf", a_raw_page(catalogue=b"/OpenAction <</S /Launch /F (calc.exe)>>"), FileKind.PDF),
    ("xfa.pdf", a_raw_page(catalogue=b"/AcroForm <</XFA (x) /Fields []>>"), FileKind.PDF),
    ("lang.pdf", a_pdf_of_pages(60), FileKind.PDF),
    ("rechnung.xml", CII, FileKind.XML),
)


@pytest.fixture(scope="module")
def room() -> Iterator[ReadingRoom]:
    room = ReadingRoom()
    yield room
    room.close()


def _take(room: ReadingRoom, name: str, content: bytes) -> FileKind:
    kind = check_receipt_file(content[:4096], name=name, size=len(content))
    room.ask("look", content, name=name, kind=kind)
    return kind


@pytest.mark.parametrize(
    ("name", "content", "refusal"), REFUSED, ids=[f"{row[0]}-{row[2].__name__}" for row in REFUSED]
)
def test_a_bad_file_is_refused_by_name_with_what_to_do(
    room: ReadingRoom, name: str, content: bytes, refusal: type[BadReceiptFile]
) -> None:
    with pytest.raises(BadReceiptFile) as refused:
        _take(room, name, content)

    assert type(refused.value) is refusal
    assert name in str(refused.value)


@pytest.mark.parametrize(("name", "content", "kind"), HARMLESS, ids=[ascii(row[0][:24]) for row in HARMLESS])
def test_odd_but_harmless_files_are_taken(room: ReadingRoom, name: str, content: bytes, kind: FileKind) -> None:
    assert _take(room, name, content) is kind


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(REFUSED) + len(HARMLESS) >= 60


def test_too_many_bytes_are_refused_before_anything_is_opened() -> None:
    with pytest.raises(TooLargeReceipt, match="25 MB"):
        check_receipt_file(JPEG[:4096], name="foto.jpg", size=FILE_BYTES_MAX + 1)


@pytest.mark.slow
def test_an_inflating_pdf_is_refused_or_drawn_within_the_limits(room: ReadingRoom) -> None:
    content = an_inflating_pdf(40)
    assert len(content) < 20_000

    with suppress(BadReceiptFile):
        facts, _ = room.ask("look", content, name="bombe.pdf", kind=FileKind.PDF)
        assert facts["pages"] == 1
    assert _take(room, "danach.jpg", JPEG) is FileKind.JPEG
