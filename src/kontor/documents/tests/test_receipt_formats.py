"""Codes, electronic invoices and the text of PDFs, each by small examples of our own."""

import io
from datetime import date
from decimal import Decimal

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kontor.documents.formats.codes import propose_from_codes
from kontor.documents.formats.edges import find_corners
from kontor.documents.formats.epc_qr import parse_epc
from kontor.documents.formats.invoice_xml import parse_invoice, text_of_invoice
from kontor.documents.formats.ocr import see_words
from kontor.documents.formats.pdf import embedded_invoice, open_pdf, printed_words
from kontor.documents.formats.swiss_qr import parse_swiss_bill
from kontor.documents.rules.reading.rows import rows_of, text_of
from kontor.documents.rules.reading.values import ReadVat
from kontor.documents.rules.unreadable import BadReceiptFile
from kontor.documents.tests.papers import CII, EPC, SWISS_BILL, UBL, a_pdf, a_picture, a_printed_page, on_a_table


def _with_code(payload: str, *, turn: int = 0) -> Image.Image:
    target = io.BytesIO()
    segno.make(payload, error="m").save(target, kind="png", scale=5)
    page = a_picture((1240, 1754))
    page.paste(Image.open(io.BytesIO(target.getvalue())).convert("RGB").rotate(turn), (300, 900))
    return page


def test_a_swiss_bill_gives_amount_iban_number_day_and_tax() -> None:
    bill = parse_swiss_bill(SWISS_BILL)

    assert bill is not None
    assert (bill.amount, bill.currency, bill.iban) == (123450, "CHF", "CH5800791123000889012")
    assert (bill.creditor, bill.message) == ("Gärtnerei Grünfink AG", "Rechnung 4711")
    assert (bill.number, bill.on, bill.vat) == ("4711/26", date(2026, 3, 12), ((Decimal("8.1"), None),))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("SPC\n", "SPX\n"), ("0200\n1", "0100\n1"), ("CH58", "CH59"), ("1234.50", "1'234.50"), ("1234.50", "1234.505"),
        ("CHF", "USD"), ("EPD", "EPX"), ("1234.50", "-1"), ("1234.50", "NaN"),
    ],
)  # fmt: skip
def test_a_swiss_bill_that_no_bank_takes_is_none(was: str, becomes: str) -> None:
    assert parse_swiss_bill(SWISS_BILL.replace(was, becomes, 1)) is None


def test_lines_of_a_bill_may_end_as_windows_does_and_its_amount_may_be_open() -> None:
    bill = parse_swiss_bill(SWISS_BILL.replace("1234.50", "").replace("\n", "\r\n"))

    assert bill is not None
    assert bill.amount is None


def test_an_epc_code_gives_amount_iban_name_and_text() -> None:
    transfer = parse_epc(EPC)

    assert transfer is not None
    assert (transfer.amount, transfer.iban) == (11900, "DE02120300000000202051")
    assert (transfer.name, transfer.text) == ("Papier Huber GmbH", "RE-2026-0017")
    assert parse_epc(EPC.replace("DE02", "DE03")) is None
    assert parse_epc(EPC.replace("EUR119", "USD119")) is None


@given(st.text(max_size=400))
def test_any_code_is_looked_at_without_a_fault(payload: str) -> None:
    assert parse_epc(payload) is None
    assert parse_swiss_bill(payload) is None


@given(st.lists(st.text(max_size=12), min_size=28, max_size=28))
def test_any_text_in_the_form_of_a_bill_is_looked_at_without_a_fault(lines: list[str]) -> None:
    payload = "\n".join(["SPC", "0200", "1", "CH5800791123000889012", *lines[:26], "EPD", *lines[26:]])
    bill = parse_swiss_bill(payload)

    assert bill is None or bill.currency in {"CHF", "EUR"}


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_codes_are_found_on_a_page_whichever_way_up(turn: int) -> None:
    swiss = propose_from_codes(_with_code(SWISS_BILL, turn=turn), number=2)
    epc = propose_from_codes(_with_code(EPC, turn=turn), number=1)

    assert swiss is not None
    assert swiss.amount is not None
    assert (swiss.amount.value, swiss.amount.origin, swiss.amount.page) == (123450, "qr", 2)
    assert swiss.vat[0].value == ReadVat(Decimal("8.1"), 123450 - 9250, 9250)
    assert epc is not None
    assert epc.iban is not None
    assert epc.iban.value == "DE02120300000000202051"
    assert epc.iban.box is not None
    assert 0.2 < epc.iban.box.left < 0.35


