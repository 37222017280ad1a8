"""One run of the engine: load, decide, keep the proposals; on request post what is certain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import batched

from django.db import connection

from kontor.core.audit import act
from kontor.core.tenancy import current, current_tenant_id
from kontor.matching.models import MatchRun
from kontor.matching.queries.candidates import candidate_store
from kontor.matching.queries.loading import matchable_items, matchable_parties, unassigned_transactions
from kontor.matching.queries.orders import sent_orders
from kontor.matching.queries.returns import returned_orders
from kontor.matching.rules.decide import collection_paused, match, match_store
from kontor.matching.rules.ruleset import ENGINE_VERSION, Ruleset
from kontor.matching.rules.values import Evidence, ItemShare, MatchResult, Proposal, TransactionRow

SCORE_KEPT_MIN = 20
RANKS_KEPT = 3
CANDIDATES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run found, in the order of the transactions."""

    run: MatchRun
    transactions: tuple[TransactionRow, ...]
    results: tuple[MatchResult, ...]

    def count(self, decision: str) -> int:
        """Return how many transactions got this decision."""
        return sum(1 for result in self.results if result.decision == decision)


@act("matching.run")
def run_match(
    *, at: datetime, transaction_ids: Sequence[int] | None = None, ruleset: Ruleset | None = None, workers: int = 1
) -> RunOutcome:
    """Match unassigned transactions and keep their proposals instead of the earlier ones.

    The tenant's matching lock is held until commit, so two runs follow each other; posting does not wait for it.
    More `workers` than one share the decision of a large run; they fork this process, which must have no threads.
    """
    with collection_paused():  # collecting the store's million values in between costs more than deciding
        return _run(transaction_ids, ruleset or Ruleset(), at, workers)


def _run(transaction_ids: Sequence[int] | None, rules: Ruleset, at: datetime, workers: int) -> RunOutcome:
    _take_lock()
    transactions = unassigned_transactions(transaction_ids)
    results = _decide(transactions, rules, workers) if transactions else []
    found = {result.transaction_id: result for result in results}
    ordered = tuple(found[row.transaction_id] for row in transactions)
    run = MatchRun.objects.create(
        engine_version=ENGINE_VERSION, ruleset=_as_json(rules), transactions=len(transactions),
        automatic=sum(1 for result in ordered if result.decision == "automatic"),
        proposed=sum(1 for result in ordered if result.decision == "proposed"),
        started_at=at, finished_at=at, started_by_id=current().actor_id,
    )  # fmt: skip
    _replace_proposals(run, ordered, everything=transaction_ids is None)
    return RunOutcome(run, tuple(transactions), ordered)


def _decide(transactions: Sequence[TransactionRow], rules: Ruleset, workers: int) -> list[MatchResult]:
    """Decide over the items that may matter, or over all of them where most would be loaded anyway."""
    orders = [*returned_orders(transactions), *sent_orders(transactions)]
    if len(transactions) > CANDIDATES_MAX:
        items, parties = matchable_items(), matchable_parties()
        return match(transactions, items, parties, ruleset=rules, orders=orders, workers=workers)
    store = candidate_store(transactions, ruleset=rules, orders=orders)
    return match_store(transactions, store, ruleset=rules, workers=workers)


def _take_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT matching_lock(%s)", [current_tenant_id()])


def _as_json(rules: Ruleset) -> object:
    return json.loads(json.dumps(asdict(rules), default=str))


_INSERT = """
INSERT INTO matching_proposal (tenant_id, run_id, transaction_id, rank, score, lead, decision, remainder, shares, evidence, notes)
SELECT %s, %s, r.transaction_id, r.rank, r.score, r.lead, r.decision, r.remainder, r.shares, r.evidence, r.notes
FROM jsonb_to_recordset(%s::jsonb) AS r(transaction_id bigint, rank int, score int, lead int, decision text,
  remainder bigint, shares jsonb, evidence jsonb, notes jsonb)
"""
CHUNK = 5_000


def _replace_proposals(run: MatchRun, results: Sequence[MatchResult], *, everything: bool) -> None:
    """Write the proposals as one document per chunk, which costs a third of an array per column."""
    with connection.cursor() as cursor:
        if everything:
            cursor.execute("DELETE FROM matching_proposal WHERE tenant_id = %s", [current_tenant_id()])
        else:
            cursor.execute(
                "DELETE FROM matching_proposal WHERE tenant_id = %s AND transaction_id = ANY(%s)",
                [current_tenant_id(), [result.transaction_id for result in results]],
            )
        kept = [
            _fields(result, proposal)
            for result in results
            for proposal in result.proposals
            if proposal.score >= SCORE_KEPT_MIN and proposal.rank <= RANKS_KEPT
        ]
        for some in batched(kept, CHUNK):
            cursor.execute(_INSERT, [current_tenant_id(), run.id, json.dumps(some)])


def _fields(result: MatchResult, proposal: Proposal) -> dict[str, object]:
    return {
        "transaction_id": proposal.transaction_id, "rank": proposal.rank, "score": proposal.score, "lead": proposal.lead,
        "decision": result.decision if proposal.rank == 1 else "rejected", "remainder": proposal.remainder,
        "shares": [_share_fields(share) for share in proposal.shares],
        "evidence": [_evidence_fields(evidence) for evidence in proposal.evidence],
        "notes": [*proposal.notes, "return"] if proposal.kind == "return" else proposal.notes,
    }  # fmt: skip


def _share_fields(share: ItemShare) -> dict[str, object]:
    """Return the fields by name, some ten times faster than `asdict`."""
    return {
        "item_id": share.item_id, "amount": share.amount, "discount": share.discount, "difference": share.difference,
        "document_number": share.document_number,
    }  # fmt: skip


def _evidence_fields(evidence: Evidence) -> dict[str, object]:
    return {
        "rule": evidence.rule, "points": evidence.points, "field": evidence.field, "start": evidence.start,
        "end": evidence.end, "item_id": evidence.item_id, "detail": evidence.detail,
    }  # fmt: skip
