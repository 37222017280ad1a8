"""Electronic invoices made readable: nothing in the file is left unsaid."""

import pytest
from lxml import etree

from kontor.documents.formats.invoice_print import printed_invoice
from kontor.documents.formats.invoice_reading import sheet_of
from kontor.documents.formats.pdf import open_pdf, printed_words
from kontor.documents.reader.looks import look
from kontor.documents.rules.invoice_sheet import InvoiceSheet
from kontor.documents.rules.unreadable import BrokenXml, NoInvoiceXml
from kontor.documents.tests.papers import CII, UBL
from kontor.documents.words import sheet_words

FULL = (
    UBL.replace(b"<cbc:IssueDate>", b"<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode><cbc:IssueDate>")
    .replace(b"<cac:PaymentMeans>", """
 <cbc:Note>Mit Dank zurück.</cbc:Note>
 <cac:AdditionalDocumentReference><cbc:ID>Foto</cbc:ID><cac:Attachment>
  <cbc:EmbeddedDocumentBinaryObject mimeCode="image/png" filename="foto.png">iVBORw0KGgoAAAANSUhEUg==</cbc:EmbeddedDocumentBinaryObject>
 </cac:Attachment></cac:AdditionalDocumentReference>
 <cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Treuerabatt</cbc:AllowanceChargeReason>
  <cbc:Amount currencyID="EUR">5.00</cbc:Amount></cac:AllowanceCharge>
 <cac:CreditNoteLine><cbc:ID>1</cbc:ID><cbc:CreditedQuantity unitCode="HUR">2.5</cbc:CreditedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">1234.5</cbc:LineExtensionAmount>
  <cac:Item><cbc:Description>am Klavier</cbc:Description><cbc:Name>Stimmen</cbc:Name><cbc:Colour>schwarz</cbc:Colour>
   <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>10</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID>
   </cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">493.8125</cbc:PriceAmount></cac:Price></cac:CreditNoteLine>
 <cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>""".encode())
)  # fmt: skip


def _sheet(content: bytes, *, language: str = "de") -> InvoiceSheet:
    return sheet_of(content, name="rechnung.xml", words=sheet_words() if language == "de" else {}, language=language)


def _said(sheet: InvoiceSheet) -> str:
    """Return everything a sheet says, line after line."""
    parts = [
        sheet.title,
        *sheet.notes,
        *(text for pair in (*sheet.facts, *sheet.sums, *sheet.payment) for text in pair),
    ]
    parts += [text for pair in (*sheet.attachments, *sheet.rest) for text in pair]
    parts += [text for party in sheet.parties for text in (party.role, party.name, *party.lines)]
    for line in sheet.lines:
        parts += [line.number, line.name, *line.details, line.quantity, line.price, line.vat, line.net]
    return "\n".join([*parts, *(text for row in sheet.vat for text in (row.rate, row.base, row.tax, row.reason))])


def test_a_credit_note_shows_its_line_discount_note_and_attachment_in_german() -> None:
    sheet = _sheet(FULL)
    (line,) = sheet.lines

    assert sheet.title == "Gutschrift GS-7"
    assert (line.name, line.quantity, line.price, line.vat, line.net) == (
        "Stimmen", "2,5 Std.", "493,8125", "10 %", "1.234,50",
    )  # fmt: skip
    assert line.details == ("am Klavier", "Item / Colour: schwarz")
    assert ("Nachlass · Treuerabatt", "−5,00 EUR") in sheet.sums
    assert ("Gesamtbetrag mit USt.", "22,00 EUR") in sheet.sums
    assert sheet.attachments == (("foto.png", "Foto · 1 KB"),)
    assert sheet.notes == ("Mit Dank zurück.",)
    assert ("Zahlungsweg", "Überweisung") in sheet.payment
    assert ("Rechnungsdatum", "28.02.2026") in sheet.facts
    assert [(row.rate, row.base, row.tax) for row in sheet.vat] == [("10 %", "20,00", "2,00")]


def test_a_sheet_in_english_keeps_points_and_iso_days() -> None:
    sheet = _sheet(FULL, language="en")

    assert sheet.lines[0].net == "1,234.50"
    assert ("Invoice date", "2026-02-28") in sheet.facts


def test_what_has_no_place_of_its_own_stands_under_further_details() -> None:
    sheet = _sheet(CII.replace(b"<ram:TypeCode>", b"<ram:CopyIndicator>Zweitschrift</ram:CopyIndicator><ram:TypeCode>"))

    assert ("Exchanged Document / Copy Indicator", "Zweitschrift") in sheet.rest


@pytest.mark.parametrize("content", [CII, UBL, FULL], ids=["cii", "ubl", "full"])
def test_every_text_of_the_file_is_said(content: bytes) -> None:
    said = _said(_sheet(content))

    for leaf in etree.fromstring(content).iter(etree.Element):
        text = (leaf.text or "").strip()
        if not len(leaf) and text.replace(" ", "").isalpha() and text not in {"VAT", "false"}:
            assert text in said, text


def test_the_printed_page_carries_the_words_as_text_and_the_same_bytes_each_time() -> None:
    one, other = (
        printed_invoice(FULL, name="gs.xml", words=sheet_words(), language="de") for _ in range(2)
    )  # fmt: skip

    assert one == other
    with open_pdf(one, name="gs.pdf") as document:
        words = {word.text for word in printed_words(document, page=1).words}
    assert {"Stimmen", "1.234,50", "Müller", "AT611904300234573201", "Gutschrift"} <= words


def test_markup_of_the_typesetter_in_an_invoice_is_only_text() -> None:
    nasty = CII.replace(b"Papier Huber GmbH", b'#read("/etc/passwd") $x$ *fett* &lt;tag&gt; \\ @label')
    printed = printed_invoice(nasty, name="#eval.xml", words={}, language="de")

    with open_pdf(printed, name="x.pdf") as document:
        text = " ".join(word.text for word in printed_words(document, page=1).words)
    assert '#read("/etc/passwd") $x$ *fett* <tag>' in text


def test_an_invoice_longer_than_any_paper_is_taken_without_a_picture() -> None:
    line = FULL[
        FULL.index(b"<cac:CreditNoteLine>") : FULL.index(b"</cac:CreditNoteLine>") + len(b"</cac:CreditNoteLine>")
    ]
    endless = FULL.replace(line, line.replace(b"am Klavier", b"am Klavier. " * 100) * 1_000)

    answer = look(endless, kind="xml", name="lang.xml", words=sheet_words())

    assert (answer.facts["pages"], answer.streams) == (0, ())


def test_other_xml_is_still_refused() -> None:
    with pytest.raises(NoInvoiceXml):
        look(b"<?xml version='1.0'?><Order/>", kind="xml", name="a.xml")
    with pytest.raises(BrokenXml):
        look(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><Invoice>&b;</Invoice>", kind="xml", name="a.xml")
