"""MT940 and MT942 as banks really write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontor.banking.formats.mt940 import reader
from kontor.banking.formats.unreadable import MissingValue, NotMt940, UnreadableValue
from kontor.banking.rules.remittance import squash
from kontor.banking.rules.statements import Kind, LineStatus
from kontor.banking.tests.samples import foot_in, head_in, lines_in, mt940
from kontor.core.refusal import Refusal

GERMAN = (
    "166?00GUTSCHR. UEBERWEISUNG?109310?20EREF+E2E-4711 KREF+NONREF SV?21WZ+Rechnung RE-2026-00017 v?22om 02.11."
    "?30COBADEFFXXX?31DE02120300000000202051?32Erika Mus\nter?33mann"
)


def _file(*bookings: str, opening: str = "C261102EUR1000,00", closing: str = "C261102EUR1119,50") -> str:
    return (
        ":20:STARTUMS\r\n:25:12030000/0000202051\r\n:28C:00044/001\r\n"
        f":60F:{opening}\r\n" + "".join(bookings) + f":62F:{closing}\r\n-\r\n"
    )


CREDIT = f":61:2611021102CR119,50NTRFNONREF//BANK-77\n:86:{GERMAN}\n"


def test_a_german_booking_is_taken_apart() -> None:
    events = mt940(_file(CREDIT))

    (line,) = lines_in(events)
    assert (line.amount, line.currency, line.booking_date) == (11950, "EUR", date(2026, 11, 2))
    assert (line.counterparty_name, line.counterparty_iban) == ("Erika Mustermann", "DE02120300000000202051")
    assert (line.end_to_end_id, line.instruction_id) == ("E2E-4711", None)
    assert line.remittance == "Rechnung RE-2026-00017 vom 02.11."
    assert (line.gvc, line.booking_text, line.bank_reference) == ("166", "GUTSCHR. UEBERWEISUNG", "BANK-77")
    assert foot_in(events).problems == ()


def test_head_names_account_number_and_page() -> None:
    head = head_in(mt940(_file(CREDIT)))

    assert (head.format, head.kind, head.account_other) == ("MT940", Kind.BOOKED, "12030000/0000202051")
    assert (head.number, head.page, head.currency) == ("00044", 1, "EUR")
    assert head.opening is not None
    assert head.opening.amount == 100_000


@pytest.mark.parametrize(
    ("mark", "amount", "is_reversal"), [("C", 500, False), ("D", -500, False), ("RC", -500, True), ("RD", 500, True)]
)
def test_a_taken_back_credit_is_a_debit(mark: str, amount: int, *, is_reversal: bool) -> None:
    (line,) = lines_in(mt940(_file(f":61:261102{mark}R5,00NTRFNONREF\n")))

    assert (line.amount, line.is_reversal) == (amount, is_reversal)


def test_a_missing_closing_cent_is_named() -> None:
    foot = foot_in(mt940(_file(CREDIT, closing="C261102EUR1119,51")))

    assert "1119.50" in str(foot.problems[0])


def test_30_february_is_the_last_day_of_february() -> None:
    (line,) = lines_in(mt940(_file(":61:2602300301DR6,00N024NONREF\n")))

    assert (line.value_date, line.booking_date) == (date(2026, 2, 28), date(2026, 3, 1))


def test_a_booking_around_new_year_gets_the_near_year() -> None:
    (line,) = lines_in(mt940(_file(":61:2701021231D6,00N024NONREF\n")))

    assert (line.value_date, line.booking_date) == (date(2027, 1, 2), date(2026, 12, 31))


def test_dutch_words_between_slashes_are_taken_apart() -> None:
    details = (
        "/TRTP/SEPA OVERBOEKING/IBAN/NL56AGDH9619008421/BIC/INGBNL2A/NAME/J. de V\nries/REMI/Factuur 2026-17/EREF/E2E-9"
    )

    (line,) = lines_in(mt940(_file(f":61:261102C9,NTRFEREF\n:86:{details}\n")))

    assert (line.counterparty_name, line.counterparty_iban) == ("J. de Vries", "NL56AGDH9619008421")
    assert (line.remittance, line.end_to_end_id, line.entry_reference) == ("Factuur 2026-17", "E2E-9", None)


def test_currency_behind_the_account_counts() -> None:
    head = head_in(mt940(":20:X\n:25:51210600/9223382012CHF\n"))

    assert (head.account_other, head.currency) == ("51210600/9223382012", "CHF")


def test_an_iban_as_account_is_known_as_such() -> None:
    assert head_in(mt940(_file().replace("12030000/0000202051", "DE02120300000000202051"))).account_iban == (
        "DE02120300000000202051"
    )


def test_umlauts_come_through_in_both_encodings() -> None:
    text = _file(CREDIT.replace("Erika", "Jörg"))

    assert lines_in(mt940(text.encode("utf-8"))) == lines_in(mt940(text.encode("cp1252")))
    assert lines_in(mt940(text.encode("cp1252")))[0].counterparty_name == "Jörg Mustermann"


@pytest.mark.parametrize("sign", ["€", "–", "ü", "\xa0"])
def test_every_sign_of_windows_1252_is_read(sign: str) -> None:
    text = _file(CREDIT.replace("Rechnung", f"10{sign}Rechnung ü")).encode("cp1252")

    assert lines_in(mt940(text))[0].remittance_lines[1] == f"WZ+10{sign}Rechnung ü RE-2026-00017 v"


@given(st.text(st.sampled_from(" \t\n\x1c\x85\xa0\u2003abü")))
def test_every_run_of_white_space_becomes_one_blank(text: str) -> None:
    assert squash(text) == " ".join(text.split())


def test_a_line_break_inside_field_61_is_forgiven() -> None:
    (line,) = lines_in(mt940(_file(":61:2611021102CR\n30,00N062NONREF\n:86:166?00GUTSCHRIFT?20SVWZ+Test\n")))

    assert (line.amount, line.remittance) == (3000, "Test")


def test_a_returned_debit_tells_why() -> None:
    (line,) = lines_in(mt940(_file(":61:261102D15,00NRTINONREF\n:86:109?00RETOURE?20SVWZ+Konto aufgeloest?34902\n")))

    assert (line.gvc, line.return_reason) == ("109", "AC04")


def test_mt942_lines_are_pending() -> None:
    events = mt940(":20:X\n:25:12030000/1\n:28C:1/1\n:34F:EURD0,00\n:13D:2611021730+0100\n:61:261102C5,00NTRFNONREF\n")

    assert head_in(events).format == "MT942"
    assert [line.status for line in lines_in(events)] == [LineStatus.PENDING]


def test_two_statements_in_one_file_are_two() -> None:
    text = _file(CREDIT) + _file(CREDIT, opening="C261102EUR0,00", closing="C261102EUR119,50")

    events = mt940(text)

    assert len(events) == 6
    assert [line.amount for line in lines_in(events)] == [11950, 11950]


@pytest.mark.parametrize("size", [20, 1 << 16])
def test_the_last_field_counts_without_a_line_end_behind_it(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_BLOCK", size)

    events = mt940(_file(CREDIT).removesuffix("\r\n-\r\n"))

    assert lines_in(events)[0].counterparty_name == "Erika Mustermann"
    closing = foot_in(events).closing
    assert closing is not None
    assert closing.amount == 111_950


def test_a_line_break_in_front_of_the_first_sub_field_is_forgiven() -> None:
    (line,) = lines_in(mt940(_file(":61:2611021102C119,50NTRFNONREF\n:86:166\n?00GUTSCHRIFT?20Danke?60schön\n")))

    assert (line.gvc, line.booking_text, line.remittance) == ("166", "GUTSCHRIFT", "Danke schön")


def test_an_amount_of_fifteen_digits_before_the_comma_is_read_whole() -> None:
    (line,) = lines_in(mt940(_file(":61:2611021102C123456789012345,67NTRFNONREF\nmore\n:86:Gebühr\n")))

    assert (line.amount, line.entry_reference, line.additional_info) == (12345678901234567, None, "more")


def test_nothing_behind_the_slashes_is_no_reference() -> None:
    (line,) = lines_in(mt940(_file(CREDIT.replace("BANK-77", ""))))

    assert (line.servicer_reference, line.bank_reference) == (None, None)


def test_text_without_fields_is_refused() -> None:
    with pytest.raises(NotMt940):
        mt940("1\n2\n3\n")


def test_a_booking_that_cannot_be_understood_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableValue, match="line 8"):
        mt940(_file(CREDIT, ":61:nonsense\n"))


def test_a_statement_without_account_is_refused() -> None:
    with pytest.raises(MissingValue, match=":25:"):
        mt940(_file(CREDIT).replace(":25:12030000/0000202051\r\n", ""))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_happens_to_an_mt940_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(_file(CREDIT, CREDIT).encode("cp1252"))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        junk = data.draw(
            st.sampled_from([b"\n", b":61:", b"?20", b"\xff", b"\0", b"-\n", b"9" * 20, b"{", b":62F:", b",", b"/"])
        )
        content[at : at + data.draw(st.integers(0, 5))] = junk
    try:
        mt940(bytes(content))
    except Refusal as refusal:
        said = str(refusal)
    else:
        said = "read"
    assert said
