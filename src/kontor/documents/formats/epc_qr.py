"""The payload of an EPC code for a credit transfer, “GiroCode” (EPC069-12 v2.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kontor.core.iban import is_iban

_LINES_MIN = 7
_AMOUNT = re.compile(r"EUR(\d{1,9}(?:\.\d{1,2})?)")


@dataclass(frozen=True, slots=True)
class EpcTransfer:
    """What the code says; amount in cents, None where the payer chooses it."""

    name: str
    iban: str
    amount: int | None
    reference: str
    text: str


def parse_epc(payload: str) -> EpcTransfer | None:
    """Return what an EPC code says; None where the text is none or its IBAN cannot be right."""
    lines = [line.strip() for line in payload.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if len(lines) < _LINES_MIN or lines[0] != "BCD" or lines[1] not in {"001", "002"} or lines[3] != "SCT":
        return None
    lines += [""] * (12 - len(lines))
    iban = lines[6].replace(" ", "").upper()
    amount = _AMOUNT.fullmatch(lines[7])
    if not is_iban(iban) or (lines[7] and amount is None):
        return None
    cents = int(Decimal(amount[1]).scaleb(2)) if amount else 0
    return EpcTransfer(lines[5], iban, cents or None, lines[9].replace(" ", ""), lines[10])