def test_a_code_that_pays_nothing_is_left_alone() -> None:
    assert propose_from_codes(_with_code("https://example.org/menu"), number=1) is None
    assert propose_from_codes(a_picture(), number=1) is None


def test_a_cii_invoice_is_read() -> None:
    found = parse_invoice(CII, name="r.xml")

    values = [
        proposed.value
        for proposed in (
            found.amount,
            found.currency,
            found.date,
            found.due_date,
            found.supplier,
            found.number,
            found.iban,
        )
        if proposed is not None
    ]
    assert values == [
        11900, "EUR", date(2026, 3, 12), date(2026, 4, 11), "Papier Huber GmbH", "RE-2026-0017", "DE02120300000000202051",
    ]  # fmt: skip
    assert [share.value for share in found.vat] == [ReadVat(Decimal(19), 10000, 1900)]
    assert "Papier Huber GmbH" in text_of_invoice(CII, name="r.xml")


def test_a_ubl_credit_note_is_read_with_positive_amounts() -> None:
    found = parse_invoice(UBL.replace(b">22.00<", b">-22.00<"), name="r.xml")

    assert found.amount is not None
    assert found.supplier is not None
    assert found.iban is not None
    assert (found.amount.value, found.supplier.value) == (2200, "Müller & Söhne KG")
    assert found.iban.value == "AT611904300234573201"
    assert [share.value for share in found.vat] == [ReadVat(Decimal(10), 2000, 200)]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"119.00", b"119.005"), (b"119.00", b"eleven"), (b"119.00", b""), (b">EUR<", b">XXXX<"), (b"119.00", b"1e999")],
)
def test_a_value_that_makes_no_sense_is_left_out(was: bytes, becomes: bytes) -> None:
    found = parse_invoice(CII.replace(was, becomes), name="r.xml")

    assert found.amount is None
    assert found.number is not None


@given(st.binary(max_size=200))
def test_bytes_that_are_no_invoice_are_refused_and_nothing_else(content: bytes) -> None:
    with pytest.raises(BadReceiptFile):
        parse_invoice(content, name="r.xml")


def test_the_text_layer_of_a_pdf_has_words_with_places() -> None:
    with open_pdf(a_pdf(["Gesamtbetrag 119,00 €", "IBAN DE02 1203 0000 0000 2020 51"]), name="a.pdf") as document:
        page = printed_words(document, page=1)
        assert embedded_invoice(document, name="a.pdf") is None

    assert text_of(rows_of(page)) == "Gesamtbetrag 119,00 €\nIBAN DE02 1203 0000 0000 2020 51"
    assert 1.4 < page.aspect < 1.43
    first, second = page.words[:2]
    assert 0 < first.box.left < first.box.right < second.box.left < 0.5
    assert 0 < first.box.top < first.box.bottom < 0.2


def test_the_invoice_inside_a_pdf_is_found() -> None:
    with open_pdf(a_pdf(attached=CII), name="a.pdf") as document:
        found = embedded_invoice(document, name="a.pdf")

    assert found is not None
    assert parse_invoice(found, name="a.pdf").amount is not None


@pytest.mark.parametrize("degrees", [-12.0, 0.0, 5.0, 15.0])
def test_paper_on_a_table_is_found_at_any_tilt(degrees: float) -> None:
    page = a_printed_page(size=(900, 1300))
    scene = on_a_table(page, degrees=degrees)
    corners = find_corners(scene)

    assert corners is not None
    (left, top), (right, right_top), _, _ = corners.points
    width = ((right - left) ** 2 * scene.width**2 + (right_top - top) ** 2 * scene.height**2) ** 0.5
    assert abs(width - 900) < 45


@pytest.mark.parametrize("picture", [a_picture(), a_picture(colour="black"), a_printed_page()])
def test_where_no_paper_lies_on_a_table_nothing_is_found(picture: Image.Image) -> None:
    assert find_corners(picture) is None


def test_a_page_upside_down_is_read_and_its_words_placed_where_they_are() -> None:
    page = a_printed_page().rotate(180)
    words = see_words(page, number=1, is_photo=True).words
    seen = next(word for word in words if "Gesamtbetrag" in word.text)

    assert seen.box.top > 0.6
    assert seen.seen_at.bottom < 0.4
    assert seen.seen_at.right > 0.7
