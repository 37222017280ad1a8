"""Structured payment references: the Swiss QR reference and the ISO creditor reference."""

from __future__ import annotations

import re

from kontor.banking.rules.statements import ReferenceType

_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
_SPACED_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d(?:[ ]?\d){26}(?![0-9])")
_SPACED_RF = re.compile(r"(?<![0-9A-Za-z])RF[ ]?\d{2}(?:[ ]?[A-Za-z0-9]){1,21}", re.IGNORECASE)


def qrr_check_digit(base: str) -> str:
    """Return the check digit of up to 26 digits (modulo 10, recursive; Swiss IG QR-bill, annex B)."""
    carry = 0
    for digit in base:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def qrr(base: str) -> str:
    """Return the 27-digit QR reference of up to 26 digits, filled with zeros from the left.

    Raises:
        ValueError: not digits, or too many.
    """
    if not (base.isascii() and base.isdigit() and len(base) <= 26):
        raise ValueError(base)
    filled = base.zfill(26)
    return filled + qrr_check_digit(filled)


def is_qrr(text: str) -> bool:
    """Tell whether a compact text is a QR reference; all zeros is none."""
    return (
        len(text) == 27
        and text.isascii()
        and text.isdigit()
        and text.strip("0") != ""
        and qrr_check_digit(text[:26]) == text[26]
    )


def scor(base: str) -> str:
    """Return the creditor reference "RF…" of up to 21 letters and digits (ISO 11649).

    Raises:
        ValueError: another sign, or too many.
    """
    capital = base.upper()
    if not re.fullmatch(r"[A-Z0-9]{1,21}", capital):
        raise ValueError(base)
    return f"RF{98 - _mod_97(capital + 'RF00'):02d}{capital}"


def is_scor(text: str) -> bool:
    """Tell whether a compact text in capitals is an ISO 11649 creditor reference."""
    return re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", text) is not None and _mod_97(text[4:] + text[:4]) == 1


def compact_reference(text: str) -> str:
    """Return a reference without blanks and in capitals, as it is compared."""
    return "".join(text.split()).upper()


def type_of(reference: str, *, named: str | None) -> ReferenceType:
    """Return the type of a compact structured reference: what it is by its check digits, else what the bank calls it.

    Old Swiss ISR references have the check digits of a QR reference; only the bank's word tells them apart.
    """
    word = (named or "").upper()
    if "ISR" in word or "ESR" in word:
        return ReferenceType.ISR
    if is_qrr(reference):
        return ReferenceType.QRR
    if is_scor(reference) or word == "SCOR":
        return ReferenceType.SCOR
    return ReferenceType.QRR if word == "QRR" else ReferenceType.OTHER


def find_references(text: str) -> tuple[tuple[ReferenceType, str], ...]:
    """Return every valid QR and creditor reference in free text, compact, in order, none twice.

    Blanks within a reference are allowed, since people type it as it is printed. A creditor reference has no
    fixed length: the longest reading with right check digits counts.
    """
    found: list[tuple[int, ReferenceType, str]] = []
    for match in _SPACED_DIGITS.finditer(text):
        compact = compact_reference(match[0])
        if is_qrr(compact):
            found.append((match.start(), ReferenceType.QRR, compact))
    for match in _SPACED_RF.finditer(text):
        valid = _longest_scor(match[0])
        if valid:
            found.append((match.start(), ReferenceType.SCOR, valid))
    ordered = dict.fromkeys((kind, reference) for _, kind, reference in sorted(found))
    return tuple(ordered)


def _longest_scor(spaced: str) -> str | None:
    # A word may follow the reference ("RF18 5390 0754 7034 Danke"), so whole words are dropped from the end.
    words = spaced.split()
    while words:
        compact = "".join(words).upper()
        if is_scor(compact):
            return compact
        words.pop()
    return None


def _mod_97(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text)) % 97
