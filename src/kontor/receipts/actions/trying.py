"""Trying a booking: what it would write, and nothing stays written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import Error
from django_subatomic import db

from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.ledger.models.entries import JournalLine
from kontor.openitems.models import Allocation
from kontor.receipts.models import IncomingDocument


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of an entry: account, debit and credit in minor units of the base currency."""

    number: str
    name_de: str
    name_en: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What booking would write, or why it would be refused."""

    lines: tuple[PreviewLine, ...] = ()
    refusal: Refusal | None = None

    @property
    def total(self) -> int:
        """Return the sum of the debits, which is that of the credits."""
        return sum(line.debit for line in self.lines)


class _TriedError(Exception):
    """Carries what was written out of the savepoint that is rolled back."""

    def __init__(self, lines: tuple[PreviewLine, ...]) -> None:
        super().__init__()
        self.lines = lines


@db.transaction_required
def try_booking(do: Callable[[], IncomingDocument]) -> Preview:
    """Do the booking in a savepoint, read its lines, and roll everything back: numbers, locks and audit too."""
    try:
        with db.savepoint():
            raise _TriedError(booked_lines(do()))
    except _TriedError as tried:
        return Preview(lines=tried.lines)
    except Refusal as no:
        return Preview(refusal=no)
    except Error as error:
        no_more = refined(error)
        if no_more is None:
            raise
        return Preview(refusal=no_more)


def booked_lines(document: IncomingDocument) -> tuple[PreviewLine, ...]:
    """Return the lines of the entries that a booking has written: its own, a set-off, a waiver."""
    own = Allocation.objects.filter(item_id=document.item_id, reverses=None, entry__kind__in=["set_off", "waiver"])
    entries: Sequence[int] = [document.entry_id or 0, *own.values_list("entry_id", flat=True)]
    rows = JournalLine.objects.filter(entry_id__in=entries).order_by("entry_id", "position")
    found = rows.values_list("account__number", "account__name_de", "account__name_en", "amount_base")
    return tuple(PreviewLine(number, de, en, max(value, 0), max(-value, 0)) for number, de, en, value in found)
