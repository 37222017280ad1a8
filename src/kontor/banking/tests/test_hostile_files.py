"""Files that were cut, bent or built to harm: a refusal or a statement, never anything else, in little time and memory."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

import pytest

from kontor.banking.formats import archive, detect
from kontor.banking.formats.csvsniff import arrange_csv, guess_csv
from kontor.banking.formats.detect import csv_start, open_statements
from kontor.banking.rules.statements import StatementFoot, StatementLine
from kontor.banking.tests.samples import a_detail, a_statement, an_entry
from kontor.banking.tests.test_csv_profiles import DKB, SPARKASSE, SWISS
from kontor.core.refusal import Refusal

CAMT = a_statement(
    "".join(an_entry(reference=f"R{n}", details=a_detail()) for n in range(12)), closing="1200.00"
).encode()
MT940 = (
    ":20:STARTUMS\r\n:25:12030000/0000202051\r\n:28C:00001/001\r\n:60F:C260101EUR1000,00\r\n"
    + "".join(
        f":61:2601020102CR{n},00NTRFNONREF//{n:016d}\r\n:86:166?00SEPA-UEBERWEISUNG?10931?20EREF+E{n} SVWZ+Rechnung RE-\r\n"
        f"2026-{n:05d}?21vom 03.02.2026?30MARKDEF1100?31DE02120300000000202051?32Jörg Groß\r\n"
        for n in range(1, 12)
    )
    + ":62F:C260102EUR1066,00\r\n-\r\n"
).encode("cp1252")
CSVS = (SPARKASSE.encode("cp1252"), DKB.encode(), SWISS.encode("utf-16"))
FILES = {"camt": CAMT, "mt940": MT940, "sparkasse": CSVS[0], "dkb": CSVS[1], "swiss": CSVS[2]}
SECONDS_MAX = 2.0
ROUNDS = 40


def outcome(content: bytes) -> str:
    """Read a file to its end; "read", or the name of the refusal. Anything else flies."""
    try:
        read(io.BytesIO(content))
    except Refusal as refusal:
        return type(refusal).__name__ if len(str(refusal)) > 20 else ""
    return "read"


def read(stream: BinaryIO) -> None:
    """Read all statements of a file."""
    for source in open_statements(stream, name="x"):
        for event in source.events:
            assert isinstance(event, StatementLine | StatementFoot) or event.format


def _cut(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content))]


def _flip(dice: random.Random, content: bytes) -> bytes:
    bent = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def _stuff(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content))
    return (
        content[:at] + dice.choice([b"9", b"A", b"\0", b'"', b"<", b"\xff", b"?2", b"\n:86:"]) * 40_000 + content[at:]
    )


def _swap(dice: random.Random, content: bytes) -> bytes:
    left, right = sorted(dice.sample(range(len(content)), 2))
    return content[right:] + content[left:right] + content[:left]


def _repeat(dice: random.Random, content: bytes) -> bytes:
    left = dice.randrange(len(content))
    piece = content[left : left + dice.randint(1, 200)]
    return content[:left] + piece * dice.randint(2, 300) + content[left:]


def _encode(dice: random.Random, content: bytes) -> bytes:
    return content.decode("latin-1").encode(
        dice.choice(["utf-16-le", "utf-16-be", "cp037", "utf-32"]), errors="replace"
    )


@pytest.mark.parametrize("bend", [_cut, _flip, _stuff, _swap, _repeat, _encode])
@pytest.mark.parametrize("name", FILES)
def test_a_bent_file_gives_a_statement_or_a_sentence(name: str, bend: Callable[[random.Random, bytes], bytes]) -> None:
    dice = random.Random(f"{name}{bend.__name__}")
    began = time.process_time()
    slowest = 0.0

    for _ in range(ROUNDS if bend is not _stuff else 12):
        content = bend(dice, FILES[name])
        before = time.process_time()
        assert outcome(content)
        slowest = max(slowest, time.process_time() - before)

    assert slowest < SECONDS_MAX, f"{slowest:.1f} s of {time.process_time() - began:.1f} s"


@pytest.mark.parametrize("name", ["sparkasse", "dkb", "swiss"])
def test_a_bent_table_can_always_be_looked_at(name: str) -> None:
    dice = random.Random(name)

    for _ in range(60):
        content = _flip(dice, FILES[name])
        guess_csv(content)
        for delimiter in ";,\t|":
            arranged = arrange_csv(content, delimiter=delimiter, encoding="cp1252", title_line=dice.randrange(9))
            assert arranged.delimiter == delimiter


@pytest.mark.parametrize(
    "content",
    [
        b"Datum;Betrag;Verwendungszweck\n" + b"x" * 6_000_000,
        b"Datum;Betrag;Verwendungszweck\n02.11.2026;1,00;" + b"x" * 6_000_000,
        b'Datum;Betrag;Verwendungszweck\n02.11.2026;1,00;"' + b"x\n" * 2_000_000,
        b":20:X\n:25:1\n:86:" + b"x" * 6_000_000,
        CAMT.replace(b"Rechnung 4711", b"x" * 6_000_000, 1),
        CAMT.replace(b"<Stmt>", b"<Stmt>" + b"<a>" * 500_000, 1),
        CAMT.replace(b"<Stmt>", b"<Stmt " + b"a" * 6_000_000, 1),
    ],
    ids=["long-line", "long-cell", "open-quote", "long-field", "long-text", "deep", "long-tag"],
)
def test_a_huge_field_neither_fills_the_memory_nor_takes_long(content: bytes) -> None:
    stream = io.BytesIO(content)
    tracemalloc.start()
    began = time.process_time()

    with pytest.raises(Refusal):
        read(stream)

    seconds, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000
    assert seconds < SECONDS_MAX


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        '<!DOCTYPE a [<!ATTLIST Document x CDATA "y">]>',
    ],
)
def test_entities_and_document_types_are_never_followed(declaration: str) -> None:
    assert outcome(a_statement(an_entry(), start=declaration).encode()) == "ForbiddenXml"


def _packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return target.getvalue()


def test_archives_built_to_harm_are_refused() -> None:
    assert outcome(_packed({"bomb.xml": b"<Document>" + b" " * 8_000_000})) == "TooDense"
    assert outcome(_packed({"inner.zip": _packed({"a.xml": CAMT})})) == "NestedArchive"
    assert outcome(_packed({"../a.xml": CAMT})) == "PathOutside"
    assert outcome(_packed({f"{n}.xml": b"x" for n in range(1_001)})) == "TooManyMembers"
    assert outcome(_packed({"a.xml": CAMT})) == "read"


def test_an_archive_is_not_unpacked_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_BYTES_MAX", 200_000)
    dice = random.Random(1)

    assert (
        outcome(_packed({f"{n}.csv": SPARKASSE.encode() + dice.randbytes(40_000).hex().encode() for n in range(4)}))
        == "TooLargeUnpacked"
    )


def test_a_file_beyond_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "TOTAL_BYTES_MAX", len(CAMT) - 1)

    assert outcome(CAMT) == "TooLargeFile"


def test_a_bent_archive_gives_a_statement_or_a_sentence() -> None:
    dice = random.Random(7)
    packed = _packed({"a.xml": CAMT, "b.sta": MT940, "c.csv": CSVS[0]})

    for bend in (_cut, _flip, _repeat):
        for _ in range(60):
            bent = bend(dice, packed)
            assert outcome(bent)
            with suppress(Refusal):
                csv_start(io.BytesIO(bent), name="x")
