"""The quick reading of usual bookings gives exactly the lines of the careful one."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.camt_files import write_mt940
from kontor.banking.formats.mt940 import reader, statement
from kontor.banking.formats.mt940.usual import BOOKING, Parts, usual_bookings, usual_lines
from kontor.banking.rules.statements import LineStatus
from kontor.banking.tests.samples import lines_in, mt940
from kontor.core.refusal import Refusal

_HEAD = ":20:STARTUMS\n:25:12030000/0000202051\n:28C:00044/001\n:60F:C261102EUR1000,00\n"
_FOOT = ":62F:C261102EUR1119,50\n-\n"
_USUAL = "2611021102CR119,50NTRFNONREF//BANK-77\n:86:166?00GUTSCHRIFT?10931?20SVWZ+Danke?30COBADEFFXXX?32Anna Bauer"


def _read(text: str) -> list[str] | str:
    """Return the events as text (the refusals among them have no equality), or why the file is refused."""
    try:
        return [repr(event) for event in mt940(text)]
    except Refusal as refusal:
        return str(refusal)


def _read_carefully(text: str) -> list[str] | str:
    with patch.object(statement, "usual_lines", lambda *_, **__: []):
        return _read(text)


def test_the_quick_reading_differs_in_nothing_from_the_careful_one(tmp_path: Path) -> None:
    path = tmp_path / "statement.sta"
    write_mt940(path, count=1_500)
    text = path.read_text(encoding="cp1252")
    quick: list[int] = []

    def counted(bookings: list[Parts], start: int, *, currency: str, status: LineStatus) -> object:
        lines = usual_lines(bookings, start, currency=currency, status=status)
        quick.append(len(lines))
        return lines

    with patch.object(statement, "usual_lines", counted):
        assert _read(text) == _read_carefully(text)
    assert sum(quick) == 1_500


_TEXTS = st.sampled_from(
    [
        *(
            "",
            " ",
            "Rechnung 4711",
            "A+B",
            "  zwei  Blanks ",
            "\xa0geschützt",
            "MS03 zurück ",
            "\t",
            "2" * 27,
            "x" * 30,
        ),
        *(
            "EREF+E2E-1 SVWZ+Re",
            "SVWZ+Danke",
            "EREF+NOTPROVIDED",
            "KREF+k",
            "MREF+M-1 ",
            "CRED+DE9",
            "PURP+SALA",
            "ABWA+T",
        ),
    ]
)
_CODES = [f"2{digit}" for digit in range(10)] + ["00", "10", "30", "31", "32", "33", "34", "60", "70"]
_IBANS = st.sampled_from(["DE02120300000000202051", "DE02120300000000202051", "DE02 1203 0000", "47110815", ""])
_VALUES = _TEXTS | st.sampled_from(["COBADEFFXXX", "901", "Ümit", "Anna"])
_ODD_61 = (
    st.sampled_from(["2611021102", "261102", "260230", "2699301102"]),
    st.sampled_from(["C", "D", "RC", "RD", "EC", "CR", "DR", "C\n"]),
    st.sampled_from(["119,50", "0,00", "5,", "1234567890123,00", "123456789012345,67", "1,5"]),
    st.sampled_from(["NTRF", "N026", "FMSC", ""]),
    st.sampled_from(["NONREF", "", "KREF+", "R-1 ", "R-1/2", "1234567890123456Anna", "NONREF "]),
    st.sampled_from(["//BANK-77"] * 3 + ["", "//", "//NONREF", "// N1 ", "//B?1", "\nEXTRA", "//B\nEXTRA"]),
)
_BREAKS = st.sampled_from(
    ["\n"] * 9 + ["\n-", "\n:", "\n-\n", "\n-}\n", "\n\n", "\n:26:37", "\n:6\n2F:", "\n:\n61:", " \n"]
)


@st.composite
def _details(draw: st.DrawFn) -> str:
    codes = draw(st.lists(st.sampled_from(_CODES), max_size=8))
    if draw(st.integers(0, 4)):
        codes = [code for code in sorted(set(codes)) if code < "60"]
    pieces = [f"?{code}{draw(_IBANS if code == '31' else _VALUES)}" for code in codes]
    text = draw(st.sampled_from(["166"] * 5 + ["109", "105", "16", ""])) + "".join(pieces)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(_BREAKS) + text[at:]
    return text + draw(st.sampled_from(["", "", "", " ", "\xa0", "\n"]))


@st.composite
def _booking(draw: st.DrawFn) -> str:
    if not draw(st.integers(0, 2)):
        pieces = [draw(piece) for piece in _ODD_61]
    else:
        day, mark = draw(st.sampled_from(["2611021102", "261102"])), draw(st.sampled_from(["CR", "D", "RCR", "RD"]))
        pieces = [
            day,
            mark,
            draw(st.sampled_from(["119,50", "0,00"])),
            "NTRF",
            *(draw(piece) for piece in _ODD_61[-2:]),
        ]
    behind = draw(st.sampled_from(["\n:86:"] * 9 + ["\n", "\n:NS:01x\n:86:", " \n:86:", "\n:86:x\n:86:"]))
    return BOOKING + "".join(pieces) + behind + (draw(_details()) if behind != "\n" else "")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_booking(), max_size=4), st.sampled_from([_FOOT, _FOOT.rstrip("-\n"), "-\n", "", ":64:C261102EUR1,00\n"])
)
def test_bookings_of_any_shape_are_read_alike_in_both_ways(bookings: list[str], foot: str) -> None:
    text = _HEAD + "".join(bookings)[1:] + ("\n" if bookings else "") + foot

    assert _read(text) == _read_carefully(text)


@pytest.mark.parametrize("size", [1, 7, 60, 200])
def test_where_the_file_is_cut_into_pieces_changes_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _HEAD + f":61:{_USUAL}\n" * 3 + ":61:2611021102C1,00NTRFNONREF\n" + _FOOT + _HEAD + f":61:{_USUAL}\n" + _FOOT
    whole = _read(text)
    monkeypatch.setattr(reader, "_BLOCK", size)

    assert _read(text) == whole
    assert len(lines_in(mt940(text))) == 5


@pytest.mark.parametrize("size", [1 << 16, 60])
def test_a_refusal_behind_usual_bookings_names_its_line(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_BLOCK", size)

    for text in (
        _HEAD + f":61:{_USUAL}\n" * 3,
        _HEAD + f":61:{_USUAL}\n:62F:C261102EUR1119,50\n:61:{_USUAL}\n:64:C261102EUR1,00\n",
    ):
        refused = _read(text + ":61:nonsense\n")
        assert isinstance(refused, str)
        assert f"line {text.count('\n') + 1}" in refused


def test_a_line_that_begins_with_a_dash_is_text() -> None:
    (_, parts) = usual_bookings(f"\n:61:{_USUAL.replace('Danke', 'RE\n-2026-17')}")

    assert "RE-2026-17" in parts[7]
