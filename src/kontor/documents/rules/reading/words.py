"""Labels as receipts print them, found although a letter was read wrongly."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS_MIN = 6

# Words that decide what a figure is; a word one letter off is taken for them.
VOCABULARY = frozenset(
    [
        "gesamtbetrag",
        "rechnungsbetrag",
        "gesamtsumme",
        "endbetrag",
        "endsumme",
        "bruttobetrag",
        "bruttosumme",
        "zahlbetrag",
        "rechnungssumme",
        "rechnungstotal",
        "gesamtpreis",
        "kaufbetrag",
        "zwischensumme",
        "zwischentotal",
        "nettobetrag",
        "nettosumme",
        "positionssumme",
        "gesamtnetto",
        "rechnungsdatum",
        "belegdatum",
        "ausstellungsdatum",
        "lieferdatum",
        "leistungsdatum",
        "rechnungsnummer",
        "belegnummer",
        "rechnung",
        "invoice",
        "quittung",
        "mehrwertsteuer",
        "umsatzsteuer",
        "rückgeld",
        "wechselgeld",
        "gegeben",
        "subtotal",
        "gesamt",
        "brutto",
        "netto",
        "betrag",
        "zahlbar",
        "fällig",
        "fälligkeit",
        "kundennummer",
        "bestellnummer",
        "steuernummer",
    ]
)
_WORD = re.compile(r"[a-zäöüß]+")


def folded(text: str) -> str:
    """Return a text in small letters, dashes and blanks made one, misread label words mended."""
    small = re.sub(r"[‐‑–—−]", "-", text.casefold().replace("ß", "ss"))
    return _WORD.sub(lambda found: nearest(found[0]), re.sub(r"\s+", " ", small))


@lru_cache(maxsize=4096)
def nearest(word: str) -> str:
    """Return the label word that differs by one letter at most, else the word itself."""
    if len(word) < _LETTERS_MIN or word in VOCABULARY:
        return word
    return next((known for known in VOCABULARY if abs(len(known) - len(word)) <= 1 and _is_near(known, word)), word)


def _is_near(known: str, word: str) -> bool:
    """Tell whether one letter changed, lost or added makes one word the other."""
    if len(known) < _LETTERS_MIN:
        return False
    shared = 0
    while shared < min(len(known), len(word)) and known[shared] == word[shared]:
        shared += 1
    rest_known, rest_word = known[shared:], word[shared:]
    return rest_known[1:] == rest_word[1:] or rest_known[1:] == rest_word or rest_known == rest_word[1:]
