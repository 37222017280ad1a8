"""The remittance information of a camt transaction, free and structured."""

from __future__ import annotations

from typing import NamedTuple

from kontor.banking.formats.camt.fields import Pairs
from kontor.banking.rules.references import compact_reference, type_of
from kontor.banking.rules.remittance import join_broken, reference_or_none, split_keys
from kontor.banking.rules.statements import ReferenceType

# ISO 20022 allows 140 characters per Ustrd; a longer text runs on in the next one.
_WIDTH = 140
_REFERENCE = "Strd/CdtrRefInf/"
_DOCUMENT_NUMBERS = frozenset({"Strd/RfrdDocInf/Nb", "Strd/RfrdDocInf/RfrdDocNb"})


class Remittance(NamedTuple):
    """What the payer wrote; the last four come from keys like EREF+ that banks put into the text."""

    text: str
    lines: tuple[str, ...]
    reference: str | None
    reference_type: ReferenceType | None
    end_to_end: str | None
    mandate: str | None
    creditor_id: str | None
    ultimate: str | None


def remittance_of(pairs: Pairs) -> Remittance:
    """Return the remittance from (path below RmtInf, text) in document order.

    Invoice numbers in structured form join the text, so that whoever searches the text finds them. Swiss
    processing marks ("?REJECT?0") do not.
    """
    if len(pairs) == 1 and pairs[0][0] == "Ustrd" and "+" not in pairs[0][1]:
        line = pairs[0][1]
        return Remittance(" ".join(line.split()), (line,), None, None, None, None, None, None)
    lines = tuple(text for path, text in pairs if text and _is_text(path, text))
    text = join_broken(lines, width=_WIDTH)
    reference, kind = _structured(pairs)
    keys = split_keys(text) if "+" in text else {}
    if len(keys) > 1 or (keys and "" not in keys):
        text = " ".join(part for part in (keys.get(""), keys.get("SVWZ")) if part)
    return Remittance(
        text,
        lines,
        reference,
        kind,
        reference_or_none(keys.get("EREF")),
        reference_or_none(keys.get("MREF")),
        reference_or_none(keys.get("CRED")),
        keys.get("ABWA") or keys.get("ABWE") or None,
    )


def _is_text(path: str, text: str) -> bool:
    if path == "Ustrd" or path in _DOCUMENT_NUMBERS:
        return True
    return path == "Strd/AddtlRmtInf" and not text.startswith(("?REJECT?", "?ERROR?"))


def _structured(pairs: Pairs) -> tuple[str | None, ReferenceType | None]:
    named: str | None = None
    for path, text in pairs:
        if not path.startswith(_REFERENCE):
            continue
        if path.startswith(_REFERENCE + "Tp/") and path.endswith(("/Cd", "/Prtry")):
            named = text
        elif path in {_REFERENCE + "Ref", _REFERENCE + "CdtrRef"} and text:
            compact = compact_reference(text)
            return compact, type_of(compact, named=named)
    return None, None
