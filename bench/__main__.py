"""`python -m bench NAME [--json]`."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TypedDict


class Goal(TypedDict):
    """A sentence with a limit, and what was measured against it."""

    goal: str
    limit: float
    value: float
    met: bool


class Result(TypedDict):
    """What a workload gives back."""

    bench: str
    figures: Mapping[str, object]
    goals: Sequence[Goal]


def main() -> int:
    """Measure one workload and print its figures; a missed goal is a finding, not a failure."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure a workload.")
    parser.add_argument("name")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result: Result = importlib.import_module(f"bench.{args.name}").run()
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return 0
    for name, figure in result["figures"].items():
        print(f"{name:<48} {figure}")
    for goal in result["goals"]:
        print(f"{'met   ' if goal['met'] else 'MISSED'} {goal['goal']}: {goal['value']:g} (limit {goal['limit']:g})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
