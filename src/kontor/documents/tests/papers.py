"""Receipts and invoices made in the test: pictures, PDFs, XML, and files that mean harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import typst
from PIL import Image, ImageDraw, ImageFont


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines)


CII = b"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocument><ram:ID>RE-2026-0017</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260312</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Papier Huber GmbH</ram:Name></ram:SellerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:PaymentReference>RE-2026-0017</ram:PaymentReference><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>
    <ram:IBANID>DE02 1203 0000 0000 2020 51</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
   </ram:SpecifiedTradeSettlementPaymentMeans>
   <ram:ApplicableTradeTax><ram:CalculatedAmount>19.00</ram:CalculatedAmount><ram:BasisAmount>100.00</ram:BasisAmount>
    <ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
    <udt:DateTimeString format="102">20260411</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>119.00</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>GS-7</cbc:ID><cbc:IssueDate>2026-02-28</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Müller &amp; Söhne KG</cbc:RegistrationName>
 </cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
 <cac:PaymentMeans><cbc:PaymentID>GS-7</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>AT611904300234573201</cbc:ID>
 </cac:PayeeFinancialAccount></cac:PaymentMeans>
 <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">2.00</cbc:TaxAmount><cac:TaxSubtotal>
  <cbc:TaxableAmount currencyID="EUR">20.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">2.00</cbc:TaxAmount>
  <cac:TaxCategory><cbc:Percent>10</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
 <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">22.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
</CreditNote>
""".encode()

SWISS_BILL = _lines(
    (
        "SPC", "0200", "1", "CH5800791123000889012", "S", "Gärtnerei Grünfink AG", "Seeweg", "7", "8004", "Zürich", "CH",
        "", "", "", "", "", "", "", "1234.50", "CHF", "S", "Gemeinde am Fluss", "Uferweg", "3", "3011", "Bern", "CH",
        "NON", "", "Rechnung 4711", "EPD", "//S1/10/4711\\/26/11/260312/32/8.1",
    )
)  # fmt: skip
EPC = _lines(
    ("BCD", "002", "1", "SCT", "", "Papier Huber GmbH", "DE02120300000000202051", "EUR119", "", "", "RE-2026-0017", "")
)

INVOICE_LINES = (
    "Papier Huber GmbH", "Papier Huber GmbH · Marktplatz 4 · 80331 München", "Gemeinde am Fluss e.V.", "Uferweg 3",
    "12345 Musterstadt", "Rechnungsnummer: RE-2026-0017", "Rechnungsdatum: 12.03.2026", "Kundennummer: 10044",
    "Kopierpapier A4, 20 Pakete   100,00 €", "Nettobetrag 100,00 €", "zzgl. 19 % MwSt. 19,00 €", "Gesamtbetrag 119,00 €",
    "Zahlbar bis 11.04.2026", "IBAN DE02 1203 0000 0000 2020 51",
)  # fmt: skip


def a_picture(size: tuple[int, int] = (600, 800), colour: str = "white") -> Image.Image:
    """Make a plain picture."""
    return Image.new("RGB", size, colour)


def as_bytes(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture as a file."""
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def a_jpeg_with_position(size: tuple[int, int] = (600, 400), *, orientation: int = 6) -> bytes:
    """Make a photo that says where and when it was taken, with what, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0), 3: "E", 4: (11.0, 34.0, 31.0)})
    picture = a_picture(size)
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return as_bytes(picture, exif=exif.tobytes(), comment=b"SecretComment", icc_profile=b"SecretProfile")


def a_printed_page(lines: Sequence[str] = INVOICE_LINES, *, size: tuple[int, int] = (1240, 1240)) -> Image.Image:
    """Draw lines of print on white paper."""
    page = a_picture(size)
    pen = ImageDraw.Draw(page)
    for place, line in enumerate(lines):
        # Pillow's own letters know no euro sign.
        pen.text((90, 90 + 74 * place), line.replace("€", "EUR"), "black", ImageFont.load_default(38))
    return page


def on_a_table(page: Image.Image, *, degrees: float = 8.0) -> Image.Image:
    """Lay a page on a brown table, turned."""
    turned = page.convert("RGBA").rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    table = Image.new("RGB", (turned.width + 300, turned.height + 300), (104, 74, 48))
    table.paste(turned, (150, 150), turned)
    return table


def a_pdf(lines: Sequence[str] = INVOICE_LINES, *, pages: int = 1, attached: bytes | None = None) -> bytes:
    """Set a PDF with a text layer, with an electronic invoice inside if there is one."""
    text = "\n".join(f"#block({_quoted(line)})" for line in lines)
    body = "#pagebreak()\n".join([text] * pages)
    attach = f'#pdf.attach("factur-x.xml", bytes({_quoted(attached.decode())}))\n' if attached else ""
    source = f'#set page(paper: "a4")\n{attach}{body}'
    return bytes(typst.compile(source.encode()))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def a_scanned_pdf(page: Image.Image) -> bytes:
    """Make a PDF that is only a picture."""
    return as_bytes(page, "PDF", resolution=150)


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Write a PDF object by object (from 1, the first is the catalogue)."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return body + head + table + b"trailer <</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, trailer, len(body),
    )  # fmt: skip


def a_raw_page(box: bytes = b"[0 0 595 842]", *, catalogue: bytes = b"", trailer: bytes = b"") -> bytes:
    """Write a PDF of one page by hand."""
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalogue,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R>>" % box,
        b"<</Length 44>>\nstream\n0.9 0.2 0.1 rg 50 50 200 200 re f\nendstream",
        trailer=trailer,
    )


def a_pdf_of_pages(count: int) -> bytes:
    """Write a PDF whose one page is listed many times."""
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [%s] /Count %d>>" % (b"3 0 R " * count, count),
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
    )


def an_inflating_pdf(megabytes: int = 400) -> bytes:
    """Write a PDF of a few kilobytes whose page unpacks to as much as asked for."""
    once = zlib.compressobj(9)
    packed = b"".join([*(once.compress(b"0 0 m 9 9 l S\n" * 74_899) for _ in range(megabytes)), once.flush()])
    twice = zlib.compress(packed, 9)
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>>",
        b"<</Length %d /Filter [/FlateDecode /FlateDecode]>>\nstream\n%s\nendstream" % (len(twice), twice),
    )


def a_huge_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """Write a PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


def a_zip(name: str = "beleg.txt", content: bytes = b"x" * 100) -> bytes:
    """Pack a file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def a_gzip() -> bytes:
    """Pack zeros."""
    return gzip.compress(b"\x00" * 10_000)
