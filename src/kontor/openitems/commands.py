"""`kontor import-items`: open items from a CSV file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from kontor.core.progress import TerminalProgress
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.openitems.actions.importing import check_items
from kontor.openitems.rules.imports import COLUMNS, Problem
from kontor.openitems.tasks import import_source
from kontor.organisations.queries import tenant_of_code

PROBLEMS_SHOWN_MAX = 200


class NoSuchFile(Refusal):
    """The path leads nowhere."""

    sentence = gettext_noop("The file %(path)s cannot be opened: %(reason)s.")


def add_parsers(subparsers: Any) -> None:
    """Add `import-items`."""
    parser = subparsers.add_parser(
        "import-items",
        help="take over open receivables and payables from a CSV file",
        description="Take over open items from a CSV file (UTF-8; comma, or semicolon with decimal comma; dates like "
        f"2026-03-31 or 31.03.2026) with the columns {', '.join(COLUMNS)}. A negative amount is a credit note. A file with a bad row is "
        "refused whole and every bad row is named; importing the same file twice changes nothing.",
    )
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="the file")
    parser.add_argument("--tenant", required=True, metavar="CODE", help="whose books")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Import the file; 0 if every row is in the books afterwards, 1 if it was refused."""
    found = tenant_of_code(args.tenant)
    answer: dict[str, Any] = {"file": str(args.file), "rows": 0, "new": 0, "known": 0, "problems": []}
    try:
        source = _content(args.file)
        with tenant(found.id):
            reading = check_items(source)
        answer["rows"] = len(reading.rows) + len({problem.line for problem in reading.problems})
        answer["problems"] = [_problem(problem) for problem in reading.problems]
        if not reading.problems:
            with TerminalProgress(tenant_id=found.id, by=None, bar=not args.json) as progress:
                answer |= import_source(progress, source)
    except Refusal as refusal:
        answer["problems"] = [{"row": 0, "problem": str(refusal)}]
    _print(answer, as_json=args.json)
    return 1 if answer["problems"] else 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoSuchFile(path=str(path), reason=error.strerror or "") from error


def _problem(problem: Problem) -> dict[str, object]:
    return {"row": problem.line, "problem": str(problem.refusal)}


def _print(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        json.dump(answer, sys.stdout, ensure_ascii=False)
        print()
        return
    problems = answer["problems"]
    for problem in problems[:PROBLEMS_SHOWN_MAX]:
        print(f"row {problem['row']}: {problem['problem']}" if problem["row"] else problem["problem"], file=sys.stderr)
    if len(problems) > PROBLEMS_SHOWN_MAX:
        print(f"… and {len(problems) - PROBLEMS_SHOWN_MAX} more", file=sys.stderr)
    if problems:
        print(f"{answer['file']}: refused, nothing was imported.", file=sys.stderr)
    else:
        print(f"{answer['file']}: {answer['rows']} rows, {answer['new']} new, {answer['known']} known.")
