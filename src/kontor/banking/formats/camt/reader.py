"""Read camt.052, camt.053 and camt.054 while the file streams by.

Two readers work together. An XML parser (expat) sees the whole document and decides what is well-formed; it
also reads every entry whose mark-up has not been seen before. An entry of a known shape is taken by one
regular expression instead, and the parser is not shown it at all. That is safe because it happens only right behind an entry whose end
the parser has reported (or one taken the same way) with nothing but white space between: there the next tag is
really a tag, and not part of a comment or a CDATA section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kontor.banking.formats.camt.document import DETAILS_MAX, Document
from kontor.banking.formats.camt.fields import DetailFields, EntryFields, Pairs
from kontor.banking.formats.camt.lines import FieldFault, lines_of
from kontor.banking.formats.camt.shapes import detail_shapes, entry_shapes
from kontor.banking.rules.statements import StatementEvent

_BLOCK = 1 << 18
_ENTRY_MAX = 1 << 22
_TAIL = 100
# A private-use character that stands for "&amp;" while a shape is compared.
_PLACEHOLDER = "\ue000"
_FIRST_ENTRY = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)Ntry>")
_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii"}


def read_camt(stream: BinaryIO) -> Iterator[StatementEvent]:
    """Yield head, lines and foot of each statement in the file, in file order, holding one entry at a time.

    Raises:
        UnreadableStatement: broken, cut off, forbidden or foreign XML, or a field that cannot be understood;
            what was yielded before must then be dropped.
        UnknownCurrency: an amount in a currency of more than two decimals.
    """
    return _Reader(stream).events()


def _restored(field: str | Pairs | None) -> str | Pairs | None:
    if field is None:
        return None
    if isinstance(field, str):
        return field.replace(_PLACEHOLDER, "&")
    return tuple((path, text.replace(_PLACEHOLDER, "&")) for path, text in field)


class _Reader:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._document = Document()
        self._entries = entry_shapes()
        self._details = detail_shapes()
        self._is_behind_entry = False
        self._opening = self._closing = b""
        self._detail_opening = self._detail_closing = ""

    def events(self) -> Iterator[StatementEvent]:
        document = self._document
        rest = b""
        while block := self._stream.read(_BLOCK):
            rest = self._take(rest + block)
            if document.ready:
                ready, document.ready = document.ready, []
                yield from ready
        document.feed(rest)
        document.close()
        yield from document.ready

    def _take(self, buffer: bytes) -> bytes:
        """Read what is complete in `buffer` and return the rest."""
        if not self._opening and not self._find_prefix(buffer):
            return self._feed_but_tail(buffer, 0)
        opening, closing, document = self._opening, self._closing, self._document
        position = 0
        while True:
            start = buffer.find(opening, position)
            if start < 0:
                return self._feed_but_tail(buffer, position)
            body = start + len(opening)
            end = buffer.find(closing, body)
            if end < 0:
                return self._wait(buffer, position, start)
            gap = buffer[position:start]
            if self._is_behind_entry and not gap.strip(b" \t\r\n") and self._read_known(buffer[body:end], gap):
                position = end + len(closing)
                continue
            document.feed(gap)
            self._read_new(buffer[body:end])
            position = end + len(closing)

    def _wait(self, buffer: bytes, position: int, start: int) -> bytes:
        """Keep an entry whose end has not come yet; one larger than any other goes to the parser piece by piece."""
        if len(buffer) - start < _ENTRY_MAX:
            return buffer[position:]
        self._is_behind_entry = False
        self._document.feed(buffer[position:])
        return b""

    def _feed_but_tail(self, buffer: bytes, position: int) -> bytes:
        # A tag may be cut at the end of the block, so its possible beginning waits for the next one.
        if self._is_behind_entry and len(buffer) - position < _TAIL:
            return buffer[position:]
        self._is_behind_entry = False
        cut = buffer.rfind(b"<", max(position, len(buffer) - _TAIL))
        cut = len(buffer) if cut < 0 else cut
        self._document.feed(buffer[position:cut])
        return buffer[cut:]

    def _find_prefix(self, buffer: bytes) -> bool:
        found = _FIRST_ENTRY.search(buffer)
        if not found:
            return False
        prefix = found[1]
        self._opening, self._closing = found[0], b"</" + prefix + b"Ntry>"
        self._detail_opening = f"<{prefix.decode()}TxDtls>"
        self._detail_closing = f"</{prefix.decode()}TxDtls>"
        return True

    def _read_known(self, body: bytes, gap: bytes) -> bool:
        """Read the content of an entry by its shape; give False where the parser has to."""
        document = self._document
        codec = _ENCODINGS.get(document.encoding)
        if codec is None or document.setting is None:
            return False
        try:
            markup = body.decode(codec)
        except UnicodeDecodeError:
            return False
        found = self._by_shape(markup) if "&" not in markup else self._with_ampersands(markup)
        if found is None:
            return False
        entry, details = found
        document.skipped_lines += gap.count(b"\n")
        try:
            document.add(lines_of(entry, details, setting=document.setting))
        except FieldFault as fault:
            raise document.refusal(fault) from None
        document.skipped_lines += body.count(b"\n")
        return True

    def _by_shape(self, markup: str) -> tuple[EntryFields, list[DetailFields]] | None:
        parts = self._parts(markup)
        if parts is None:
            return None
        frame, contents = parts
        entry = self._entries.read(frame)
        if entry is None:
            return None
        details: list[DetailFields] = []
        for content in contents:
            detail = self._details.read(content)
            if detail is None:
                return None
            details.append(detail)
        return entry, details

    def _with_ampersands(self, markup: str) -> tuple[EntryFields, list[DetailFields]] | None:
        # Names like "Groß & Söhne" are common enough to be worth it; other entities go to the parser.
        if _PLACEHOLDER in markup:
            return None
        found = self._by_shape(markup.replace("&amp;", _PLACEHOLDER))
        if found is None:
            return None
        entry, details = found
        return EntryFields._make(map(_restored, entry)), [DetailFields._make(map(_restored, one)) for one in details]

    def _read_new(self, body: bytes) -> None:
        """Give an entry to the parser and remember its shape if it turns out to be exactly one whole entry."""
        document, done = self._document, self._document.entries_done
        opened_at = document.fed
        document.feed(self._opening + body)
        closed_at = document.fed
        document.feed(self._closing)
        self._is_behind_entry = document.entry_ended_at == closed_at
        is_whole = self._is_behind_entry and document.entry_began_at == opened_at and document.entries_done == done + 1
        codec = _ENCODINGS.get(document.encoding)
        if not is_whole or codec is None or b"&" in body or b"<!" in body or b"<?" in body:
            return
        parts = self._parts(body.decode(codec))
        if parts is None:
            return
        frame, contents = parts
        if self._entries.read(frame) is None:
            self._entries.learn(frame)
        for content in contents:
            if self._details.read(content) is None:
                self._details.learn(content)

    def _parts(self, markup: str) -> tuple[str, list[str]] | None:
        """Return the entry without its transactions, and the content of each, None if they are not in one row.

        All transactions are cut out together, so the number of them does not make a new shape.
        """
        opening, closing = self._detail_opening, self._detail_closing
        pieces = markup.split(opening)
        if len(pieces) == 1:
            return markup, []
        if len(pieces) > DETAILS_MAX:
            return None
        contents: list[str] = []
        behind = ""
        for piece in pieces[1:]:
            content, found, behind_next = piece.partition(closing)
            if not found or behind.strip(" \t\r\n") or closing in behind_next:
                return None
            contents.append(content)
            behind = behind_next
        return f"{pieces[0]}{opening}{closing}{behind}", contents
