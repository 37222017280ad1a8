"""Sorting names as a German office does."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_NEITHER = re.compile(r"[\W_]+")


def sort_name(name: str) -> str:
    """Return the key under which a name is sorted and found: `Müller & Söhne` is `muller sohne` (DIN 5007-1)."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(_LETTERS)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NEITHER.sub(" ", letters).strip()
