"""Recognise bank files by their content, never by their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from kontor.banking.formats.archive import TOTAL_BYTES_MAX, is_zip, members
from kontor.banking.formats.camt.reader import read_camt
from kontor.banking.formats.csvfile import read_csv
from kontor.banking.formats.csvprofile import CsvProfile
from kontor.banking.formats.csvsniff import SAMPLE_BYTES, guess_csv, match_csv, sniff_csv
from kontor.banking.formats.mt940.reader import read_mt940
from kontor.banking.formats.unreadable import KnownOtherFile, TooLargeFile, UnknownColumns, UnknownFormat
from kontor.banking.rules.statements import StatementEvent

_SWIFT_FIELD = re.compile(rb"^:(?:20|25|28C?|60[FM]|61):", re.MULTILINE)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z]")
_XML_16 = re.compile(rb"(?:\xff\xfe<\x00|\xfe\xff\x00<)")
_OTHERS = (
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)


class StatementSource(NamedTuple):
    """One file: its name (within an archive: archive/member), its format, and its statements as they are read.

    `profile` is what a CSV file is read by.
    """

    name: str
    format: str
    events: Iterator[StatementEvent]
    profile: CsvProfile | None = None


def open_statements(stream: BinaryIO, *, name: str, profiles: Sequence[CsvProfile] = ()) -> Iterator[StatementSource]:
    """Yield one source per statement file: the file itself, or each file of a ZIP archive.

    `stream` must be seekable. The events of a source must be read before the next source is asked for.
    `format` is "camt", "MT940" or "CSV"; the head tells it exactly. `profiles` are those that the office saved;
    they come before the layouts that are known by themselves.

    Raises:
        UnknownColumns: a table whose columns somebody must explain first.
        UnreadableStatement: nothing that can be read, or an archive that must not be opened.
    """
    start = _start_of(stream)
    if not is_zip(start):
        yield _source(stream, start, name=name, profiles=profiles)
        return
    for member in members(stream, name=name):
        yield _source(member.stream, _start_of(member.stream), name=f"{name}/{member.name}", profiles=profiles)


def csv_start(stream: BinaryIO, *, name: str, profiles: Sequence[CsvProfile] = ()) -> bytes | None:
    """Return the start of the table whose columns are to be explained, None if there is none.

    In an archive it is the first table that is not known, else the first table.  Raises: UnsafeArchive.
    """
    start = _start_of(stream)
    if not is_zip(start):
        return start if guess_csv(start) else None
    found: bytes | None = None
    for member in members(stream, name=name):
        start = _start_of(member.stream)
        if guess_csv(start):
            if not (match_csv(start, profiles) or sniff_csv(start)):
                return start
            found = found or start
    return found


def _start_of(stream: BinaryIO) -> bytes:
    start = stream.read(SAMPLE_BYTES)
    stream.seek(0)
    return start


def _source(stream: BinaryIO, start: bytes, *, name: str, profiles: Sequence[CsvProfile]) -> StatementSource:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > TOTAL_BYTES_MAX:
        raise TooLargeFile(name=name, megabytes=TOTAL_BYTES_MAX // 1024 // 1024)
    kind = next((kind for sign, kind in _OTHERS if start.startswith(sign)), "HTML" if _HTML.match(start) else None)
    if kind is not None:
        raise KnownOtherFile(name=name, kind=kind)
    if _XML.match(start) or _XML_16.match(start):
        return StatementSource(name, "camt", read_camt(stream))
    if _SWIFT_FIELD.search(start):
        return StatementSource(name, "MT940", read_mt940(stream))
    profile = match_csv(start, profiles) or sniff_csv(start)
    if profile is not None:
        return StatementSource(name, "CSV", read_csv(stream, profile=profile), profile)
    if guess_csv(start) is not None:
        raise UnknownColumns(name=name)
    raise UnknownFormat(name=name)
