"""What the reading process does with a file: look at it, draw its pages, cut a page, read it.

Nothing here knows the database, the archive or the network. Requests and answers are plain JSON and bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image

from kontor.documents.formats.invoice_xml import parse_invoice, text_of_invoice
from kontor.documents.formats.pictures import SCREEN_SIDE_MAX, THUMB_SIDE_MAX, encoded, open_picture, shown
from kontor.documents.rules.geometry import Corners, geometry_of, plain_corners
from kontor.documents.rules.intake import FileKind
from kontor.documents.rules.invoice_sheet import SHEET_LANGUAGE
from kontor.documents.rules.reading.combine import combine
from kontor.documents.rules.reading.printed import propose, rows_of_pages
from kontor.documents.rules.reading.rows import PageWords, text_of
from kontor.documents.rules.reading.values import Proposals
from kontor.documents.rules.reading.wire import as_json
from kontor.documents.rules.unreadable import OneInvoice, TooManyPages

PAGES_READ_MAX = 6
_WORDS_OF_A_TEXT_LAYER_MIN = 8
_TEXT_MAX = 100_000

type Facts = dict[str, Any]
type Words = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out: plain facts, and byte streams that they refer to in order."""

    facts: Facts
    streams: tuple[bytes, ...] = ()


@contextmanager
def _pages(
    content: bytes, kind: FileKind, name: str, words: Words
) -> Iterator[tuple[int, Callable[[int, int], Image.Image]]]:
    """Give the number of pages and a function that draws one (number from 1, longest side)."""
    if kind is FileKind.XML:
        parse_invoice(content, name=name)
        printed = _printed(content, name, words)
        if printed is None:
            yield 0, _no_page
            return
        content, kind = printed, FileKind.PDF
    if kind is FileKind.PDF:
        from kontor.documents.formats.pdf import drawn, open_pdf  # noqa: PLC0415  # PDFium only where one is opened

        with open_pdf(content, name=name) as document:
            yield len(document), lambda page, side: drawn(document, page=page, side_max=side)
    else:
        picture = open_picture(content, kind=kind, name=name)
        yield 1, lambda _page, _side: picture


def _printed(content: bytes, name: str, words: Words) -> bytes | None:
    """Return an electronic invoice as pages; None for one that is beyond what can be set on paper."""
    from typst import TypstError  # noqa: PLC0415  # only where an invoice is set

    from kontor.documents.formats.invoice_print import printed_invoice  # noqa: PLC0415
    from kontor.documents.formats.pdf import open_pdf  # noqa: PLC0415

    try:
        printed = printed_invoice(content, name=name, words=words or {}, language=SHEET_LANGUAGE)
        with open_pdf(printed, name=name):
            return printed
    except (TypstError, TooManyPages):
        return None


def _no_page(_page: int, _side: int) -> Image.Image:
    raise LookupError("an electronic invoice has no picture")


def look(content: bytes, *, kind: str, name: str, words: Words = None) -> Answer:
    """Check a file to its end and draw its first page; `words` are those of an electronic invoice's sheet.

    Raises:
        BadReceiptFile: it is none that can be taken.
    """
    with _pages(content, FileKind(kind), name, words) as (count, draw):
        if count == 0:
            return Answer({"pages": 0})
        picture = draw(1, SCREEN_SIDE_MAX)
        answer = _drawn(picture)
        answer.facts["pages"] = count
        if FileKind(kind).is_picture:
            from kontor.documents.formats.edges import find_corners  # noqa: PLC0415  # photos only
            from kontor.documents.formats.quality import flaws_of  # noqa: PLC0415

            answer.facts["found"] = plain_corners(find_corners(picture))
            answer.facts["flaws"] = flaws_of(picture)
        return answer


def draw(content: bytes, *, kind: str, name: str, page: int, geometry: Facts, words: Words = None) -> Answer:
    """Draw one page as its geometry shows it.  Raises: BadReceiptFile."""
    with _pages(content, FileKind(kind), name, words) as (count, draw_page):
        if not 1 <= page <= count:
            raise LookupError(f"page {page} of {count}")
        wanted = geometry_of(geometry)
        # A cut-out part shall fill the screen as well, so it is drawn from more pixels.
        side = SCREEN_SIDE_MAX if wanted.corners is None else 2 * SCREEN_SIDE_MAX
        return _drawn(shown(draw_page(page, side), wanted))


