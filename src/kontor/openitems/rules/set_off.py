"""Which items of a party are set off against which, and how much."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.core.refusal import Refusal, gettext_noop
from kontor.openitems.rules.steps import KnownItem


class NothingToSetOff(Refusal):
    """Set-off needs two sides."""

    sentence = gettext_noop(
        "Nothing can be set off: choose open claims and credits of one contact in one currency (§ 387 BGB)."
    )


def pairs(items: Sequence[KnownItem]) -> list[tuple[int, int, int]]:
    """Return (debit item, credit item, amount) in the given order until one side is used up.

    Raises:
        NothingToSetOff: one side is missing, or parties or currencies differ.
    """
    debits = [[known.id, known.item.amount_open] for known in items if known.item.sign > 0 and known.item.amount_open]
    owed = [[known.id, known.item.amount_open] for known in items if known.item.sign < 0 and known.item.amount_open]
    together = {(known.item.party_id, known.item.currency) for known in items}
    if not debits or not owed or len(together) != 1:
        raise NothingToSetOff
    found = []
    while debits and owed:
        amount = min(debits[0][1], owed[0][1])
        found.append((debits[0][0], owed[0][0], amount))
        for side in (debits, owed):
            side[0][1] -= amount
            if not side[0][1]:
                side.pop(0)
    return found
