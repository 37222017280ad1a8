"""Amounts of money in the text of a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kontor.documents.rules.reading.rows import Row

_AMOUNT = re.compile(
    r"(?<![\w.,'’/%-])(?:(?P<minus>[-–−])\s?)?(?:(?P<sign>CHF|EUR|USD|GBP|Fr\.|[€$£])\s?(?P<minus_behind>[-–−])?)?"
    r"(?P<whole>\d{1,3}(?:['’´`]\d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.)|\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?=[.,]\d{2}(?!\d))|\d{1,9})"
    r"(?:\s?[.,]\s?(?P<cents>\d{2})(?!\d)|[.,](?:--?|—|–|-))"
    r"(?!\s?%|[.,:/]\d|\s?Uhr|\s?h\b|\.\d|\w*@)"
    r"(?:(?P<after>\s?[-–−])(?!\s?\d))?"
)  # fmt: skip
_CURRENCIES = {
    "€": "EUR", "EUR": "EUR", "EURO": "EUR", "CHF": "CHF", "FR.": "CHF", "SFR": "CHF", "SFR.": "CHF", "STUTZ": "CHF",
    "$": "USD", "USD": "USD", "US$": "USD", "£": "GBP", "GBP": "GBP",
}  # fmt: skip
_CURRENCY = re.compile(r"(?<![A-Za-z])(€|EURO?|CHF|Fr\.(?=\s?\d)|SFr\.?|US\$|USD|\$|£|GBP)(?![A-Za-z])", re.IGNORECASE)
_EURO_AS_FIGURE = re.compile(r"(?<![\d.,])(\d{1,6},\d{2})[0468](?![\d.,])")
_POINT_DECIMALS = re.compile(r"(?<![\d.,])\d{1,6}\.\d{2}(?![\d.,])")
_CLOCK = re.compile(r"\b(?:uhr|öffnungszeiten|geöffnet|mo\.?\s?[-–]\s?fr|[-–]\s?fr\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units with the row and the stretch of its text where it stands."""

    minor: int
    row: int
    start: int
    end: int


def amounts_of(rows: Sequence[Row], *, is_seen: bool = False) -> list[Amount]:
    """Return the amounts with two decimals (or “12.–”) of all rows, in reading order; signs are kept.

    `is_seen` says that the text was read from a picture, where “119,00€” often becomes “119,008”.
    """
    mends = is_seen and not any(_POINT_DECIMALS.search(row.text) for row in rows)
    texts = [_EURO_AS_FIGURE.sub(r"\1€", row.text) if mends else row.text for row in rows]
    return [amount for index, text in enumerate(texts) for amount in _amounts_in(text, index)]


def _amounts_in(text: str, row: int) -> Iterator[Amount]:
    if _CLOCK.search(text):
        return
    for found in _AMOUNT.finditer(text):
        whole = re.sub(r"\D", "", found["whole"])
        minor = int(whole) * 100 + int(found["cents"] or 0)
        is_negative = bool(found["minus"] or found["minus_behind"]) or found["after"] is not None
        yield Amount(-minor if is_negative else minor, row, found.start(), found.end())


def currency_in(text: str) -> str:
    """Return the code of the first currency that a text names, an empty text for none."""
    return next(iter(currencies_in(text)), "")


def currencies_in(text: str) -> list[str]:
    """Return the code of every mention of a currency."""
    if _CLOCK.search(text):
        return []  # “Mo.-Fr. 8.30 Uhr” is no price in francs
    return [_CURRENCIES[found.upper()] for found in _CURRENCY.findall(text)]
