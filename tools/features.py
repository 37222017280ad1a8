"""The list of features, each with the test that proves it: docs/features.csv (id, title, where, test).

`where` is the page or verb; `test` is a pytest node id, several divided by blanks.
"""

import argparse
import csv
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "features.csv"


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that Kontor can do."""

    id: str
    title: str
    where: str
    test: str


def main(arguments: list[str] | None = None) -> int:
    """Check the list, or print it after the check; returns 1 if a feature has no test that exists."""
    parser = argparse.ArgumentParser(description="Check the list of features.")
    parser.add_argument("--list", action="store_true", help="print the features as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(arguments)
    features = read_features(LIST)
    problems = problems_of(features, collected_tests())
    if args.json:
        print(json.dumps({"features": [asdict(one) for one in features], "problems": problems}, ensure_ascii=False))
        return 1 if problems else 0
    if args.list:
        for feature in features:
            print(f"{feature.id:<8} {feature.title:<60} {feature.where}")
    for problem in problems:
        print(problem)
    print(f"features: {len(features)}, problems: {len(problems)}")
    return 1 if problems else 0


def read_features(path: Path) -> list[Feature]:
    """Return the features in the order of the file; none if there is no file."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [Feature(row["id"], row["title"], row["where"], row["test"]) for row in csv.DictReader(file)]


def problems_of(features: list[Feature], collected: set[str]) -> list[str]:
    """Return one sentence for each feature that is doubled, untitled or not proved by a collected test."""
    problems = [] if features else [f"{LIST.name} is empty or missing"]
    seen: set[str] = set()
    for feature in features:
        if feature.id in seen:
            problems.append(f"{feature.id} stands twice")
        seen.add(feature.id)
        if not (feature.title and feature.where):
            problems.append(f"{feature.id} has no title or no place")
        if not feature.test.split():
            problems.append(f"{feature.id} has no test")
        problems += [f"{feature.id}: there is no test {test}" for test in feature.test.split() if test not in collected]
    return problems


def collected_tests() -> set[str]:
    """Return the node ids pytest collects, parameters cut off, and the files that hold them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--no-header", "-p", "no:xdist"]
    output = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout
    nodes = {line.split("[")[0] for line in output.splitlines() if "::" in line and not line.startswith(" ")}
    return nodes | {node.split("::")[0] for node in nodes}


if __name__ == "__main__":
    sys.exit(main())
