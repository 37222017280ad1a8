"""Amounts and days as banks write them, read exactly or not at all."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from kontor.core.money import UnknownCurrency, decimals_of

_DECIMAL = re.compile(r"(\d{1,30})(?:[.,](\d{0,17}))?", re.ASCII)
_currency_decimals = lru_cache(maxsize=256)(decimals_of)


class NotAnAmount(ValueError):
    """The text is no amount that the currency can hold; the readers turn it into a refusal with its line."""


def unsigned_amount(text: str, *, currency: str) -> int:
    """Return "1234.5" or "1234,50" as minor units of `currency`.

    Decimals beyond the currency's are accepted when they are zero (camt writes up to five).

    Raises:
        NotAnAmount: not a plain number, or digits would be lost.
        UnknownCurrency: the currency is none that Kontor keeps.
    """
    decimals = _currency_decimals(currency)
    if decimals == 2 and text[-3:-2] in {".", ","}:
        digits = text[:-3] + text[-2:]
        if digits.isdigit() and digits.isascii() and len(digits) <= 18:
            return int(digits)
    found = _DECIMAL.fullmatch(text)
    if not found:
        raise NotAnAmount(text)
    whole, fraction = found[1], found[2] or ""
    if fraction[decimals:].strip("0") or len(whole.lstrip("0")) > 15:
        raise NotAnAmount(text)
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def amount_or_none(text: str | None, *, currency: str | None) -> int | None:
    """Return the amount of a side remark (original amount, sum of a batch), None where it cannot be kept."""
    if not text or not currency:
        return None
    try:
        return unsigned_amount(text, currency=currency)
    except (NotAnAmount, UnknownCurrency):
        return None


@lru_cache(maxsize=4096)
def iso_day(text: str) -> date:
    """Return the day of "2026-11-22", with or without a time or a zone behind it.

    The day is the one the bank wrote; it is not moved into another time zone.

    Raises:
        ValueError: no such day.
    """
    if len(text) < 10 or (len(text) > 10 and text[10] not in "T+-Z "):
        raise ValueError(text)
    return date.fromisoformat(text[:10])
