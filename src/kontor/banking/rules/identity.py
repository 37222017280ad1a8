"""The identity of a bank transaction: what makes it the same one when a statement is read again."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kontor.banking.rules.statements import StatementLine


class IdentityKind(StrEnum):
    """What the identity rests on."""

    REFERENCE = "reference"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Identity:
    """Unique within one account: `kind`, `key` (64 hexadecimal signs) and `occurrence` together.

    `occurrence` counts equal lines of one booking day in statement order, from 0; it is 0 for references.
    Overlapping statements reconcile by it: the second of two equal lines is known only if two were seen before.
    """

    kind: IdentityKind
    key: str
    occurrence: int


class IdentityBook:
    """Identities of one account's lines, read twice: `note` them all first, then `identify` each in the same order.

    Only a short digest is kept per line, so a long statement does not fill the memory.
    """

    def __init__(self) -> None:
        self._noted: Counter[bytes] = Counter()
        self._seen: Counter[str] = Counter()

    def note(self, line: StatementLine) -> None:
        """Count the bank's reference of a line."""
        reference = _reference_key(line)
        if reference:
            self._noted[_short(reference)] += 1

    def identify(self, line: StatementLine) -> Identity:
        """Return the identity of a noted line."""
        reference = _reference_key(line)
        if reference and self._noted[_short(reference)] == 1:
            return Identity(IdentityKind.REFERENCE, _digest(reference), 0)
        key = _digest(_content_key(line))
        occurrence = self._seen[key]
        self._seen[key] += 1
        return Identity(IdentityKind.CONTENT, key, occurrence)


def identities(lines: Sequence[StatementLine]) -> list[Identity]:
    """Return one identity per line, in the order of `lines` (all lines of one account, in statement order).

    The bank's own reference identifies a line together with its place in the entry, its day and its amount:
    day and amount are part of it because some banks number their references anew each day, and a bare number
    would then swallow real payments. Where a bank gives the same reference to several lines of a day and
    amount (a collective number, or the same text in every entry), it identifies nothing, and the content
    decides. NtryRef is never used: it is often a running number of the statement, or in Switzerland the
    QR-IBAN, the same for every payer.
    """
    book = IdentityBook()
    for line in lines:
        book.note(line)
    return [book.identify(line) for line in lines]


def _reference_key(line: StatementLine) -> str | None:
    if not line.servicer_reference:
        return None
    return _joined(line.servicer_reference, line.leaf_index, line.booking_date, line.amount, line.currency)


def _content_key(line: StatementLine) -> str:
    return _joined(
        line.booking_date,
        line.value_date,
        line.amount,
        line.currency,
        line.counterparty_iban,
        line.end_to_end_id,
        _letters(line.remittance),
    )


def _joined(*parts: str | int | date | None) -> str:
    return "\x1f".join("" if part is None else str(part) for part in parts)


# Banks break and blank the same text differently from one delivery to the next (MT940 against camt, a
# reprint against the first print), so only letters and digits count.
_SIGNS = re.compile(r"[\W_]+")


def _letters(text: str) -> str:
    return _SIGNS.sub("", text).casefold()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
