"""Read MT940 and MT942 field by field while the file streams by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from typing import BinaryIO

from kontor.banking.formats.mt940.statement import Statement
from kontor.banking.formats.mt940.usual import JOINT
from kontor.banking.formats.unreadable import NotMt940, TooLarge
from kontor.banking.rules.statements import StatementEvent

_BLOCK = 1 << 18
_FIELD_MAX = 1 << 20
_READY = 500
_OWN_SIGNS = ("\0", "\x1d")
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
    statement = Statement()
    for tag, content, line in _fields(stream):
        if tag != "61" or not statement.take_usual(content, line):
            _take_single(statement, tag, content, line)
        if len(statement.ready) > _READY:
            yield from statement.fetch()
    statement.end()
    if not statement.count:
        raise NotMt940
    yield from statement.fetch()


def _take_single(statement: Statement, tag: str, content: str, line: int) -> None:
    """Give a field and those joined to it to the statement one by one."""
    for text in content.split(JOINT):
        statement.take(tag, text.rstrip(), line)
        tag, line = "86", line + text.count("\n") + 1


def _fields(stream: BinaryIO) -> Iterator[tuple[str, str, int]]:
    """Yield tag, content and first line number of each field; fields 86 are joined to the one before them."""
    rest, line = "", 0
    for block in _texts(stream):
        if rest and "\n:" not in block:
            rest += block
            if len(rest) > _FIELD_MAX:
                raise TooLarge(line=line) if line else NotMt940
            continue
        records = JOINT.join((rest + block if rest else "\n" + block).split("\n:86:")).split("\n:")
        rest = ""
        tag = content = ""
        for record in records:
            found, colon, text = record.partition(":")
            if not colon or found not in _TAGS:
                # A text broken before the minutes of a time (":26:37"), or what stands before the first field.
                content += record if record is records[0] else f"\n:{record}"
                continue
            if tag:
                yield tag, _clean(content) if "\n-" in content else content.rstrip(), line
            line += content.count("\n") + 1
            tag, content = found, text
        rest = f"\n:{tag}:{content}" if tag else content
        line -= 1
    records = rest.replace("\n:86:", JOINT).split(":", 2)
    if rest.startswith("\n:") and records[1] in _TAGS:
        yield records[1], _clean(records[2]), line + 1


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
