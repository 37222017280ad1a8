"""What the words of a receipt propose: amounts, days, numbers, IBANs, tax, each by its label and place."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.core.iban import is_iban
from kontor.documents.rules.geometry import Box
from kontor.documents.rules.reading.amounts import amounts_of, currency_in
from kontor.documents.rules.reading.combine import combine
from kontor.documents.rules.reading.days import days_of
from kontor.documents.rules.reading.printed import propose
from kontor.documents.rules.reading.rows import PageWords, Row, Word, rows_of, text_of
from kontor.documents.rules.reading.values import Proposals, Proposed, ReadVat
from kontor.documents.rules.reading.wire import as_json, from_json
from kontor.documents.rules.reading.words import folded


def _page(lines: Sequence[str], *, number: int = 1) -> PageWords:
    """Set lines as a printer would: a word every so many hundredths, two blanks are a wide gap."""
    words: list[Word] = []
    for place, line in enumerate(lines):
        left, top = 0.05, 0.05 + place * 0.03
        for part in line.split(" "):
            if part:
                words.append(Word(part, Box(left, top, left + 0.009 * len(part), top + 0.015)))
            left += 0.009 * (len(part) + 1) if part else 0.1
    return PageWords(number, tuple(words))


def _rows(*lines: str) -> list[Row]:
    return rows_of(_page(lines))


def _amount(*lines: str, is_seen: bool = False) -> int | None:
    proposed = propose(_rows(*lines), origin="ocr" if is_seen else "text").amount
    return proposed.value if proposed else None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,56 €", [123456]),
        ("1'234.50 CHF", [123450]),
        ("1’234.50", [123450]),
        ("1 234,50", [123450]),
        ("1,234.56", [123456]),
        ("12345,67", [1234567]),
        ("€ 9,90", [990]),
        ("EUR9,90", [990]),
        ("-20,48 €", [-2048]),
        ("20,48-", [-2048]),
        ("CHF 12.–", [1200]),
        ("Fr. 3.50", [350]),
        ("05.03.2018", []),
        ("19,00 %", []),
        ("10:30 08.30 - 12.30 Uhr", []),
        ("Mo.-Fr. 08.30 - 12.30", []),
        ("DE12 1234.5678", []),
        ("1.5", []),
        ("3,3333", []),
        ("Tel. 030/12.34.56", []),
    ],
)
def test_amounts_are_read_as_germany_austria_switzerland_and_england_write_them(text: str, minor: list[int]) -> None:
    assert [amount.minor for amount in amounts_of(_rows(text))] == minor


@given(st.integers(1, 99_999_999), st.sampled_from(["de", "ch", "en", "plain"]))
def test_every_amount_that_is_printed_is_read_back(minor: int, style: str) -> None:
    whole, cents = divmod(minor, 100)
    grouped = f"{whole:,}"
    text = {
        "de": f"{grouped.replace(',', '.')},{cents:02d} €",
        "ch": f"CHF {grouped.replace(',', chr(39))}.{cents:02d}",
        "en": f"£{grouped}.{cents:02d}",
        "plain": f"{whole},{cents:02d}",
    }[style]

    assert [amount.minor for amount in amounts_of(_rows(text))] == [minor]


@given(st.text(max_size=80))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    found = propose([Row(1, (Word(text or "x", Box(0, 0, 1, 0.1)),))], origin="ocr")

    assert found.amount is None or found.amount.value > 0
    assert found.iban is None or is_iban(found.iban.value)


@pytest.mark.parametrize(
    ("lines", "minor"),
    [
        (("Netto 100,00", "MwSt 19% 19,00", "Gesamtbetrag 119,00"), 11900),
        (("Zwischensumme 50,00", "Rabatt -5,00", "ZU ZAHLEN 45,00", "Bar 50,00", "Rückgeld 5,00"), 4500),
        (("SUMME EUR 12,34", "Geg. BAR EUR 20,00", "Rückgeld EUR 7,66"), 1234),
        (("Total CHF 1'234.50", "inkl. 8.1% MWST 92.50"), 123450),
        (("Subtotal 124.17", "VAT 20% 24.83", "Total EUR 149.00"), 14900),
        (("Rechnungsbetrag brutto  119,00 €", "Summe netto  100,00 €"), 11900),
        (("Gesamtbetrag der Abschläge 700,00", "Bruttosumme 529,87", "Steuerbetrag 56,87"), 52987),
        (("Total HT 624,90 €", "Total taxes 46,25 €", "Total TTC 671,15 €", "Solde 470,15 €"), 67115),
        (("Gesamt", "  23,50 €"), 2350),
        (("Gesamtbetraq 119,00", "Anzahlung 200,00"), 11900),
        (("Total HT -218,48 €", "Total TTC -233,47 €"), 23347),
        (("Kapital der Gesellschaft 120.000,00 €", "Endbetrag 12,00 €"), 1200),
    ],
)
def test_the_gross_total_is_told_from_nets_taxes_and_change(lines: tuple[str, ...], minor: int) -> None:
    assert _amount(*lines) == minor


def test_without_a_label_the_largest_amount_is_a_weak_proposal() -> None:
    proposed = propose(_rows("Kaffee 3,20", "Kuchen 4,50", "7,70"), origin="ocr").amount

    assert proposed is not None
    assert (proposed.value, proposed.confidence <= 40) == (770, True)


def test_a_euro_sign_read_as_a_figure_is_seen_through() -> None:
    lines = ("Nettobetrag 564,308", "zzgl. 19% MwSt. 107,228", "Rechnungsbetrag brutto 671,524")

    assert _amount(*lines, is_seen=True) == 67152
    assert _amount(*lines) is None


def test_net_and_tax_that_add_up_make_the_total_sure() -> None:
    found = propose(_rows("Netto 100,00", "MwSt 19% 100,00 19,00", "Gesamtbetrag 119,00"), origin="text")

    assert found.amount is not None
    assert (found.amount.value, found.amount.confidence) == (11900, 97)
    assert [share.value for share in found.vat] == [ReadVat(Decimal(19), 10000, 1900)]


@given(
    net=st.integers(100, 5_000_000), rate=st.sampled_from(["19", "7", "20", "10", "13", "8.1", "2.6", "3.8"]),
    comma=st.booleans(),
)  # fmt: skip
def test_tax_rows_prove_themselves(net: int, rate: str, *, comma: bool) -> None:
    vat = int(Decimal(net) * Decimal(rate) / 100 + Decimal("0.5"))
    shown = [f"{one // 100}.{one % 100:02d}" for one in (net, vat, net + vat)]
    line = f"MwSt {rate}% {shown[0]} {shown[1]} {shown[2]}"
    found = propose(_rows(line.replace(".", ",") if comma else line), origin="text")

    assert [share.value.rate_percent for share in found.vat] == [Decimal(rate)]
    share = found.vat[0].value
    assert share.net is not None
    assert share.vat is not None
    assert abs(share.net - net) <= 1
    assert abs(share.vat - vat) <= 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12.03.2026", date(2026, 3, 12)),
        ("12. 03. 2026", date(2026, 3, 12)),
        ("12.03.26", date(2026, 3, 12)),
        ("12. März 2026", date(2026, 3, 12)),
        ("5. Jänner 2026", date(2026, 1, 5)),
        ("2026-03-12", date(2026, 3, 12)),
        ("12/03/2026", date(2026, 3, 12)),
        ("12 Mar 2026", date(2026, 3, 12)),
        ("March 12, 2026", date(2026, 3, 12)),
        ("12 mars 2026", date(2026, 3, 12)),
    ],
)
def test_days_are_read_in_every_spelling(text: str, day: date) -> None:
    assert [found.on for found in days_of(_rows(f"Datum {text} Ende"))] == [day]


@pytest.mark.parametrize("text", ["31.02.2026", "12.13.2026", "1.2.3.4", "00.00.0000", "12.03.1999", "030/12.03.20261"])
def test_what_is_no_day_is_not_taken_for_one(text: str) -> None:
    assert days_of(_rows(text)) == []


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    for text in (f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}", f"{day:%d.%m.%y}"):
        assert [found.on for found in days_of(_rows(text))] == [day]


def test_one_american_day_turns_all_days_with_slashes() -> None:
    assert [found.on for found in days_of(_rows("Date 11/03/2026", "Paid 11/17/2026"))] == [
        date(2026, 11, 3), date(2026, 11, 17),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ("Lieferdatum 01.03.2026", "Rechnungsdatum: 12.03.2026", "fällig am 11.04.2026"),
        ("Handelsrechnung (380) Nr. 471102 vom 12.03.2026", "Bestellung vom 01.03.2026"),
        ("Zürich, 12.03.2026", "Zahlbar bis 11.04.2026"),
        ("12.03.2026 14:33", "Gültig bis 30.06.2026"),
        ("Invoice Date  Due Date", "12.03.2026  11.04.2026"),
    ],
)
def test_the_day_of_the_receipt_is_told_from_its_other_days(lines: tuple[str, ...]) -> None:
    proposed = propose(_rows(*lines), origin="text").date

    assert proposed is not None
    assert proposed.value == date(2026, 3, 12)


def test_no_day_after_today_is_proposed() -> None:
    assert propose(_rows("Datum 12.03.2027"), origin="text", latest=date(2026, 11, 22)).date is None


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (("Rechnungsnummer: RE-2026-0017", "Kundennummer: 4711"), "RE-2026-0017"),
        (("Kunden-Nr. 4711", "Rechnungs-Nr. 2026/118"), "2026/118"),
        (("Rechnung Nr. 62083",), "62083"),
        (("Invoice No.: INV-0042", "Order No. 99"), "INV-0042"),
        (("Beleg-Nr. 22-88599",), "22-88599"),
        (("Handelsrechnung (380) Nr. 471102 vom 05.03.2018",), "471102"),
        (("Facture FA-2017-0010",), "FA-2017-0010"),
        (("Re.-Nr.: 26118",), "26118"),
        (("Datum  Rechnungsnummer", "12.03.26  A-100200"), "A-100200"),
        (("Lieferschein-Nr. 55", "Steuernummer 201/113/40209"), None),
        (("Rechnung vom 12.03.2026",), None),
    ],
)
def test_the_document_number_is_told_from_other_numbers(lines: tuple[str, ...], number: str | None) -> None:
    proposed = propose(_rows(*lines), origin="text").number

    assert (proposed.value if proposed else None) == number


@pytest.mark.parametrize(
    ("line", "is_seen", "iban"),
    [
        ("IBAN DE02 1203 0000 0000 2020 51 BIC BYLADEM1001", False, "DE02120300000000202051"),
        ("IBAN: AT611904300234573201", False, "AT611904300234573201"),
        ("CH58 0079 1123 0008 8901 2", False, "CH5800791123000889012"),
        ("IBAN DE02 1203 OOOO 0000 2020 5I", True, "DE02120300000000202051"),
        ("IBAN DE02 1203 OOOO 0000 2020 5I", False, None),
        ("IBAN DE02 1203 0000 0000 2020 52", True, None),
        ("Lastschrift von Ihrem Konto DE02 1203 0000 0000 2020 51", False, None),
        ("USt-IdNr. DE123456789", False, None),
    ],
)
def test_only_an_iban_with_right_check_digits_is_proposed(line: str, is_seen: bool, iban: str | None) -> None:  # noqa: FBT001
    proposed = propose(_rows(line), origin="ocr" if is_seen else "text").iban

    assert (proposed.value if proposed else None) == iban


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Verkäufer", "Nummer: 549910", "Name: Lieferant GmbH", "Käufer", "Name: Kunden AG Mitte"), "Lieferant GmbH"),
        (("Bäckerei Krümel", "Hauptstr. 12", "12043 Berlin", "Brot 3,20"), "Bäckerei Krümel"),
        (("Huber GmbH · Marktplatz 4 · 80331 München", "Gemeinde am Fluss e.V.", "Uferweg 3"), "Huber GmbH"),
    ],
)
def test_the_supplier_is_who_made_the_receipt(lines: tuple[str, ...], name: str) -> None:
    proposed = propose(_rows(*lines), origin="text").supplier

    assert proposed is not None
    assert proposed.value == name


def test_words_on_one_level_are_one_row_even_if_it_slants() -> None:
    words = [
        Word(f"w{place}", Box(0.1 * place, 0.1 + 0.004 * place, 0.1 * place + 0.08, 0.12 + 0.004 * place))
        for place in range(8)
    ]
    rows = rows_of(PageWords(1, (*reversed(words), Word("below", Box(0.0, 0.16, 0.1, 0.18)))))

    assert text_of(rows) == "w0 w1 w2 w3 w4 w5 w6 w7\nbelow"


@pytest.mark.parametrize(
    ("text", "code"), [("12,00 €", "EUR"), ("CHF 5.00", "CHF"), ("Fr. 5.00", "CHF"), ("Mo.-Fr. 8-12", "")]
)
def test_the_currency_is_named_by_sign_or_code(text: str, code: str) -> None:
    assert currency_in(text) == code


@pytest.mark.parametrize(
    ("misread", "label"), [("Gesamtbetraq", "gesamtbetrag"), ("Rechnunq", "rechnung"), ("Sume", "sume")]
)
def test_a_label_one_letter_off_is_understood(misread: str, label: str) -> None:
    assert folded(misread) == label


def test_what_machines_wrote_comes_before_what_was_seen() -> None:
    place = Box(0.1, 0.1, 0.2, 0.2)
    xml = Proposals(amount=Proposed(11900, "xml", confidence=100), number=Proposed("A1", "xml", confidence=100))
    qr = Proposals(
        amount=Proposed(11900, "qr", 1, place, 98), iban=Proposed("DE02120300000000202051", "qr", 1, place, 98)
    )
    seen = Proposals(
        amount=Proposed(99900, "ocr", 1, place, 60), iban=Proposed("DE02120300000000202051", "ocr", 2, None, 97),
        date=Proposed(date(2026, 3, 12), "ocr", 1, place, 60), vat=(Proposed(ReadVat(Decimal(19), None, None), "ocr"),),
    )  # fmt: skip
    found = combine([seen, qr, xml])

    assert found.amount == Proposed(11900, "xml", 1, place, 100)
    assert found.iban == Proposed("DE02120300000000202051", "qr", 1, place, 99)
    assert found.date is seen.date
    assert found.vat == seen.vat
    assert combine([]) == Proposals()


_boxes = st.none() | st.builds(Box, *[st.sampled_from([0.0, 0.1234, 0.5, 1.0])] * 4)
_proposals = st.builds(
    Proposals,
    amount=st.none() | st.builds(Proposed, st.integers(1, 10**9), st.just("ocr"), st.integers(1, 60), _boxes, st.integers(0, 100)),
    date=st.none() | st.builds(Proposed, st.dates(), st.just("text"), st.just(1), _boxes, st.just(50)),
    supplier=st.none() | st.builds(Proposed, st.text(min_size=1), st.just("xml"), st.just(1), _boxes, st.just(100)),
    vat=st.lists(
        st.builds(
            Proposed,
            st.builds(ReadVat, st.sampled_from([Decimal("8.1"), Decimal(19)]), st.none() | st.integers(), st.none() | st.integers()),
            st.just("qr"), st.just(1), _boxes, st.just(90),
        ), max_size=3,
    ).map(tuple),
)  # fmt: skip


@given(_proposals)
def test_proposals_come_back_from_the_database_as_they_went(proposals: Proposals) -> None:
    assert from_json(as_json(proposals)) == proposals
