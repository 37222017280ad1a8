"""Words with places become rows as the eye reads them: left to right, columns together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kontor.documents.rules.geometry import Box, enclosing

_OVERLAP_MIN = 0.5
_NARROW_GAP = 0.55  # of the height of the letters; a space is 0.25 to 0.35, columns stand further apart
_THOUSANDS_HEAD = re.compile(r"[-–−]?\d{1,3}(?:['’.]\d{3})*$")
_THOUSANDS_TAIL = re.compile(r"\d{3}(?:[.,]\d{2})?\D?$")
_CENTS_HEAD = re.compile(r"\d[.,]\d?$")
_CENTS_TAIL = re.compile(r"\d{1,2}(?:€|$)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and how sure its reading is (0 to 100).

    `box` is where it stands on the straightened page, as rows and columns need it; `place` where it is on the
    whole page as it was photographed, if that differs.
    """

    text: str
    box: Box
    confidence: int = 100
    place: Box | None = None

    @property
    def seen_at(self) -> Box:
        """Where it is on the whole page."""
        return self.place or self.box


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one page; `aspect` is its height divided by its width."""

    number: int
    words: tuple[Word, ...]
    aspect: float = 1.414


@dataclass(frozen=True)
class Row:
    """One line of a page."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        """Where the row stands on the straightened page."""
        return enclosing(word.box for word in self.words)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each word begins in the text."""
        starts, at = [], 0
        for word in self.words:
            starts.append(at)
            at += len(word.text) + 1
        return tuple(starts)

    def words_between(self, start: int, end: int) -> list[Word]:
        """Return the words that `text[start:end]` touches."""
        return [
            word
            for word, begin in zip(self.words, self.starts, strict=True)
            if begin < end and begin + len(word.text) > start
        ]

    @cached_property
    def place(self) -> Box:
        """The place of the row on the whole page."""
        return enclosing(word.seen_at for word in self.words)

    def box_between(self, start: int, end: int) -> Box:
        """Return where `text[start:end]` stands on the straightened page."""
        return enclosing(word.box for word in self.words_between(start, end) or self.words)

    def place_between(self, start: int, end: int) -> Box:
        """Return where `text[start:end]` is on the whole page."""
        return enclosing(word.seen_at for word in self.words_between(start, end) or self.words)


def rows_of(page: PageWords) -> list[Row]:
    """Return the rows of a page from top to bottom."""
    bands: list[list[Word]] = []
    for word in sorted(page.words, key=lambda word: word.box.middle):
        if not word.text.strip():
            continue
        band = next((band for band in reversed(bands[-6:]) if _is_level(word.box, band)), None)
        if band is None:
            bands.append([word])
        else:
            band.append(word)
    return [
        Row(page.number, tuple(_mended(sorted(band, key=lambda word: word.box.left), page.aspect))) for band in bands
    ]


def _is_level(box: Box, band: Sequence[Word]) -> bool:
    """Compare with the nearest word of the band, so that a slanting line stays one row."""
    near = min(band, key=lambda word: abs(word.box.left - box.left)).box
    shared = min(box.bottom, near.bottom) - max(box.top, near.top)
    return shared >= _OVERLAP_MIN * min(box.height, near.height) and near.height < 3 * box.height < 9 * near.height


def _mended(words: list[Word], aspect: float) -> Iterator[Word]:
    """Join what a thousands blank or a reader has torn apart: “1 234,50”, “470,1 5€”."""
    waiting: Word | None = None
    for word in words:
        if waiting is not None and _is_torn(waiting, word, aspect):
            joined = waiting.text + word.text
            waiting = replace(
                waiting, text=joined, box=enclosing((waiting.box, word.box)),
                confidence=min(waiting.confidence, word.confidence),
                place=enclosing((waiting.seen_at, word.seen_at)),
            )  # fmt: skip
            continue
        if waiting is not None:
            yield waiting
        waiting = word
    if waiting is not None:
        yield waiting


def _is_torn(left: Word, right: Word, aspect: float) -> bool:
    gap = right.box.left - left.box.right
    if gap > _NARROW_GAP * max(left.box.height, right.box.height) * aspect:
        return False
    if _THOUSANDS_HEAD.match(left.text):
        return _THOUSANDS_TAIL.match(right.text) is not None and any(sign in right.text for sign in ".,")
    return _CENTS_HEAD.search(left.text) is not None and _CENTS_TAIL.match(right.text) is not None


def text_of(rows: Sequence[Row]) -> str:
    """Return the text of rows, one per line."""
    return "\n".join(row.text for row in rows)
