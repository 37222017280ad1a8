"""International bank account numbers (ISO 13616)."""

from __future__ import annotations

import re

from kontor.core.refusal import Refusal, gettext_noop

_SHAPE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_LENGTHS = {
    "DE": 22,
    "AT": 20,
    "CH": 21,
    "LI": 21,
    "FR": 27,
    "IT": 27,
    "NL": 18,
    "BE": 16,
    "LU": 20,
    "ES": 24,
    "PL": 28,
}


class WrongIban(Refusal):
    """The check digits or the length do not fit."""

    sentence = gettext_noop(
        "The IBAN %(iban)s cannot be right: its check digits do not fit. Please compare it with the letter."
    )


def compact_iban(text: str) -> str:
    """Return the IBAN without blanks, in capitals.

    Raises:
        WrongIban: wrong shape, length or check digits (mod 97).
    """
    iban = re.sub(r"\s", "", text).upper()
    if not is_iban(iban):
        raise WrongIban(iban=text.strip())
    return iban


def is_iban(compact: str) -> bool:
    """Tell whether a compact text is an IBAN with right length and check digits."""
    if not _SHAPE.fullmatch(compact) or _LENGTHS.get(compact[:2], len(compact)) != len(compact):
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def is_qr_iban(compact: str) -> bool:
    """Tell whether a Swiss IBAN demands a QR reference (institution 30000 to 31999)."""
    return compact[:2] in {"CH", "LI"} and compact[4:9].isdigit() and 30000 <= int(compact[4:9]) <= 31999


def format_iban(compact: str) -> str:
    """Return the IBAN in groups of four, as it is printed."""
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
