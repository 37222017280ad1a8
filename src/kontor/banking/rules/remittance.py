"""Remittance text: put broken lines together, split off the keys that German and Dutch banks mix in."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SEPA_KEYS = frozenset(
    ("EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BREF", "RREF", "PURP")
)
_GVC = re.compile(r"(?:[A-Z0-9]{3,4}\+)?(\d{3})(?:\+.*)?")
_RETURN_CODE = re.compile(
    r"\b(AC0[14]|AC06|AC13|AG0[12]|AM0[45]|BE0[45]|FF0[15]|MD0[1267]|MS0[23]|RC01|RR0[1-4]|SL01)\b"
)
RETURN_GVCS = frozenset({"108", "109", "159", "184"})
# Text key supplements of the German banking industry for returned SEPA payments (DFÜ-Abkommen, Anlage 3).
RETURN_SUPPLEMENTS = {"901": "AC01", "902": "AC04", "903": "AC06", "914": "MS03"}
# Nothing was quoted, whatever word the bank puts there; EREF and KREF only point to field 86.
NO_REFERENCE = frozenset(
    {
        "",
        "NOTPROVIDED",
        "NOT PROVIDED",
        "NONREF",
        "NOREF",
        "NOTAVAILABLE",
        "NICHT ANGEGEBEN",
        "EREF",
        "EREF+",
        "KREF",
        "KREF+",
    }
)


def reference_or_none(text: str | None) -> str | None:
    """Return a reference, None where the bank only filled the place (NOTPROVIDED, NONREF)."""
    if not text:
        return None
    stripped = text.strip()
    # The first letter spares most references the comparison.
    if stripped[:1] in "NnEeKk" and stripped.upper() in NO_REFERENCE:
        return None
    return stripped


def squash(text: str) -> str:
    """Return `text` with each run of white space as one blank, none at the ends."""
    # Of all white space only the blank is printable: most texts need no taking apart.
    return text.strip() if "  " not in text and text.isprintable() else " ".join(text.split())


def join_broken(lines: Iterable[str], *, width: int) -> str:
    """Join lines that a bank broke at `width` characters: a full line runs on, a shorter one ended a word."""
    return squash("".join([line if len(line) >= width else line + " " for line in lines]))


def split_keys(text: str) -> dict[str, str]:
    """Return the parts of "EREF+… MREF+… SVWZ+…" by key; text before the first key is under "".

    A key that comes twice keeps its first filled value.
    """
    parts: dict[str, str] = {}
    key = value = ""
    *pieces, last = text.split("+")
    for piece in pieces:
        # No word boundary is asked for: banks break the text at any column and drop the blank before a key.
        found = piece[-4:]
        if found not in _SEPA_KEYS:
            found = "BIC" if found.endswith("BIC") else ""
        if not found:
            value += piece + "+"
            continue
        value = (value + piece[: -len(found)]).strip()
        if (key or value) and not parts.get(key):
            parts[key] = value
        key, value = found, ""
    value = (value + last).strip()
    if (key or value) and not parts.get(key):
        parts[key] = value
    return parts


def gvc_of(proprietary: str | None) -> str | None:
    """Return the German three-digit transaction code of "NTRF+166+00931" or "166", None if there is none."""
    if not proprietary:
        return None
    found = _GVC.fullmatch(proprietary)
    return found[1] if found else None


def return_reason_of(gvc: str | None, *, supplement: str | None, text: str) -> str | None:
    """Return why a payment came back (ISO code, else the bank's supplement), None if it is no return."""
    if gvc not in RETURN_GVCS:
        return None
    named = _RETURN_CODE.search(text)
    if named:
        return named[1]
    return RETURN_SUPPLEMENTS.get(supplement or "", supplement)
