"""`kontor match`: the matching from the command line."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from kontor.core import clock
from kontor.core.figures import dot_decimal
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.matching.actions.confirming import STEPS_MAX, post_results
from kontor.matching.actions.own_orders import is_sent_order, settle_sent_orders, take_returned_orders
from kontor.matching.actions.running import RunOutcome, run_match
from kontor.matching.rules.values import Evidence, MatchResult, TransactionRow
from kontor.organisations.queries import tenant_of_code

WORKERS_MAX = 2


class NotWritable(Refusal):
    """The output file cannot be written."""

    sentence = gettext_noop("The file %(path)s cannot be written: %(reason)s.")


def add_parsers(subparsers: Any) -> None:
    """Add `match`."""
    parser = subparsers.add_parser(
        "match",
        help="find out what each bank transaction pays, and post what is certain",
        description="Compare all unassigned bank transactions with the open items and keep the proposals. "
        "With --auto everything that reaches the automatic threshold is posted; asked again, nothing is posted twice.",
    )
    parser.add_argument("--tenant", required=True, metavar="CODE", help="whose books")
    parser.add_argument("--auto", action="store_true", help="post what reaches the automatic threshold")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write one JSON line per bank transaction")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_match_command)


@dataclass(frozen=True, slots=True)
class _Posted:
    """What was posted and what was refused."""

    count: int
    refusals: tuple[str, ...]


def run_match_command(args: argparse.Namespace) -> int:
    """Match, write the decisions, post on request."""
    started = perf_counter()
    found = tenant_of_code(args.tenant)
    with tenant(found.id):
        outcome = run_match(at=clock.now(), workers=_workers())
    if args.out:
        _write_file(args.out, outcome)
    posted = _post(found.id, outcome) if args.auto else _Posted(0, ())
    figures = {
        "transactions": len(outcome.transactions), "automatic": outcome.count("automatic"),
        "proposed": outcome.count("proposed"), "none": outcome.count("none"),
        "seconds": round(perf_counter() - started, 3), "peak_mb": round(_peak_mb(), 1),
    }  # fmt: skip
    _tell(figures, posted, is_auto=args.auto, as_json=args.json)
    return 0


def _workers() -> int:
    """Return how many processes may share a large decision: a second one where there is a core for it and no thread."""
    return 1 if threading.active_count() > 1 else min(WORKERS_MAX, os.cpu_count() or 1)


def _post(tenant_id: int, outcome: RunOutcome) -> _Posted:
    """Post the automatic decisions in transactions of at most 1,000; what is posted is no longer unassigned next time.

    Our own orders come first and those that came back last, as where a person starts the run.
    """
    with tenant(tenant_id):
        count = settle_sent_orders(outcome, at=clock.now())
    automatic = [result for result in outcome.results if result.decision == "automatic" and result.proposals]
    certain = [result for result in automatic if not is_sent_order(result)]
    run_key = f"auto-{outcome.run.id}"
    refusals = []
    for start in range(0, len(certain), STEPS_MAX):
        with tenant(tenant_id):
            done = post_results(
                certain[start : start + STEPS_MAX], run_key=run_key, key=f"{run_key}-{start}", at=clock.now()
            )
        count += sum(1 for each in done if each.refusal is None)
        refusals += [str(each.refusal) for each in done if each.refusal is not None]
    with tenant(tenant_id):
        count += take_returned_orders(outcome, at=clock.now())
    return _Posted(count, tuple(refusals))


def _write_file(path: Path, outcome: RunOutcome) -> None:
    try:
        with path.open("w", encoding="utf-8") as stream:
            _write_lines(stream, outcome)
    except OSError as fault:
        raise NotWritable(path=path, reason=fault.strerror or fault) from fault


def _write_lines(stream: TextIO, outcome: RunOutcome) -> None:
    for line in _lines(outcome):
        stream.write(json.dumps(line, ensure_ascii=False))
        stream.write("\n")


def _lines(outcome: RunOutcome) -> Iterator[dict[str, Any]]:
    """Yield a transaction's decision as the interface words it (decisions.md 15)."""
    for row, result in zip(outcome.transactions, outcome.results, strict=True):
        yield _line(row, result)


def _line(row: TransactionRow, result: MatchResult) -> dict[str, Any]:
    best = result.proposals[0] if result.proposals and result.decision != "none" else None
    shares = best.shares if best else ()
    return {
        "reference": row.bank_reference, "decision": result.decision, "score": best.score if best else 0,
        "lead": best.lead if best else 0, "documents": [share.document_number for share in shares],
        "allocated": [_decimal(share.amount, row.currency) for share in shares],
        "evidence": _evidence(best.evidence if best else ()),
    }  # fmt: skip


def _evidence(marks: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "rule": mark.rule,
            "points": mark.points,
            "field": mark.field,
            "start": mark.start,
            "end": mark.end,
            "detail": mark.detail,
        }
        for mark in marks
    ]


def _decimal(minor: int, currency: str) -> str:
    return dot_decimal(minor, currency)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tell(figures: dict[str, Any], posted: _Posted, *, is_auto: bool, as_json: bool) -> None:
    if as_json:
        json.dump(figures, sys.stdout)
        print()
    else:
        print(
            f"{figures['transactions']} transactions: {figures['automatic']} certain, {figures['proposed']} proposed, "
            f"{figures['none']} without a proposal ({figures['seconds']} s)."
        )
        if is_auto:
            print(f"{posted.count} posted.")
    for sentence in posted.refusals:
        print(sentence, file=sys.stderr)
