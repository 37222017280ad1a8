"""PDF files: checked, drawn, and read by their own text layer (pypdfium2, PDFium)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from kontor.documents.formats.invoice_xml import parse_invoice
from kontor.documents.rules.geometry import Box
from kontor.documents.rules.intake import PAGE_POINTS_MAX, PAGES_MAX, XML_BYTES_MAX
from kontor.documents.rules.reading.rows import PageWords, Word
from kontor.documents.rules.unreadable import (
    BadReceiptFile,
    BrokenPdf,
    EncryptedPdf,
    OversizedPage,
    TooManyPages,
)

_ATTACHMENTS_MAX = 20
_CHARACTERS_MAX = 40_000
_SIDE_PIXELS_MAX = 3_200
_UNITS = 100_000  # device units across a page, to turn places into shares
_READ_DOTS = 200  # per inch, for the reader of letters


@contextmanager
def open_pdf(content: bytes, *, name: str) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF within its limits and close it again.

    Raises:
        EncryptedPdf: it asks for a password.
        BrokenPdf: it cannot be opened, or has no page.
        TooManyPages: more than 60.
        OversizedPage: a page beyond 40 inches.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as broken:
        if getattr(broken, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(broken).lower():
            raise EncryptedPdf(name=name) from broken
        raise BrokenPdf(name=name) from broken
    try:
        _check_pages(document, name)
        yield document
    except pdfium.PdfiumError as broken:
        raise BrokenPdf(name=name) from broken
    finally:
        document.close()


def _check_pages(document: pdfium.PdfDocument, name: str) -> None:
    pages = len(document)
    if pages == 0:
        raise BrokenPdf(name=name)
    if pages > PAGES_MAX:
        raise TooManyPages(name=name, pages=pages, limit=PAGES_MAX)
    for index in range(pages):
        width, height = document.get_page_size(index)
        if max(width, height) > PAGE_POINTS_MAX or min(width, height) < 1:
            raise OversizedPage(name=name, page=index + 1)


def drawn(document: pdfium.PdfDocument, *, page: int, side_max: int = _SIDE_PIXELS_MAX) -> Image.Image:
    """Return a page (from 1) as a picture: 200 dots per inch, no side longer than `side_max` pixels."""
    opened = document[page - 1]
    try:
        longest = max(opened.get_size())
        scale = min(_READ_DOTS / 72, side_max / longest)
        bitmap = opened.render(scale=scale, may_draw_forms=False, fill_color=(255, 255, 255, 255))
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    finally:
        opened.close()


def cut_out(document: pdfium.PdfDocument, *, pages: Sequence[int]) -> bytes:
    """Return pages (from 1) in this order as a PDF of their own."""
    part = pdfium.PdfDocument.new()
    try:
        part.import_pages(document, pages=[page - 1 for page in pages])
        target = io.BytesIO()
        part.save(target)
        return target.getvalue()
    finally:
        part.close()


def printed_words(document: pdfium.PdfDocument, *, page: int) -> PageWords:
    """Return the words of a page's text layer with their places; none for a scan without one."""
    opened = document[page - 1]
    text = opened.get_textpage()
    try:
        width, height = opened.get_size()
        count = min(text.count_chars(), _CHARACTERS_MAX)
        return PageWords(page, tuple(_words(opened, text, count)), height / width)
    finally:
        text.close()
        opened.close()


def _words(page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int) -> Iterator[Word]:
    """Gather characters up to a blank, a new line or a gap that no letter leaves."""
    letters: list[tuple[str, float, float, float, float]] = []
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        sign = chr(code) if code else " "
        if sign.isspace() or not sign.isprintable():
            yield from _word(page, letters)
            letters = []
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if letters and _is_apart(letters[-1], left, bottom, top):
            yield from _word(page, letters)
            letters = []
        letters.append((sign, left, bottom, right, top))
    yield from _word(page, letters)


def _is_apart(last: tuple[str, float, float, float, float], left: float, bottom: float, top: float) -> bool:
    _, _, last_bottom, last_right, last_top = last
    size = max(last_top - last_bottom, 0.1)
    return abs((top + bottom) - (last_top + last_bottom)) > size or not -2 * size < left - last_right < 0.6 * size


def _word(page: pdfium.PdfPage, letters: list[tuple[str, float, float, float, float]]) -> Iterator[Word]:
    if not letters:
        return
    left, right = min(letter[1] for letter in letters), max(letter[3] for letter in letters)
    bottom, top = min(letter[2] for letter in letters), max(letter[4] for letter in letters)
    (x_one, y_one), (x_two, y_two) = _share(page, left, top), _share(page, right, bottom)
    box = Box(min(x_one, x_two), min(y_one, y_two), max(x_one, x_two), max(y_one, y_two))
    yield Word("".join(letter[0] for letter in letters), box)


def _share(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Turn a place on the sheet into shares of the page as it is shown, its rotation and cut included."""
    across, down = raw.c_int(), raw.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _UNITS, _UNITS, 0, x, y, across, down)
    return across.value / _UNITS, down.value / _UNITS


def embedded_invoice(document: pdfium.PdfDocument, *, name: str) -> bytes | None:
    """Return the XML of the invoice inside the PDF (ZUGFeRD, Factur-X, XRechnung); None if there is none."""
    for index in range(min(document.count_attachments(), _ATTACHMENTS_MAX)):
        attachment = document.get_attachment(index)
        if not attachment.get_name().lower().endswith(".xml"):
            continue
        try:
            content = bytes(attachment.get_data())
        except pdfium.PdfiumError:
            continue
        if len(content) <= XML_BYTES_MAX and _is_invoice(content, name):
            return content
    return None


def _is_invoice(content: bytes, name: str) -> bool:
    try:
        parse_invoice(content, name=name)
    except BadReceiptFile:
        return False
    return True
