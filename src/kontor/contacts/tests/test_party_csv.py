"""Reading contacts from CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.contacts.formats import party_csv
from kontor.contacts.formats.party_csv import MissingColumn, NumberTwice, TooManyRows, UnreadableFile, read_parties
from kontor.core.refusal import Refusal


def test_heads_in_any_order_and_language_are_understood() -> None:
    read = read_parties(b"E-Mail,Kreditorennummer,Firma,Land\na@b.de,70001,Druckhaus,at\n")

    row = read.rows[0]
    assert (row.facts.name, row.facts.email, row.facts.address.country) == ("Druckhaus", "a@b.de", "AT")
    assert row.numbers == (("creditor", "70001"),)
    assert read.bad == ()


def test_every_bad_row_is_named_by_its_line() -> None:
    read = read_parties(b'Name;Debitor;IBAN\nA;1;\n"B\nb";1;\nC;2;DE00\n;3;\n\nD;4;\n')

    assert [(bad.line, type(bad.refusal).__name__) for bad in read.bad] == [
        (4, "NumberTwice"),
        (5, "WrongIban"),
        (6, "NameMissing"),
    ]
    assert isinstance(read.bad[0].refusal, NumberTwice)
    assert [row.facts.name for row in read.rows] == ["A", "D"]


def test_our_own_guard_against_formulas_is_taken_back() -> None:
    assert read_parties(b"Name\n'=Summe\n'quoted'\n").rows[0].facts.name == "=Summe"
    assert read_parties(b"Name\n'quoted'\n").rows[0].facts.name == "'quoted'"


def test_what_is_no_table_is_refused() -> None:
    for content in (b"", b"\n", b"\x00PDF"):
        with pytest.raises(UnreadableFile):
            read_parties(content)
    with pytest.raises(MissingColumn):
        read_parties(b"Ort;PLZ\nA;1\n")


def test_more_rows_than_one_import_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(party_csv, "ROWS_MAX", 2)
    with pytest.raises(TooManyRows):
        read_parties(b"Name\nA\nB\nC\n")


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: b"Name;IBAN;Debitor\n" + text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    try:
        names = [row.facts.name for row in read_parties(content).rows]
    except Refusal as refusal:
        names = [str(refusal)]

    assert all(name.strip() for name in names)
