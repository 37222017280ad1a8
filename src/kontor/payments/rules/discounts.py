"""The early-payment discount of what is to be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date


def discount_on(tiers: Sequence[Mapping[str, str | int]], *, on: date) -> int:
    """Return the largest discount in minor units whose own last day is not over, 0 for none; grace is not asked for."""
    return max((int(tier["amount"]) for tier in tiers if on <= date.fromisoformat(str(tier["until"]))), default=0)


def last_day(tiers: Sequence[Mapping[str, str | int]], *, on: date) -> date | None:
    """Return until when the discount that counts on a day may be taken."""
    best = discount_on(tiers, on=on)
    days = [date.fromisoformat(str(tier["until"])) for tier in tiers if best and int(tier["amount"]) == best]
    return max(days, default=None)
