"""Cut a text by its shape: what differs in its digits only is cut at the same places.

Payers and banks write in few shapes ("Rechnung RE-2026-000123 vom 12.03.2026"), so each is cut once and then known.
Texts with a `?` are cut one by one, since a bank's subfield (`?20`) tells itself by its digits.
"""

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

from kontor.matching.rules import text

LISTING = frozenset({"", "UND", "U", "AND", "ET", "PLUS"})
_SHAPES_MAX = 20_000
_PATTERN_PREFIXES_MAX = 40
_KEY_LENGTHS = range(4, 21)
_SHAPE = bytes.maketrans(ascii_lowercase.encode() + digits.encode(), ascii_uppercase.encode() + b"0" * len(digits))

type Span = tuple[int, int]


class Cut(NamedTuple):
    """Where digits stand together, with the letters directly before them and the document prefix these end in."""

    letters: str
    start: int
    prefix: str
    runs: tuple[Span, ...]


class Shape(NamedTuple):
    """The places of a text's number chunks, of its mixed words and of the digits of dates and amounts.

    `may_refer` tells whether there is anything as long as a structured reference.
    """

    cuts: tuple[Cut, ...]
    words: tuple[Span, ...]
    noise: tuple[Span, ...]
    may_refer: bool


class Plain(NamedTuple):
    """A text whose only digits are one number of a known range, and perhaps a date or a short strange number.

    The number has its range's `prefix` and its `runs` of digits between `start` and `end`. `dated` are day, month and
    year; `other` is the short number behind `letters`, if there are any.
    """

    prefix: str
    runs: tuple[Span, ...]
    start: int
    end: int
    dated: tuple[Span, Span, Span] | None
    letters: str
    other: Span


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes met so far, over document numbers with these prefixes; `lengths` are theirs, longest first.

    `pattern` is that of a plain text, none where the ranges do not allow one.
    """

    prefixes: frozenset[str]
    lengths: tuple[int, ...]
    pattern: re.Pattern[str] | None
    known: dict[bytes, Shape]
    plain: dict[bytes, Plain | None]

    def plain_of(self, said: str) -> Plain | None:
        """Return where the one number of a plain text stands, `None` if it is not plain."""
        if self.pattern is None:
            return None
        shape = said.encode("utf-8", "surrogatepass").translate(_SHAPE)
        try:
            return self.plain[shape]
        except KeyError:
            found = self._plain(shape, self.pattern)
            if len(self.plain) < _SHAPES_MAX:
                self.plain[shape] = found
            return found

    def shape_of(self, lettered: str) -> Shape:
        """Return the shape of a text in base letters (`text.base_letters`)."""
        if "?" in lettered:
            return self._cut(text.without_tags(lettered))
        shape = lettered.encode("utf-8", "surrogatepass").translate(_SHAPE)
        found = self.known.get(shape)
        if found is None:
            found = self._cut(text.without_tags(lettered))
            if len(self.known) < _SHAPES_MAX:
                self.known[shape] = found
        return found

    def prefix_in(self, letters: str) -> str:
        """Return the document prefix that `letters` are or end in, as in "RechnungRE2026"."""
        if letters in self.prefixes:
            return letters
        for length in self.lengths:
            if 1 < length < len(letters) and letters[-length:] in self.prefixes:
                return letters[-length:]
        return ""

    def _plain(self, shape: bytes, pattern: re.Pattern[str]) -> Plain | None:
        found = pattern.fullmatch(shape.decode()) if shape.isascii() else None
        if found is None:
            return None
        prefix, written, day, _, _, letters, other = found.groups()
        if other and (letters in LISTING or self.prefix_in(letters)):
            return None
        start, end = found.span(2)
        runs = tuple([(start + at, start + until) for at, until in text.digit_spans(written)])
        if len(prefix) + sum([until - at for at, until in runs]) not in _KEY_LENGTHS:
            return None
        dated = (found.span(3), found.span(4), found.span(5)) if day else None
        return Plain(prefix, runs, found.start(1), end, dated, letters or "", found.span(7))

    def _cut(self, folded: str) -> Shape:
        cuts = [
            Cut(
                chunk.prefix, chunk.prefix_start, self.prefix_in(chunk.prefix) if chunk.prefix else "",
                tuple([(start, end) for _, start, end in chunk.runs]),
            )
            for chunk in text.chunks(folded)
        ]  # fmt: skip
        words = tuple([(start, end) for _, start, end in text.joined_words(folded)])
        return Shape(tuple(cuts), words, text.noise_spans(folded), text.may_refer(folded))


def shapes_over(prefixes: set[str], *, has_mixed: bool) -> Shapes:
    """Return no shapes yet, for document numbers with these prefixes."""
    lengths = tuple(sorted({len(prefix) for prefix in prefixes}, reverse=True))
    return Shapes(frozenset(prefixes), lengths, _plain_pattern(prefixes, has_mixed=has_mixed), {}, {})


def _plain_pattern(prefixes: set[str], *, has_mixed: bool) -> re.Pattern[str] | None:
    """Return the pattern of the shape of a text whose only digits are one number, and perhaps a date or a short number.

    Mixed numbers are words joined by signs, so where there are any, only a blank ends the word before a number.
    """
    known = sorted(prefixes - {"RF"})
    if not known or len(known) > _PATTERN_PREFIXES_MAX or not prefixes.isdisjoint(("VOM", "OM")):
        return None
    before, gap = rf"(?:[^0-9?]*{r'[\s+]' if has_mixed else '[^A-Z0-9?]'})?", "[^A-Z0-9?]"
    number = rf"({'|'.join(known)}){gap}{{0,3}}([0-9]++(?:{gap}{{1,3}}[0-9]++){{0,3}}+)"
    dated = r"[^0-9?]*(?<![A-Z0-9?])VOM ([0-9]{2})\.([0-9]{2})\.([0-9]{4})[^0-9?]*"
    other = r"(?:[^0-9?]*[^A-Z0-9?])??([A-Z]++)[^A-Z0-9?+]{0,2}\s([0-9]{1,5}+)(?:\s[^0-9?]*)?"
    return re.compile(rf"{before}{number}(?:\s(?:{dated}|{other}|[^0-9?]*))?")
