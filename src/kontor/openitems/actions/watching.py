"""Who wants to know that money came back, that such a return was taken back itself, or that a step is to be undone.

Contexts above register at start-up; they act in the same transaction, and what they refuse is not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kontor.core.tenancy import Actor

type Returned = Callable[[Sequence[int], int, Actor | None], None]
type Restored = Callable[[Sequence[int], Actor | None], None]
type Undoing = Callable[[Sequence[int]], None]

_returned: list[Returned] = []
_restored: list[Restored] = []
_undoing: list[Undoing] = []


def watch_returns(*, returned: Returned, restored: Restored) -> None:
    """Call `returned(item ids, transaction id, by)` and, for a return that is undone, `restored(item ids, by)`."""
    if returned not in _returned:
        _returned.append(returned)
    if restored not in _restored:
        _restored.append(restored)


def watch_undoing(watcher: Undoing) -> None:
    """Call `watcher(entry ids)` before steps are taken back; what it refuses stays."""
    if watcher not in _undoing:
        _undoing.append(watcher)


def tell_returned(item_ids: Sequence[int], transaction_id: int, *, by: Actor | None) -> None:
    """Tell that a bank transaction gave the money of these items back."""
    for watcher in _returned:
        watcher(item_ids, transaction_id, by)


def tell_restored(item_ids: Sequence[int], *, by: Actor | None) -> None:
    """Tell that the returns of these items do not hold any more."""
    if item_ids:
        for watcher in _restored:
            watcher(item_ids, by)


def tell_undoing(entry_ids: Sequence[int]) -> None:
    """Tell that these steps are about to be taken back.  Raises: whatever a watcher refuses."""
    for watcher in _undoing:
        watcher(entry_ids)
