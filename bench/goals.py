"""What a bench gives back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A sentence with a limit, and what was measured against it."""

    goal: str
    limit: float
    value: float
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The figures of one run and whether they reach their goals."""

    bench: str
    figures: Mapping[str, object]
    goals: Sequence[Goal]

    @property
    def as_json(self) -> str:
        return json.dumps(
            {"bench": self.bench, "figures": dict(self.figures), "goals": [asdict(goal) for goal in self.goals]},
            ensure_ascii=False,
        )


def at_most(goal: str, *, limit: float, value: float) -> Goal:
    """Return the goal that `value` does not exceed `limit`."""
    return Goal(goal=goal, limit=limit, value=value, met=value <= limit)


def at_least(goal: str, *, limit: float, value: float) -> Goal:
    """Return the goal that `value` reaches `limit`."""
    return Goal(goal=goal, limit=limit, value=value, met=value >= limit)
