"""Which account to propose for a part of a receipt, and why: what people did before weighs more than a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

OFTEN_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """An account, by id and number, with its tax code and sphere."""

    account_id: int
    number: str
    tax_code: str = ""
    sphere: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """A part that was booked; `age` counts the supplier's receipts from the latest, 0."""

    age: int
    cost_type_id: int | None
    choice: Choice


@dataclass(frozen=True, slots=True)
class Habit:
    """A proposal and its reason: `count` of the last `of` receipts of the supplier, or the cost type's own account."""

    choice: Choice
    why: Literal["supplier", "cost_type"]
    count: int = 0
    of: int = 0


def habit_of(booked: Sequence[Booked], *, cost_type_id: int | None, behind: Choice | None) -> Habit | None:
    """Return what to propose for a part of a cost type, None where nothing is known.

    Receipts of the same supplier and cost type come first, if most of them (at least two) went the same way; then the
    account behind the cost type; then whatever the supplier's receipts mostly went to, even a single one.
    """
    alike = _most_often([part for part in booked if cost_type_id is not None and part.cost_type_id == cost_type_id])
    if alike is not None and alike.count >= OFTEN_ENOUGH and 2 * alike.count > alike.of:
        return alike
    if behind is not None:
        return Habit(behind, "cost_type")
    return alike or _most_often(booked)


def _most_often(parts: Sequence[Booked]) -> Habit | None:
    """Return the choice that most receipts show, of equals the latest; parts of one receipt count once per choice."""
    if not parts:
        return None
    shown = {(part.age, part.choice) for part in parts}
    counts = Counter(choice for _age, choice in shown)
    youngest = {choice: min(age for age, other in shown if other == choice) for choice in counts}
    best = max(counts, key=lambda choice: (counts[choice], -youngest[choice]))
    return Habit(best, "supplier", counts[best], len({part.age for part in parts}))
