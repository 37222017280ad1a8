"""How names, purposes and references are written for a bank."""

from __future__ import annotations

import re
import unicodedata

NAME_MAX, REMITTANCE_MAX, ID_MAX = 70, 140, 35
_GERMAN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "&": "+",
        "@": "(at)",
        "_": "-",
        "€": "EUR",
    }
)
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
RF_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
QR_REFERENCE = re.compile(r"\d{27}")


def sepa_text(text: str, *, length: int) -> str:
    """Return `text` in the SEPA character set: umlauts as ae, oe, ue, ss, accents dropped, cut to `length`.

    No leading or double slash (EPC 217-08). Names keep their letters, so that the bank's check of the payee finds them.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_GERMAN))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"/{2,}", "/", _NOT_SEPA.sub(" ", plain)).lstrip("/ ")
    return " ".join(plain.split())[:length].rstrip("/ ")


def is_structured(reference: str) -> bool:
    """Tell whether a reference is an RF creditor reference or a Swiss QR reference."""
    compact = reference.replace(" ", "").upper()
    return bool(RF_REFERENCE.fullmatch(compact) or QR_REFERENCE.fullmatch(compact))
