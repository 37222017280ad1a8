"""Advances as the bookkeeper follows them: asked for, paid out, partly cleared, cleared, declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.queries.advances import advances
from kontor.receipts.queries.documents import name_of
from kontor.receipts.queries.settings import open_advances
from kontor.receipts.rules.advances import advance_number
from kontor.receipts.rules.workflow import TO_PROCESS

STATES = ("asked", "paid", "partly", "cleared", "declined")
UNLINKED_MAX = 50


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """An advance with what is left of it, in minor units, and the receipts set off against it."""

    advance: Advance
    name: str
    state: str
    amount_open: int
    receipts: tuple[tuple[int, str], ...]

    def is_in(self, tab: str) -> bool:
        """Tell whether the tab shows it; "open" is everything that is not settled."""
        return self.state in {"asked", "paid", "partly"} if tab == "open" else self.state == tab


def advance_rows() -> list[AdvanceRow]:
    """Return all advances, latest first, with their receipts; two statements."""
    found = advances()
    receipts: dict[int, list[tuple[int, str]]] = {}
    linked = IncomingDocument.objects.filter(advance_id__in=[row.id for row in found]).exclude(sequence=None)
    for document in linked.order_by("id"):
        receipts.setdefault(document.advance_id or 0, []).append((document.id, name_of(document)))
    return [_row(advance, tuple(receipts.get(advance.id, ()))) for advance in found]


def _row(advance: Advance, receipts: tuple[tuple[int, str], ...]) -> AdvanceRow:
    left = advance.item.amount_open if advance.item is not None else advance.amount
    return AdvanceRow(advance, advance_number(advance.year, advance.sequence), _state(advance, left), left, receipts)


def _state(advance: Advance, left: int) -> str:
    if advance.is_declined:
        return "declined"
    if advance.item is None:
        return "asked"
    if not left:
        return "cleared"
    return "partly" if left < advance.amount else "paid"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A receipt that names an advance which nobody has recorded, and the submitter's recorded ones."""

    document: IncomingDocument
    name: str
    choices: Sequence[Advance]


def unlinked() -> list[Unlinked]:
    """Return the receipts that wait for their advance."""
    rows = IncomingDocument.objects.filter(variant="advance", advance=None, state__in=TO_PROCESS).order_by("id")
    found = list(rows.select_related("submitter")[:UNLINKED_MAX])
    held = {user: open_advances(user) for user in {row.submitter_id for row in found}}
    return [Unlinked(row, name_of(row), held[row.submitter_id]) for row in found]
