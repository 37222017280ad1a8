"""The collected invoices: CII, UBL, PDF and QR-bills."""

import os
from pathlib import Path

import pytest

from kontor.documents.formats.invoice_print import printed_invoice
from kontor.documents.formats.invoice_reading import sheet_of
from kontor.documents.formats.invoice_xml import parse_invoice
from kontor.documents.formats.pdf import embedded_invoice, open_pdf, printed_words
from kontor.documents.formats.swiss_qr import parse_swiss_bill
from kontor.documents.rules.reading.printed import propose, rows_of_pages
from kontor.documents.words import sheet_words

pytestmark = pytest.mark.conformance

_CHECKOUT = Path(__file__).resolve().parents[4]
SAMPLES = Path(os.environ.get("KONTOR_SAMPLES", _CHECKOUT.parent / "shared" / "samples"))


def _samples(folder: str, pattern: str) -> list[Path]:
    found = sorted((SAMPLES / folder).glob(pattern))
    if not found:
        pytest.skip(f"the samples are not at {SAMPLES}; set KONTOR_SAMPLES to run the conformance tests")
    return found


def test_every_sample_invoice_gives_amount_day_number_and_supplier() -> None:
    for path in _samples("einvoice/xml", "*/*.xml"):
        found = parse_invoice(path.read_bytes(), name=path.name)

        assert None not in {found.amount, found.currency, found.date, found.number, found.supplier}, path.name
        assert found.vat, path.name


def test_the_two_dialects_of_one_invoice_say_the_same() -> None:
    for cii in _samples("einvoice/xml/CII", "[EX]*.cii.xml"):
        ubl = cii.parents[1] / "UBL" / cii.name.replace(".cii.", ".ubl.")
        one, other = (parse_invoice(path.read_bytes(), name=path.name) for path in (cii, ubl))

        assert (one.amount, one.date, one.number, one.supplier, one.vat) == (
            other.amount, other.date, other.number, other.supplier, other.vat,
        ), cii.name  # fmt: skip


def test_the_print_of_the_sample_invoices_says_what_their_xml_says() -> None:
    asked = right = 0
    for path in _samples("einvoice/pdf", "*.pdf"):
        with open_pdf(path.read_bytes(), name=path.name) as document:
            xml = embedded_invoice(document, name=path.name)
            if xml is None:
                continue
            pages = [printed_words(document, page=number) for number in range(1, len(document) + 1)]
        truth, found = parse_invoice(xml, name=path.name), propose(rows_of_pages(pages), origin="text")
        for name in ("amount", "number"):
            proposed = getattr(found, name)
            asked += 1
            right += proposed is not None and proposed.value == getattr(truth, name).value

    assert asked >= 40
    assert right / asked >= 0.97


def test_the_sample_bills_are_read() -> None:
    bills = [parse_swiss_bill(path.read_text(encoding="utf-8")) for path in _samples("qr", "*.txt")]

    assert [bill.amount if bill else 0 for bill in bills] == [394975, 194975, None]


def test_every_sample_invoice_becomes_pages_that_say_everything() -> None:
    for path in _samples("einvoice/xml", "*/*.xml"):
        content = path.read_bytes()
        sheet = sheet_of(content, name=path.name, words=sheet_words(), language="de")
        proposals = parse_invoice(content, name=path.name)
        assert proposals.number is not None
        assert proposals.supplier is not None
        assert proposals.number.value in sheet.title, path.name
        assert {party.role for party in sheet.parties} >= {"Verkäufer", "Käufer"}, path.name
        assert proposals.supplier.value in {" ".join(party.name.split()) for party in sheet.parties}, path.name
        assert all(line.name and line.net and line.quantity for line in sheet.lines), path.name
        assert len(sheet.vat) >= len(proposals.vat) >= 1, path.name
        assert len(sheet.sums) >= 4, path.name
        # The profile's names, kinds of notes and slips of delivery: nothing that anybody pays or books by.
        assert len(sheet.rest) <= 9, (path.name, sheet.rest)


def test_the_sheets_of_the_two_dialects_of_one_invoice_agree() -> None:
    for cii in _samples("einvoice/xml/CII", "[EX]*.cii.xml"):
        ubl = cii.parents[1] / "UBL" / cii.name.replace(".cii.", ".ubl.")
        one, other = (
            sheet_of(path.read_bytes(), name=path.name, words={}, language="de") for path in (cii, ubl)
        )  # fmt: skip

        assert [(line.name, line.net) for line in one.lines] == [(line.name, line.net) for line in other.lines], (
            cii.name
        )
        assert [party.name for party in one.parties] == [party.name for party in other.parties], cii.name
        assert [(row.rate, row.base, row.tax) for row in one.vat] == [
            (row.rate, row.base, row.tax) for row in other.vat
        ]


def test_a_sample_invoice_of_each_dialect_is_printed() -> None:
    for name in ("CII/XRECHNUNG_Reisekostenabrechnung.cii.xml", "UBL/XRECHNUNG_Elektron.ubl.xml"):
        (path,) = _samples("einvoice/xml", name)
        printed = printed_invoice(path.read_bytes(), name=path.name, words=sheet_words(), language="de")
        with open_pdf(printed, name="x.pdf") as document:
            words = {word.text for word in printed_words(document, page=1).words}
        assert {"Verkäufer", "Menge", "Gesamtbetrag"} <= words, path.name
