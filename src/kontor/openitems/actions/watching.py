"""Who wants to know that the money of items came back, or that such a return was taken back itself.

Contexts above register at start-up; they act in the same transaction, and what they refuse is not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kontor.core.tenancy import Actor

type Returned = Callable[[Sequence[int], int, Actor | None], None]
type Restored = Callable[[Sequence[int], Actor | None], None]

_returned: list[Returned] = []
_restored: list[Restored] = []


def watch_returns(*, returned: Returned, restored: Restored) -> None:
    """Call `returned(item ids, transaction id, by)` and, for a return that is undone, `restored(item ids, by)`."""
    if returned not in _returned:
        _returned.append(returned)
    if restored not in _restored:
        _restored.append(restored)


def tell_returned(item_ids: Sequence[int], transaction_id: int, *, by: Actor | None) -> None:
    """Tell that a bank transaction gave the money of these items back."""
    for watcher in _returned:
        watcher(item_ids, transaction_id, by)


def tell_restored(item_ids: Sequence[int], *, by: Actor | None) -> None:
    """Tell that the returns of these items do not hold any more."""
    if item_ids:
        for watcher in _restored:
            watcher(item_ids, by)
