"""Measure how well receipts are read: invoices with known truth, and photographed receipts made for it."""

# ruff: noqa: PLC0415  # the libraries are loaded where the clock may see it, not at the start

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench.reading_data import Truth, photos

if TYPE_CHECKING:
    from kontor.documents.rules.reading.rows import PageWords
    from kontor.documents.rules.reading.values import Proposals

PHOTOS = 36
HELD_OUT = 24
SEED, HELD_OUT_SEED = 1, 20_261_122
CODES = 10
_FIELDS = ("amount", "date", "iban", "number")
_WRITTEN = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y")
_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"

type Way = Literal["text", "ocr"]


@dataclass(slots=True)
class _Tally:
    """Right and asked answers by field, and processor seconds per page."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def count(self, proposals: Proposals, truth: Truth) -> None:
        for name, expected in zip(_FIELDS, (truth.amount, truth.on, truth.iban, truth.number), strict=True):
            if expected:
                proposed = getattr(proposals, name)
                self.asked[name] += 1
                self.right[name] += proposed is not None and proposed.value == expected

    def share(self, name: str) -> float:
        return round(self.right[name] / self.asked[name], 3) if self.asked[name] else 0.0

    def figures(self, prefix: str) -> Iterator[tuple[str, object]]:
        for name in _FIELDS:
            if self.asked[name]:
                yield f"{prefix}_{name}", f"{self.right[name]} of {self.asked[name]} = {self.share(name)}"
        if self.seconds:
            yield f"{prefix}_seconds_per_page", round(sum(self.seconds) / len(self.seconds), 2)
            yield f"{prefix}_seconds_max", round(max(self.seconds), 2)


def run(*, count: int = PHOTOS, held_out: int = HELD_OUT) -> dict[str, object]:
    """Return the figures and the goals; without the samples, the invoices are left out.

    The truth of an invoice is the XML inside its PDF; the page is read without it. What the page does not print
    is not asked: the truth must be found in its text layer, digits for digits. Seconds are processor time on
    one core; photos are drawn from seeds, those held out from layouts and a seed that no rule was tried on.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"
    tallies = {
        "invoices_text": _invoices("text"),
        "invoices_ocr": _invoices("ocr"),
        "photos": _photographed(count, seed=SEED, held_out=False),
        "photos_held_out": _photographed(held_out, seed=HELD_OUT_SEED, held_out=True),
    }
    found, code_seconds = _codes()
    figures: dict[str, object] = dict(pair for prefix, tally in tallies.items() for pair in tally.figures(prefix))
    figures |= {
        "codes_read": f"{found} of {2 * CODES}",
        "codes_seconds_per_page": round(code_seconds, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    return {"bench": "reading", "figures": figures, "goals": _goals(tallies, code_seconds)}


def _goals(tallies: dict[str, _Tally], code_seconds: float) -> list[dict[str, object]]:
    at_least = [
        (f"{words}: {name}", limit, tallies[key].share(name))
        for key, words in (
            ("invoices_text", "invoices by their text layer"),
            ("invoices_ocr", "invoices by their picture"),
        )
        for name, limit in (("amount", 0.97), ("iban", 0.97), ("date", 0.95))
        if tallies[key].asked[name]
    ]
    at_least += [
        ("photographed receipts: amount", 0.90, tallies["photos"].share("amount")),
        ("photographed receipts, held out: amount", 0.90, tallies["photos_held_out"].share("amount")),
    ]
    seconds = [one for tally in tallies.values() for one in tally.seconds]
    at_most = [
        ("seconds per page on one core", 3.0, round(sum(seconds) / len(seconds), 2)),
        ("seconds per code", 0.3, round(code_seconds, 3)),
    ]
    return [
        {"goal": goal, "limit": limit, "value": value, "met": value >= limit} for goal, limit, value in at_least
    ] + [{"goal": goal, "limit": limit, "value": value, "met": value <= limit} for goal, limit, value in at_most]


def _invoices(way: Way) -> _Tally:
    """Read the sample invoices from their pages alone."""
    from kontor.documents.formats.invoice_xml import parse_invoice
    from kontor.documents.formats.pdf import embedded_invoice, open_pdf, printed_words
    from kontor.documents.rules.reading.printed import propose, rows_of_pages
    from kontor.documents.rules.reading.rows import text_of

    tally = _Tally()
    folder = Path(os.environ.get("KONTOR_SAMPLES", _SAMPLES)) / "einvoice" / "pdf"
    for path in sorted(folder.glob("*.pdf")):
        with open_pdf(path.read_bytes(), name=path.name) as document:
            xml = embedded_invoice(document, name=path.name)
            if xml is None:
                continue
            printed = [printed_words(document, page=number) for number in range(1, len(document) + 1)]
            truth = _on_paper(parse_invoice(xml, name=path.name), text_of(rows_of_pages(printed)))
            words = printed if way == "text" else _seen(document, tally)
            tally.count(propose(rows_of_pages(words), origin=way), truth)
    return tally


def _on_paper(truth: Proposals, text: str) -> Truth:
    """Return what of the truth the page prints at all."""
    digits = "".join(sign for sign in text if sign.isalnum())
    amount, on = truth.amount.value if truth.amount else 0, truth.date.value if truth.date else date.min
    iban, number = truth.iban.value if truth.iban else "", truth.number.value if truth.number else ""
    return Truth(
        amount if str(amount) in digits else 0,
        "EUR",
        on if any(f"{on:{written}}" in text for written in _WRITTEN) else None,
        number if number in text else "",
        iban if iban and iban in digits else "",
    )


def _seen(document: PdfDocument, tally: _Tally) -> list[PageWords]:
    from kontor.documents.formats.ocr import see_words
    from kontor.documents.formats.pdf import drawn

    pages = []
    for number in range(1, len(document) + 1):
        began = time.process_time()
        pages.append(see_words(drawn(document, page=number), number=number, is_photo=False))
        tally.seconds.append(time.process_time() - began)
    return pages


def _photographed(count: int, *, seed: int, held_out: bool) -> _Tally:
    from kontor.documents.formats.ocr import see_words
    from kontor.documents.formats.pictures import open_picture
    from kontor.documents.rules.intake import FileKind
    from kontor.documents.rules.reading.printed import propose, rows_of_pages

    tally = _Tally()
    for photo in photos(count, seed=seed, held_out=held_out):
        began = time.process_time()
        picture = open_picture(photo.jpeg, kind=FileKind.JPEG, name="photo.jpg")
        words = see_words(picture, number=1, is_photo=True)
        tally.count(propose(rows_of_pages([words]), origin="ocr"), photo.truth)
        tally.seconds.append(time.process_time() - began)
    return tally


def _codes() -> tuple[int, float]:
    """Read Swiss and EPC codes from pages of 200 dots per inch; return how many and seconds per page."""
    from kontor.documents.formats.codes import propose_from_codes

    found, began = 0, time.process_time()
    drawing = 0.0
    for number in range(CODES):
        for make in (_swiss_code, _epc_code):
            started = time.process_time()
            page, amount = _page_with(make, number)
            drawing += time.process_time() - started
            proposals = propose_from_codes(page, number=1)
            found += proposals is not None and proposals.amount is not None and proposals.amount.value == amount
    return found, (time.process_time() - began - drawing) / (2 * CODES)


def _page_with(payload: Callable[[str], str], number: int) -> tuple[Image, int]:
    import io

    import segno
    from PIL import Image

    amount = 12_345 + 977 * number
    target = io.BytesIO()
    segno.make(payload(f"{amount // 100}.{amount % 100:02d}"), error="m").save(target, kind="png", scale=5, border=4)
    page = Image.new("L", (1654, 2339), 250)
    page.paste(
        Image.open(io.BytesIO(target.getvalue())).convert("L").rotate(number % 4 * 90), (100 + 40 * number, 1500)
    )
    return page, amount


def _swiss_code(amount: str) -> str:
    return "\n".join(
        ["SPC", "0200", "1", "CH5800791123000889012", "S", "Gärtnerei AG", "Seeweg", "7", "8004", "Zürich", "CH", *[""] * 7,
         amount, "CHF", *[""] * 7, "NON", "", "Rechnung", "EPD"]
    )  # fmt: skip


def _epc_code(amount: str) -> str:
    return "\n".join(
        ["BCD", "002", "1", "SCT", "", "Huber GmbH", "DE02120300000000202051", f"EUR{amount}", "", "", "RE 1"]
    )


if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument
