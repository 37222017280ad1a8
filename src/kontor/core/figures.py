"""Writing amounts and days as the organisation's region does (DE and AT `1.234,50 €`, CH `CHF 1’234.50`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kontor.core.money import decimals_of

NBSP = "\u00a0"
MINUS = "\u2212"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def format_amount(minor: int, *, currency: str = "EUR", region: str = "DE") -> str:
    """Return the figure only, with a real minus: `−1.234,50`, in Switzerland `−1’234.50`."""
    return amount_writer(currency, region)(minor)


@lru_cache(maxsize=512)
def amount_writer(currency: str, region: str) -> Callable[[int], str]:
    """Return what writes the figures of one currency: minor units as `−1.234,50`."""
    places = decimals_of(currency)
    group, mark = ("’", ".") if region == "CH" else (".", ",")

    def write(minor: int) -> str:
        digits = str(abs(minor)).rjust(places + 1, "0")
        whole, cents = (digits[:-places], mark + digits[-places:]) if places else (digits, "")
        if len(whole) > 3:
            whole = f"{int(whole):,}".replace(",", group)
        return f"{MINUS}{whole}{cents}" if minor < 0 else whole + cents

    return write


def format_money(minor: int, *, currency: str, region: str = "DE", plus: bool = False) -> str:
    """Return figure and unit: `1.234,50 €`, in Switzerland `CHF 1’234.50`; `plus` shows the sign of a gain."""
    figure = ("+" if plus and minor > 0 else "") + format_amount(minor, currency=currency, region=region)
    if region == "CH":
        return f"{currency}{NBSP}{figure}"
    return f"{figure}{NBSP}{_SIGNS.get(currency, currency)}"


def format_decimal(value: Decimal, *, region: str = "DE") -> str:
    """Return a rate or quantity with the region's decimal mark, without trailing zeros."""
    text = format(value.normalize(), "f").replace("-", MINUS)
    return text if region == "CH" else text.replace(".", ",")


def format_day(day: date, *, language: str = "de") -> str:
    """Return `03.11.2026`; in English `3 Nov 2026`."""
    if not language.startswith("de"):
        return f"{day.day} {day:%b %Y}"
    return f"{day.day:02d}.{day.month:02d}.{day.year}" if day.year > 999 else f"{day:%d.%m.%Y}"


def dot_decimal(minor: int, currency: str) -> str:
    """Return the amount for machines: `-1234.50`."""
    return str(Decimal(minor).scaleb(-decimals_of(currency)))
