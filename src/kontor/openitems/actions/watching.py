"""Who wants to know that money came back, that such a return was taken back itself, or that a step is, or was, undone.

Contexts above register at start-up; they act in the same transaction, and what they refuse is not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kontor.core.tenancy import Actor

type Returned = Callable[[Sequence[int], int, Actor | None], None]
type Restored = Callable[[Sequence[int], Actor | None], None]
type Undone = Callable[[Sequence[int], Actor | None], None]
type Undoing = Callable[[Sequence[int]], None]

_returned: list[Returned] = []
_restored: list[Restored] = []
_undone: list[Undone] = []
_undoing: list[Undoing] = []


def watch_returns(*, returned: Returned, restored: Restored, undone: Undone) -> None:
    """Call `returned(item ids, transaction id, by)`; for returns that are undone `restored(their allocation ids, by)`.

    After every step that was taken back, a return or not, `undone(item ids, by)`.
    """
    if returned not in _returned:
        _returned.append(returned)
    if restored not in _restored:
        _restored.append(restored)
    if undone not in _undone:
        _undone.append(undone)


def watch_undoing(watcher: Undoing) -> None:
    """Call `watcher(entry ids)` before steps are taken back; what it refuses stays."""
    if watcher not in _undoing:
        _undoing.append(watcher)


def tell_returned(item_ids: Sequence[int], transaction_id: int, *, by: Actor | None) -> None:
    """Tell that a bank transaction gave the money of these items back."""
    for watcher in _returned:
        watcher(item_ids, transaction_id, by)


def tell_restored(allocation_ids: Sequence[int], *, by: Actor | None) -> None:
    """Tell that these allocations, each of which gave a payment back, do not hold any more: the payments do again."""
    if allocation_ids:
        for watcher in _restored:
            watcher(allocation_ids, by)


def tell_undone(item_ids: Sequence[int], *, by: Actor | None) -> None:
    """Tell that something was taken back which had settled these items, or had opened them."""
    if item_ids:
        for watcher in _undone:
            watcher(item_ids, by)


def tell_undoing(entry_ids: Sequence[int]) -> None:
    """Tell that these steps are about to be taken back.  Raises: whatever a watcher refuses."""
    for watcher in _undoing:
        watcher(entry_ids)
