"""The supplier's number of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed

_NO = r"(?:nummer|num(?:mer|éro|ero)?\.?|number|nr\.?|no\.?|n[°º]\.?|#|id)"
_PAPER = (
    r"(?:rechnungs?|rg|re|beleg|bon|quittungs?|kassenbon|invoice|receipt|bill|facture|fattura|gutschrifts?|avoir"
    r"|credit\s+note|dokument(?:en)?|document|ticket|handelsrechnung|mietrechnung|stornorechnung|rechnungskorrektur)"
)
_TOKEN = r"(?P<number>(?=[A-Za-z/_.-]*\d)[A-Za-z0-9](?:[A-Za-z0-9./_-]{0,34}[A-Za-z0-9])?)"  # noqa: S105  # a stretch of text
_LABELLED = (
    (re.compile(rf"\b{_PAPER}[\s.-]*{_NO}(?![a-z])[\s:.#]*{_TOKEN}", re.IGNORECASE), 90),
    (re.compile(rf"\b\w*(?:rechnung|gutschrift|invoice|korrektur)\b[^\d]{{0,50}}(?:\(\d+\))\s*{_NO}[\s:.#]*{_TOKEN}", re.IGNORECASE), 90),
    (re.compile(rf"\b(?:\w*rechnung|gutschrift|quittung|invoice|facture|avoir|beleg)\s*(?:{_NO})?[\s:.#]*{_TOKEN}", re.IGNORECASE), 75),
    (re.compile(rf"\b(?:rechnung|invoice|facture)\b\D{{0,40}}\b{_NO}[\s:.#]*{_TOKEN}", re.IGNORECASE), 70),
)  # fmt: skip
_HEADER = re.compile(rf"\b{_PAPER}[\s.-]*{_NO}(?![a-z])", re.IGNORECASE)
_IS_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|20\d{2}-\d{2}-\d{2}")
_OTHER = re.compile(
    r"(?:kunden|auftrags?|bestell|liefer(?:schein)?|steuer|ust|vertrags?|customer|order|tax|client|original|bezug|liée|ursprung\w*|lfd\.?|terminal|trace)\W*$",
    re.IGNORECASE,
)
_LENGTH_MIN = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    row: int
    start: int
    points: int


def number_in(rows: Sequence[Row], *, origin: Origin) -> Proposed[str] | None:
    """Propose the document number: behind a label of its own, or below it in a column."""
    candidates = [*_behind(rows), *_below(rows)]
    if not candidates:
        return None
    best = max(candidates, key=lambda one: (one.points, -one.row))
    row = rows[best.row]
    return Proposed(
        best.text, origin, row.page, row.place_between(best.start, best.start + len(best.text)), best.points
    )


def _behind(rows: Sequence[Row]) -> Iterator[_Candidate]:
    for index, row in enumerate(rows):
        for pattern, points in _LABELLED:
            for found in pattern.finditer(row.text):
                number = found["number"]
                if _OTHER.search(row.text[: found.start()]) or not is_likely(number):
                    continue
                yield _Candidate(number, index, found.start("number"), points)


def _below(rows: Sequence[Row]) -> Iterator[_Candidate]:
    for index, row in enumerate(rows):
        for found in _HEADER.finditer(row.text):
            if _OTHER.search(row.text[: found.start()]):
                continue
            place = row.box_between(*found.span())
            for below in range(index + 1, min(index + 3, len(rows))):
                under = rows[below]
                if under.page != row.page or under.box.top - place.bottom > 3 * place.height:
                    break
                for word, start in zip(under.words, under.starts, strict=True):
                    if word.box.left < place.right and word.box.right > place.left and is_likely(word.text):
                        yield _Candidate(word.text.strip(".,:;"), below, start, 72)


def is_likely(text: str) -> bool:
    """Tell whether a word can be a document number: figures in it, no day, no amount."""
    bare = text.strip(".,:;")
    return (
        len(bare) >= _LENGTH_MIN
        and any(sign.isdigit() for sign in bare)
        and not _IS_DAY.fullmatch(bare)
        and not re.fullmatch(r"\d+[.,]\d{2}", bare)
        and re.fullmatch(r"[A-Za-z0-9./_-]+", bare) is not None
    )
