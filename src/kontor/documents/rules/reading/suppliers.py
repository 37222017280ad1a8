"""Who made the receipt, told by where names stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed

_LEGAL = re.compile(
    r"\b(?:g?GmbH|GMBH|mbH|AG|KG|KGaA|OHG|oHG|UG|e\.?\s?K\.?|e\.\s?V\.?|eG|GbR|Ltd|Limited|LLC|Inc|PLC|SE|S\.?A\.?R\.?L|SARL|Sàrl|S\.?A\.?|SAS|B\.?V|s\.?r\.?l|Stiftung|Genossenschaft|Verein)(?![\w])"
)
_PARTS = re.compile(r"\s+[|·•*–—-]\s+|\s*[|·•]\s*|,\s+|\s{3,}")
_NAME = re.compile(r"(?:[A-Za-zÄÖÜäöüßéèàçñ&.'’+-]|\d(?!\d{3}))")
_SELLER = re.compile(
    r"^(?:verkäufer|lieferant|rechnungssteller|seller|vendor|from|von|vendeur|fournisseur|aussteller)\b:?",
    re.IGNORECASE,
)
_BUYER = re.compile(
    r"^(?:käufer|kunde|leistungsempfänger|rechnungsempfänger|rechnung an|rechnungsadresse|lieferadresse|buyer|bill(?:ed)? to|ship to|sold to|adresse de livraison|an:|firma$)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:name|firma|company|kontoinhaber|empfänger|begünstigter)\s*:?\s*", re.IGNORECASE)
_LEGAL_ROW = re.compile(
    r"iban|ust-?id|uid|steuer-?n|geschäftsführ|handelsregister|hrb|siret|vat\s+(?:no|reg)|amtsgericht", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"\b(?:rechnung|invoice|facture|quittung|kassenbon|beleg|seite|page|datum|date|tel|telefon|fax|www|http|e-?mail|iban|bic|kundenbeleg|total|summe|betrag|eur|chf|herzlich|willkommen|danke|uid|ust|nummer|beispiel|stammkapital|bank)\b|@|\d{5,}",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:str(?:\.|asse|aße)|weg|platz|gasse|allee|rue|street|road|chemin)\b.*\d|^\W*(?:[A-Z]{1,2}[- ])?\d{4,5}\s+[A-ZÄÖÜ]",
    re.IGNORECASE,
)
_LENGTH_MAX = 70


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    row: Row
    points: int


def supplier_in(rows: Sequence[Row], *, origin: Origin) -> Proposed[str] | None:
    """Propose the name of who made the receipt; None where nothing looks like one."""
    first = [row for row in rows if row.page == 1]
    names = [*_named_seller(first), *_legal_names(first), *_letter_head(first)]
    if not names:
        return None
    best = max(names, key=lambda name: (name.points, -name.row.box.top))
    return Proposed(best.text, origin, 1, best.row.place, min(90, best.points))


def _named_seller(rows: Sequence[Row]) -> Iterator[_Name]:
    """Read the block under a label “Verkäufer” or the like."""
    for index, row in enumerate(rows):
        label = _SELLER.match(row.text)
        if label is None:
            continue
        rest = _clean(row.text[label.end() :])
        if rest and not _NO_NAME.search(rest):
            yield _Name(rest, row, 80)
        for below in rows[index + 1 : index + 6]:
            if _LABEL.match(below.text):
                name = _clean(_LABEL.sub("", below.text))
                if name:
                    yield _Name(name, below, 88)
                    break


def _legal_names(rows: Sequence[Row]) -> Iterator[_Name]:
    """Find names with a legal form: in the sender's line, the head and the foot, not in the address window."""
    in_buyer = False
    for index, row in enumerate(rows):
        if _BUYER.match(row.text):
            in_buyer = True
        elif _SELLER.match(row.text):
            in_buyer = False
        if in_buyer or not _LEGAL.search(row.text):
            continue
        for part in _PARTS.split(row.text):
            if _LEGAL.search(part) and not _NO_NAME.search(part) and len(part) <= _LENGTH_MAX and len(part.split()) > 1:
                yield _Name(_clean(part), row, _legal_points(row, rows, index))


def _legal_points(row: Row, rows: Sequence[Row], index: int) -> int:
    points = 55
    if len(_PARTS.split(row.text)) >= 3 or _LEGAL_ROW.search(row.text):
        points += 20  # the sender's line above the address, or the foot of a letter
    if row.box.top < 0.12 or row.box.top > 0.85:
        points += 12
    if (
        any(_STREET.search(below.text) for below in rows[index + 1 : index + 3])
        and 0.12 < row.box.top < 0.4
        and len(rows) > 25
    ):
        points -= 15  # a name over street and town in the upper part may be the addressee
    return points


def _letter_head(rows: Sequence[Row]) -> Iterator[_Name]:
    """Take the first rows of a till receipt, largest letters first."""
    for place, row in enumerate(rows[:4]):
        text = _clean(row.text)
        letters = sum(sign.isalpha() for sign in text)
        if letters >= 3 and letters >= len(text) * 0.6 and not _NO_NAME.search(text) and not _STREET.search(text):
            yield _Name(text, row, 50 - 4 * place + (6 if row.box.height > 1.3 * _usual_height(rows) else 0))


def _usual_height(rows: Sequence[Row]) -> float:
    heights = sorted(row.box.height for row in rows)
    return heights[len(heights) // 2]


def _clean(text: str) -> str:
    start = _NAME.search(text)
    return text[start.start() :].strip(" ,:;|-*_")[:_LENGTH_MAX] if start else ""
