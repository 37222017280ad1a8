"""Posting what was decided when the money was ordered: our own orders, found again in the statement."""

from __future__ import annotations

from datetime import datetime

from kontor.matching.actions.confirming import STEPS_MAX, post_results
from kontor.matching.actions.running import RunOutcome
from kontor.matching.rules.values import MatchResult


def settle_sent_orders(outcome: RunOutcome, *, at: datetime) -> int:
    """Post the certain payments of a run that are orders of our own payment lists; returns how many.

    Whoever exported the list has decided them already; all others wait for a person. The rest of more than 1,000
    waits for the next run.
    """
    ours = [result for result in outcome.results if _is_sent_order(result)][:STEPS_MAX]
    if not ours:
        return 0
    key = f"orders-{outcome.run.id}"
    done = post_results(ours, run_key=key, key=key, at=at)
    return sum(1 for each in done if each.refusal is None)


def _is_sent_order(result: MatchResult) -> bool:
    if result.decision != "automatic" or not result.proposals:
        return False
    best = result.proposals[0]
    return best.kind == "payment" and any(mark.rule == "own_order" for mark in best.evidence)
