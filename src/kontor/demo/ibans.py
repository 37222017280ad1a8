"""Account numbers for the story: right check digits, invented banks."""

from __future__ import annotations


def german_iban(bank_code: str, number: int) -> str:
    """Return the IBAN of an invented account."""
    bban = f"{bank_code}{number:010d}"
    check = 98 - int(bban + "131400") % 97
    return f"DE{check:02d}{bban}"
