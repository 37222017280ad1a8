"""Read MT940 and MT942 field by field while the file streams by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from itertools import accumulate, chain
from typing import BinaryIO

from kontor.banking.formats.mt940.statement import Statement
from kontor.banking.formats.mt940.usual import BOOKING, usual_bookings
from kontor.banking.formats.unreadable import NotMt940, TooLarge
from kontor.banking.rules.statements import StatementEvent

_BLOCK = 1 << 16
_FIELD_MAX = 1 << 20
_OWN_SIGNS = ("\0", "\x1d")
# Stands for the line feed and tag of a field 86 behind another field.
_JOINT = "\n\x1d"
# Where Windows-1252 differs from Latin-1, which is read five times as fast.
_WINDOWS_ONLY = range(0x80, 0xA0)
_TAGS = frozenset(
    {"20", "21", "25", "25P", "28", "28C", "13", "13D", "34F", "60", "60F", "60M", "61", "62", "62F", "62M"}
    | {"64", "65", "86", "90C", "90D", "NS"}
)
# A statement ends with a line of "-" or "-}"; ING writes "-XXX".
_TRAILER = re.compile(r"\n-(?:\}[^\n]*|XXX)?[ ]*(?:\n|\Z)")


def read_mt940(stream: BinaryIO) -> Iterator[StatementEvent]:
    """Yield head, lines and foot of each statement in the file, in file order.

    The text is read as UTF-8 as long as it is that, then as Windows-1252. Lines of an MT942 are all pending:
    it tells of the running day, and only the MT940 of that day says what was really booked.

    Raises:
        NotMt940: no field of such a statement in the file.
        UnreadableStatement: a field that cannot be understood, or no account; what was yielded before must
            then be dropped.
        UnknownCurrency: a currency of more than two decimals.
    """
    return chain.from_iterable(_events(stream))


def _events(stream: BinaryIO) -> Iterator[list[StatementEvent]]:
    statement = Statement()
    for text, above in _blocks(stream):
        _take(statement, text, above)
        yield statement.fetch()
    statement.end()
    if not statement.count:
        raise NotMt940
    yield statement.fetch()


def _blocks(stream: BinaryIO) -> Iterator[tuple[str, int]]:
    """Yield the text in pieces of whole fields with the number of lines above each; fields 86 stay with their booking."""
    rest, above = "\n", 0
    for read in _texts(stream):
        text = rest + read
        end = _last_field(text)
        if end > 0:
            yield text[:end], above
            above += text.count("\n", 0, end)
        elif len(text) > _FIELD_MAX:
            raise NotMt940 if end < 0 else TooLarge(line=above + text.count("\n"))
        rest = text[max(end, 0) :]
    yield rest, above


def _last_field(text: str) -> int:
    """Return where the last field other than 86 begins, -1 if there is none."""
    end = len(text)
    while (end := text.rfind("\n:", 0, end)) >= 0:
        tag, colon, _ = text[end + 2 : end + 6].partition(":")
        if colon and tag in _TAGS and tag != "86":
            break
    return end


def _take(statement: Statement, text: str, above: int) -> None:
    """Give the fields of a text to the statement: usual bookings many at once, all others one by one."""
    bookings = usual_bookings(text)
    # Where each booking ends in the text, and what stands before them all.
    ends = list(accumulate([len(piece) + len(BOOKING) for piece in text.split(BOOKING)], initial=-len(BOOKING)))[1:]
    start = at = 0
    while at < len(bookings):
        # Whatever stands here could not be taken with the others.
        behind = at + 1
        while behind < len(bookings) and not bookings[behind][0]:
            behind += 1
        for tag, content, line in _fields(text[start : ends[behind - 1]], above):
            _take_single(statement, tag, content, line)
        taken = statement.take_usual(bookings, behind) if behind < len(bookings) else 0
        at = behind + taken
        end = ends[at - 1]
        if taken and bookings[at - 1][-1]:
            # A field of the statement stands behind the last of them.
            at -= 1
            end = text.index("\n:", text.index("\n:86:", ends[at - 1]) + 1)
        above += text.count("\n", start, end)
        start = end


def _fields(text: str, above: int) -> Iterator[tuple[str, str, int]]:
    """Yield tag, content and line number of each field; fields 86 are joined to the one before them."""
    content, *records = text.replace("\n:86:", _JOINT).split("\n:")
    tag, line = "", above
    for record in records:
        found, colon, written = record.partition(":")
        if not colon or found not in _TAGS:
            # A text broken before the minutes of a time (":26:37"), or what stands before the first field.
            content += f"\n:{record}"
            continue
        if tag:
            yield tag, _clean(content), line
        line += content.count("\n") + 1
        tag, content = found, written
    if tag:
        yield tag, _clean(content), line


def _take_single(statement: Statement, tag: str, content: str, line: int) -> None:
    """Give a field and those joined to it to the statement one by one."""
    for text in content.split(_JOINT):
        statement.take(tag, text.rstrip(), line)
        tag, line = "86", line + text.count("\n") + 1


def _clean(content: str) -> str:
    if "\n-" in content:
        content = _TRAILER.split(content, maxsplit=1)[0]
    return content.rstrip()


def _texts(stream: BinaryIO) -> Iterator[str]:
    """Yield the text in blocks of whole lines, line ends as line feeds."""
    encoding = "utf-8"
    rest = b""
    while block := stream.read(_BLOCK):
        block = rest + block
        cut = block.rfind(b"\n") + 1
        if not cut and len(block) > _FIELD_MAX:
            raise NotMt940
        block, rest = block[:cut], block[cut:]
        text, encoding = _decoded(block, encoding)
        yield text
    yield _decoded(rest, encoding)[0]


def _decoded(block: bytes, encoding: str) -> tuple[str, str]:
    if encoding == "utf-8":
        try:
            return _plain(block.decode("utf-8-sig")), encoding
        except UnicodeDecodeError:
            pass
    for sign in _WINDOWS_ONLY:
        if sign in block:
            # Five bytes have no meaning in Windows-1252; they stay visible as the replacement character.
            return _plain(block.decode("cp1252", errors="replace")), "cp1252"
    return _plain(block.decode("latin-1")), "cp1252"


def _plain(text: str) -> str:
    """Return the text with line feeds as its line ends and without the signs that this reader uses itself."""
    text = IncrementalNewlineDecoder(None, translate=True).decode(text, final=True)
    for sign in _OWN_SIGNS:
        if sign in text:
            text = text.replace(sign, "")
    return text