def _drawn(picture: Image.Image) -> Answer:
    screen, width, height = encoded(picture, side_max=SCREEN_SIDE_MAX)
    thumb, thumb_width, thumb_height = encoded(picture, side_max=THUMB_SIDE_MAX)
    facts = {"size": [width, height], "thumb_size": [thumb_width, thumb_height]}
    return Answer(facts, (screen, thumb))


def read(content: bytes, *, kind: str, name: str, geometries: Mapping[str, Facts], latest: str) -> Answer:
    """Read a file by all its origins and return the proposals, the text and the engines' names.

    Raises:
        BadReceiptFile: it cannot be opened.
    """
    last_day = date.fromisoformat(latest)
    if FileKind(kind) is FileKind.XML:
        proposals = parse_invoice(content, name=name)
        answer = _read([proposals], text_of_invoice(content, name=name), "xml")
        with _pages(content, FileKind.XML, name, None) as (count, _draw):
            answer.facts["pages"] = count
        return answer
    if FileKind(kind) is FileKind.PDF:
        return _read_pdf(content, name, last_day)
    picture = open_picture(content, kind=FileKind(kind), name=name)
    geometry = geometry_of(geometries.get("1", {}))
    return _seen_pages([(1, picture, geometry.corners, True)], [], last_day)


def _read_pdf(content: bytes, name: str, latest: date) -> Answer:
    from kontor.documents.formats.codes import propose_from_codes  # noqa: PLC0415
    from kontor.documents.formats.pdf import drawn, embedded_invoice, open_pdf, printed_words  # noqa: PLC0415

    with open_pdf(content, name=name) as document:
        count = len(document)
        found: list[Proposals] = []
        engines: list[str] = []
        xml = embedded_invoice(document, name=name)
        if xml is not None:
            found.append(parse_invoice(xml, name=name))
            engines.append("xml")
        numbers = range(1, min(len(document), PAGES_READ_MAX) + 1)
        printed = [printed_words(document, page=number) for number in numbers]
        if sum(len(page.words) for page in printed) < _WORDS_OF_A_TEXT_LAYER_MIN:
            pictures = [(number, drawn(document, page=number), None, False) for number in numbers]
            answer = _seen_pages(pictures, found, latest)
            answer.facts["pages"] = count
            return answer
        for number in numbers:
            code = propose_from_codes(drawn(document, page=number), number=number)
            if code is not None:
                found.append(code)
                engines.append("qr")
                break
        rows = rows_of_pages(printed)
        answer = _read(
            [*found, propose(rows, origin="text", latest=latest)], text_of(rows), ", ".join([*engines, "text"])
        )
        answer.facts["pages"] = count
        return answer


def part(content: bytes, *, kind: str, name: str, pages: Sequence[int]) -> Answer:
    """Return some pages of a PDF, in this order (from 1), as a PDF.  Raises: BadReceiptFile, OneInvoice."""
    from kontor.documents.formats.pdf import cut_out, embedded_invoice, open_pdf  # noqa: PLC0415

    assert FileKind(kind) is FileKind.PDF
    with open_pdf(content, name=name) as document:
        if embedded_invoice(document, name=name) is not None:
            raise OneInvoice(name=name)
        return Answer({}, (cut_out(document, pages=pages),))


def _seen_pages(
    pictures: Sequence[tuple[int, Image.Image, Corners | None, bool]], found: Sequence[Proposals], latest: date
) -> Answer:
    """Read pictures of pages: codes first, then letters."""
    from kontor.documents.formats import ocr  # noqa: PLC0415  # loaded only where letters must be seen
    from kontor.documents.formats.codes import propose_from_codes  # noqa: PLC0415

    codes = [code for number, picture, _, _ in pictures if (code := propose_from_codes(picture, number=number))]
    proposals = [*found, *codes]
    engines = (["xml"] if found else []) + (["qr"] if codes else [])
    pages: list[PageWords] = []
    if ocr.is_ready():
        engines.append(ocr.ENGINE)
        pages = [
            ocr.see_words(picture, number=number, corners=corners, is_photo=is_photo)
            for number, picture, corners, is_photo in pictures
        ]
    rows = rows_of_pages(pages)
    return _read([*proposals, propose(rows, origin="ocr", latest=latest)], text_of(rows), ", ".join(engines))


def _read(found: Sequence[Proposals], text: str, engine: str) -> Answer:
    cleaned = text[:_TEXT_MAX].replace("\x00", "")
    return Answer({"values": as_json(combine(found)), "text": cleaned, "engine": engine, "pages": 1})


ACTS: dict[str, Callable[..., Answer]] = {"look": look, "draw": draw, "read": read, "part": part}
