"""Writing amounts and days as the organisation's region does (DE and AT `1.234,50 €`, CH `CHF 1’234.50`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kontor.core.money import decimals_of

NBSP = "\u00a0"
MINUS = "\u2212"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def format_amount(minor: int, *, currency: str = "EUR", region: str = "DE") -> str:
    """Return the figure only, with a real minus: `−1.234,50`, in Switzerland `−1’234.50`."""
    places = decimals_of(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    whole, cents = (digits[:-places], digits[-places:]) if places else (digits, "")
    group, mark = ("’", ".") if region == "CH" else (".", ",")
    grouped = f"{int(whole):,}".replace(",", group)
    return (MINUS if minor < 0 else "") + grouped + (mark + cents if cents else "")


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
    return f"{day:%d.%m.%Y}" if language.startswith("de") else f"{day.day} {day:%b %Y}"


def dot_decimal(minor: int, currency: str) -> str:
    """Return the amount for machines: `-1234.50`."""
    return str(Decimal(minor).scaleb(-decimals_of(currency)))
