"""Value added tax by rate, proved by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from kontor.core.money import half_up
from kontor.documents.rules.reading.amounts import Amount
from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed, ReadVat

# Rates of Germany, Austria, Switzerland (with those before 2024) and of what crosses the border.
RATES = frozenset(
    Decimal(rate)
    for rate in [
        "0",
        "2.5",
        "2.6",
        "3.7",
        "3.8",
        "5",
        "5.5",
        "7",
        "7.7",
        "8.1",
        "10",
        "13",
        "16",
        "19",
        "20",
        "21",
        "22",
        "25",
    ]
)
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_BARE_RATE = re.compile(r"(?<![\d.,/-])(\d{1,2}(?:[.,]\d)?)(?![\d%.,/-])")
_TAX = re.compile(r"mwst|ust|umsatzsteuer|mehrwertsteuer|\btva\b|\biva\b|\bvat\b|\btax\b|\bsteuer", re.IGNORECASE)
_CENTS_OFF = 1


def vat_in(
    rows: Sequence[Row], amounts: Sequence[Amount], *, total: int | None, origin: Origin
) -> tuple[Proposed[ReadVat], ...]:
    """Propose the tax at each rate where net, tax and gross of a row prove each other, or the total proves the tax."""
    by_rate: dict[Decimal, Proposed[ReadVat]] = {}
    for index, row in enumerate(rows):
        figures = [abs(amount.minor) for amount in amounts if amount.row == index]
        for rate in _rates_in(row.text):
            share = _proved(rate, figures) or _proved_by_total(rate, figures, total, is_tax=bool(_TAX.search(row.text)))
            if share is not None and rate not in by_rate:
                confidence = 90 if share.net is not None else 60
                by_rate[rate] = Proposed(share, origin, row.page, row.place, confidence)
    return tuple(by_rate[rate] for rate in sorted(by_rate, reverse=True))


def _rates_in(text: str) -> list[Decimal]:
    pattern = _RATE if "%" in text or not _TAX.search(text) else _BARE_RATE
    rates = [_plain(Decimal(found.replace(",", "."))) for found in pattern.findall(text)]
    return [rate for rate in dict.fromkeys(rates) if rate in RATES]


def _plain(rate: Decimal) -> Decimal:
    return rate.quantize(Decimal(1)) if rate == rate.to_integral() else rate.normalize()


def _proved(rate: Decimal, figures: Sequence[int]) -> ReadVat | None:
    if rate == 0 or len(figures) < 2:
        return None
    for first, vat in permutations(figures, 2):
        if not 0 < vat < first:
            continue
        if abs(half_up(first * rate / 100) - vat) <= _CENTS_OFF:
            return ReadVat(rate, first, vat)
    for gross, vat in permutations(figures, 2):
        if 0 < vat < gross and abs(half_up(gross * rate / (100 + rate)) - vat) <= _CENTS_OFF:
            return ReadVat(rate, gross - vat, vat)
    return None


def _proved_by_total(rate: Decimal, figures: Sequence[int], total: int | None, *, is_tax: bool) -> ReadVat | None:
    if total is None or not is_tax or not figures:
        return None
    if rate == 0:
        return None
    expected = half_up(total * rate / (100 + rate))
    for figure in figures:
        if abs(figure - expected) <= _CENTS_OFF:
            return ReadVat(rate, total - figure, figure)
    return None
