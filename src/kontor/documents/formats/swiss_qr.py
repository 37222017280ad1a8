"""The payload of a Swiss QR-bill (SIX Implementation Guidelines 2.2 and 2.3, versions 0200 to 0230)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from kontor.core.iban import is_iban
from kontor.core.money import TooManyDecimals, minor_units

_LINES_MIN = 31
_AMOUNT = re.compile(r"\d{1,9}(?:\.\d{1,2})?")
_BILLING_TAG = re.compile(r"(?<!\\)/(\d{2})/")


@dataclass(frozen=True, slots=True)
class SwissBill:
    """What the code of a QR-bill says; amount in minor units, None where the payer chooses it.

    The billing information (Swico S1) gives number, day, UID and net days where the biller wrote it.
    """

    iban: str
    creditor: str
    amount: int | None
    currency: str
    debtor: str
    reference_type: str
    reference: str
    message: str
    number: str = ""
    on: date | None = None
    vat: tuple[tuple[Decimal, int | None], ...] = ()


def parse_swiss_bill(payload: str) -> SwissBill | None:
    """Return what a QR-bill says; None where the text is none, or one that no bank would take."""
    lines = [line.strip() for line in payload.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if len(lines) < _LINES_MIN or lines[0] != "SPC" or not re.fullmatch(r"02\d\d", lines[1]) or lines[2] != "1":
        return None
    iban, currency = lines[3].replace(" ", "").upper(), lines[19]
    if not is_iban(iban) or iban[:2] not in {"CH", "LI"} or currency not in {"CHF", "EUR"} or lines[30] != "EPD":
        return None
    amount, is_sound = _amount(lines[18], currency)
    if not is_sound:
        return None
    billing = _billing(lines[31] if len(lines) > 31 else "")
    return SwissBill(
        iban, lines[5], amount, currency, lines[21], lines[27], lines[28].replace(" ", ""), lines[29],
        billing.get("10", ""), _day(billing.get("11", "")), _vat(billing.get("32", "")),
    )  # fmt: skip


def _amount(text: str, currency: str) -> tuple[int | None, bool]:
    if not text:
        return None, True
    if not _AMOUNT.fullmatch(text):
        return None, False
    try:
        return minor_units(Decimal(text), currency) or None, True
    except (InvalidOperation, TooManyDecimals):
        return None, False


def _billing(text: str) -> dict[str, str]:
    """Split “//S1/10/10201409/11/190512/…” at its tags; a backslash keeps a slash inside a value."""
    if not text.startswith("//S1"):
        return {}
    parts = _BILLING_TAG.split(text[4:])
    return {
        tag: value.replace("\\/", "/").replace("\\\\", "\\")
        for tag, value in zip(parts[1::2], parts[2::2], strict=True)
    }


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{6}", text):
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _vat(text: str) -> tuple[tuple[Decimal, int | None], ...]:
    """Read “8.1:1234.50;2.6:20” as rate and net; a single rate stands for the whole bill."""
    shares: list[tuple[Decimal, int | None]] = []
    for part in text.split(";"):
        rate, _, net = part.partition(":")
        if not re.fullmatch(r"\d{1,2}(?:\.\d{1,2})?", rate) or (net and not _AMOUNT.fullmatch(net)):
            return ()
        shares.append((Decimal(rate), int(Decimal(net).scaleb(2)) if net else None))
    return tuple(shares)
