"""Who else needs an account or an entry: rooms above the ledger say so before one is taken out of use or reversed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kontor.core.refusal import Refusal

type Objection = Callable[[int], Refusal | None]

_objections: Final[list[Objection]] = []
_undone_elsewhere: Final[set[str]] = set()


def object_to_disuse(objection: Objection) -> Objection:
    """Let `objection` look at an account by its id and return a refusal that names the use, or None."""
    _objections.append(objection)
    return objection


def objection_to_disuse(account_id: int) -> Refusal | None:
    """Return the first objection to taking the account out of use."""
    return next((refusal for objection in _objections if (refusal := objection(account_id)) is not None), None)


def undo_elsewhere(*source_types: str) -> None:
    """Say that entries of these sources are reversed only by the room that wrote them, which keeps more than the entry."""
    _undone_elsewhere.update(source_types)


def is_undone_elsewhere(source_type: str) -> bool:
    """Tell whether the ledger may not reverse entries of this source by itself."""
    return source_type in _undone_elsewhere
