"""Telling whether a document was handed in before."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_LEGAL = re.compile(r"\b(gmbh|mbh|ag|kg|ohg|ug|e\s?k|e\s?v|co|inc|ltd|sarl|sa|se|gbr)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What a document is told apart by; amounts in minor units, `files` are SHA-256 sums of its files."""

    id: int
    files: frozenset[str]
    supplier: str
    number: str
    gross: int | None
    currency: str
    day: date | None


def plain_supplier(name: str) -> str:
    """Return a supplier's name without case, accents, punctuation and legal form."""
    text = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _LEGAL.sub(" ", re.sub(r"[^\w\s]", " ", text))
    return " ".join(text.split())


def plain_number(number: str) -> str:
    """Return a document number without case, blanks and punctuation."""
    return re.sub(r"[\W_]", "", number.casefold())


def likeness(one: Print, other: Print) -> str:
    """Return why two documents look the same: "content", "number", "amount", or "" if they do not.

    `content`: a file in common. `number`: supplier, number and amount agree. `amount`: supplier, amount and day
    agree, and no number tells them apart.
    """
    if one.files & other.files:
        return "content"
    if one.gross is None or one.gross != other.gross or one.currency != other.currency:
        return ""
    if not one.supplier or plain_supplier(one.supplier) != plain_supplier(other.supplier):
        return ""
    numbers = {plain_number(one.number), plain_number(other.number)} - {""}
    if len(numbers) == 1 and one.number and other.number:
        return "number"
    return "amount" if one.day is not None and one.day == other.day and len(numbers) < 2 else ""
