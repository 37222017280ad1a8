"""Find the items of a party that an amount may close without looking at each of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from kontor.matching.rules.values import OpenItemRow


@dataclass(slots=True)
class Spans:
    """The smallest and the largest signed payment of each of a party's items, by the smallest.

    `reach` is the largest payment up to and with each place; `positions` are those of the items.
    """

    low: Sequence[int]
    high: Sequence[int]
    reach: Sequence[int]
    positions: Sequence[int]

    def fitting(self, amount: int) -> list[int]:
        """Return the positions of the items that a signed payment may close, in order."""
        found: list[int] = []
        reach, high = self.reach, self.high
        place = bisect_right(self.low, amount) - 1
        while place >= 0 and reach[place] >= amount:
            if high[place] >= amount:
                found.append(self.positions[place])
            place -= 1
        if len(found) > 1:
            found.sort()
        return found


def payment_bounds(item: OpenItemRow) -> tuple[int, int]:
    """Return the smallest and the largest payment (positive) that `settle` may close an item with."""
    owed = item.amount_open
    low, high = owed - item.tolerance_under, owed + max(item.tolerance_over, item.return_fee)
    if item.discounts:
        low -= max([tier.amount for tier in item.discounts])
    return max(1, low), high


def spans_of(positions: list[int], items: list[OpenItemRow], signed: list[int]) -> Spans:
    """Return the spans of the items at these positions."""
    bounds = []
    for at in positions:
        low, high = payment_bounds(items[at])
        bounds.append((low, high, at) if signed[at] > 0 else (-high, -low, at))
    if len(bounds) == 1:
        return Spans([bounds[0][0]], [bounds[0][1]], [bounds[0][1]], positions)
    bounds.sort()
    lows, highs, places = zip(*bounds, strict=True)
    return Spans(lows, highs, tuple(accumulate(highs, max)), places)
