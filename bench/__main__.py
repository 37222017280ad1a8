"""`python -m bench NAME [--json]`."""

import argparse
import importlib
import sys

from bench.goals import Result


def main() -> int:
    """Measure one workload and print its figures."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure a workload.")
    parser.add_argument("name")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result: Result = importlib.import_module(f"bench.{args.name}").measure()
    if args.json:
        print(result.as_json)
        return 0
    for name, figure in result.figures.items():
        print(f"{name:<48} {figure}")
    for goal in result.goals:
        print(f"{'met   ' if goal.met else 'MISSED'} {goal.goal}: {goal.value:g} (limit {goal.limit:g})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
