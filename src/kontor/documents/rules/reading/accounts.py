"""IBANs in the text of a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kontor.core.iban import is_iban
from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed

_SHAPE = re.compile(r"(?<![A-Z0-9])([A-Z]{2} ?[0-9OQDILSBZG]{2}(?: ?[A-Z0-9]){11,32})", re.IGNORECASE)
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
_DIGITS_ONLY = frozenset({"DE", "AT", "BE", "ES", "PL", "CH", "LI"})
_LOOKALIKES = str.maketrans("OQDILSBZG", "000115826")
_PAYERS = re.compile(
    r"lastschrift|abgebucht|abbuch|eingezogen|einzug|ihre[mnrs]?\s+konto|mandat|direct debit", re.IGNORECASE
)


def iban_in(rows: Sequence[Row], *, origin: Origin) -> Proposed[str] | None:
    """Propose the IBAN to pay to: right by its check digits, not the one that is debited."""
    found = list(_ibans(rows, origin))
    theirs = [proposed for proposed, is_payers in found if not is_payers]
    return theirs[0] if theirs else None


def _ibans(rows: Sequence[Row], origin: Origin) -> Iterator[tuple[Proposed[str], bool]]:
    for index, row in enumerate(rows):
        around = " ".join(other.text for other in rows[max(0, index - 1) : index + 1])
        for shape in _SHAPE.finditer(row.text):
            compact = _checked(re.sub(r"\s", "", shape[1]).upper(), mends=origin == "ocr")
            if compact:
                box = row.place_between(shape.start(), min(shape.end(), shape.start() + 34))
                yield Proposed(compact, origin, row.page, box, 97), bool(_PAYERS.search(around))


def _checked(text: str, *, mends: bool) -> str:
    """Return the IBAN at the start of a text, letters put right where only figures can be; empty if none fits."""
    country = text[:2]
    for length in [_LENGTHS[country]] if country in _LENGTHS else range(len(text), 14, -1):
        candidate = text[:length]
        if is_iban(candidate):
            return candidate
        if mends and country in _DIGITS_ONLY:
            mended = country + candidate[2:].translate(_LOOKALIKES)
            if is_iban(mended):
                return mended
    return ""
