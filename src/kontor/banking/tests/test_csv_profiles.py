"""CSV exports of common banks are recognised by their titles and read exactly."""

from __future__ import annotations

import io
from datetime import date

import pytest

from kontor.banking.formats.csvfile import read_csv
from kontor.banking.formats.csvprofile import CsvProfile
from kontor.banking.formats.csvsniff import sniff_csv
from kontor.banking.formats.unreadable import EmptyCsv, NoSuchColumn, UnreadableValue
from kontor.banking.rules.statements import LineStatus, StatementEvent
from kontor.banking.tests.samples import head_in, lines_in

SPARKASSE = (
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";'
    '"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";'
    '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\r\n'
    '"DE75512108001245126199";"02.11.26";"03.11.26";"GUTSCHRIFT";"Rechnung 4711";"";"";"E2E-1";"";"";"";'
    '"Jörg Groß";"DE02120300000000202051";"BYLADEM1001";"1.234,56";"EUR";"Umsatz gebucht"\r\n'
    '"DE75512108001245126199";"03.11.26";"";"LASTSCHRIFT";"Strom";"DE98ZZZ09999999999";"M-1";"";"";"";"";'
    '"Stadtwerke";"";"";"-50,00";"EUR";"Umsatz vorgemerkt"\r\n'
)
DKB = (
    '"Girokonto";"DE75512108001245126199"\n""\n"Kontostand vom 02.11.2026:";"1.000,00 €"\n""\n'
    '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";'
    '"Umsatztyp";"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n'
    '"02.11.26";"02.11.26";"Gebucht";"Erika";"Ich";"Miete";"Eingang";"DE02120300000000202051";"650";"";"";""\n'
)
SWISS = (
    "Datum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Valuta\n"
    "02.11.2026;GIRO AUS BANK Muster AG;1'250.50;;02.11.2026\n03.11.2026;KAUF;;-20.00;03.11.2026\n"
)


def _read(text: str | bytes, profile: CsvProfile | None = None) -> list[StatementEvent]:
    content = text.encode() if isinstance(text, str) else text
    profile = profile or sniff_csv(content)
    assert profile is not None
    return list(read_csv(io.BytesIO(content), profile=profile))


def test_a_savings_bank_export_is_recognised_and_read() -> None:
    events = _read(SPARKASSE.encode("cp1252"))

    first, second = lines_in(events)
    assert head_in(events).account_iban == "DE75512108001245126199"
    assert (first.amount, first.booking_date, first.value_date) == (123_456, date(2026, 11, 2), date(2026, 11, 3))
    assert (first.counterparty_name, first.end_to_end_id) == ("Jörg Groß", "E2E-1")
    assert (second.amount, second.status, second.mandate_id) == (-5000, LineStatus.PENDING, "M-1")


def test_an_export_with_lines_above_its_titles_is_recognised() -> None:
    events = _read(DKB)

    (line,) = lines_in(events)
    assert head_in(events).account_iban == "DE75512108001245126199"
    assert (line.amount, line.remittance, line.counterparty_iban) == (65_000, "Miete", "DE02120300000000202051")


def test_separate_columns_for_debit_and_credit_are_read() -> None:
    lines = lines_in(_read(SWISS))

    assert [(line.amount, line.currency) for line in lines] == [(125_050, "CHF"), (-2_000, "CHF")]


def test_unknown_titles_give_no_profile() -> None:
    assert sniff_csv(b"a;b;c\n1;2;3\n") is None


def test_a_text_of_several_pages_gives_no_profile() -> None:
    assert sniff_csv("Datum und Betrag\nfolgen, später\n".encode() * 500) is None


OWN = CsvProfile("own", amount=1, texts=(2,))


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("1.234,56", 123_456), ("-0,5", -50), ("12,00 S", -1200), ("12,00-", -1200), ("+7 EUR", 700), ("1234", 123_400)],
)
def test_amounts_in_german_style_are_exact(amount: str, cents: int) -> None:
    (line,) = lines_in(_read(f"d;b;t\n02.11.2026;{amount};x\n", OWN))

    assert line.amount == cents


@pytest.mark.parametrize("amount", ["1,234.56", "12,345", "", "abc", "1.23.4,5", "1,2,3"])
def test_amounts_that_could_mean_two_things_are_refused(amount: str) -> None:
    with pytest.raises(UnreadableValue, match="line 2"):
        _read(f"d;b;t\n02.11.2026;{amount};x\n", OWN)


def test_a_short_line_is_refused_with_its_number() -> None:
    with pytest.raises(NoSuchColumn, match="Line 3"):
        _read("d;b;t\n02.11.2026;1,00;x\n03.11.2026;2,00\n", OWN)


def test_an_empty_export_is_refused() -> None:
    with pytest.raises(EmptyCsv):
        _read("d;b;t\n", OWN)


def test_a_wrong_date_is_refused() -> None:
    with pytest.raises(UnreadableValue, match="line 2"):
        _read("d;b;t\n31.02.2026;1,00;x\n", OWN)
