"""Confirming: what a person or the threshold decided is handed to openitems, which posts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from kontor.core import idempotency
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.matching.choices import Chosen
from kontor.matching.queries.proposals import Stored, proposals_by_id
from kontor.matching.queries.taken_back import taken_back
from kontor.matching.rules.values import ItemShare, MatchResult, Proposal
from kontor.openitems.actions.allocating import Done, Step, allocate, bulk_allocate
from kontor.openitems.actions.undoing import Undone, cancel_allocation, cancel_entry, cancel_run, return_payment
from kontor.openitems.rules.steps import AccountShare, Share

STEPS_MAX = 1_000
UNDO_ROUNDS_MAX = 200


class NothingTicked(Refusal):
    """No proposal was chosen."""

    sentence = gettext_noop("No payment is ticked. Please tick at least one proposal.")


@act("matching.confirm")
def confirm(
    transaction_id: int,
    *,
    choice: Chosen,
    accounts: Sequence[AccountShare] = (),
    proposal: Stored | None = None,
    key: str = "",
    at: datetime,
    by: Actor | None,
) -> Done:
    """Assign a transaction as chosen on the workbench; the proposal's evidence is kept with it.

    Raises: what `openitems.allocate` refuses; nothing is written then.
    """
    return allocate(
        transaction_id, choice.shares, accounts=accounts, remainder=choice.remainder,
        evidence=proposal.as_evidence() if proposal else None, key=key, at=at, by=by,
    )  # fmt: skip


@act("matching.confirm_run")
def confirm_proposals(
    proposal_ids: Sequence[int],
    *,
    run_key: str,
    key: str = "",
    at: datetime,
    by: Actor | None,
    is_automatic: bool = False,
) -> list[Done]:
    """Assign what at most 1,000 stored proposals say, as one run that can be taken back as a whole.

    A proposal that does not hold any more is left out and says why.

    Raises:
        NothingTicked: no proposal is there.
    """
    found = proposals_by_id(proposal_ids)
    if not found:
        raise NothingTicked
    return bulk_allocate(
        [step_of(each) for each in found], run_key=run_key, is_automatic=is_automatic, key=key, at=at, by=by
    )


@act("matching.confirm")
def give_back(transaction_id: int, allocation_ids: Sequence[int], *, at: datetime, by: Actor | None) -> Undone:
    """Assign a returned transaction to the payments that it takes back.

    Raises: NothingReturned, AlreadyTakenBack, ReturnDiffers, PeriodNotOpen
    """
    return return_payment(transaction_id, allocation_ids, at=at, by=by)


@act("matching.undo")
def undo_step(entry_id: int, *, day: date, at: datetime, by: Actor | None) -> Undone:
    """Take back what one confirmation has done.

    Raises: AlreadyTakenBack, CreditUsed, PeriodNotOpen
    """
    return cancel_entry(entry_id, day=day, at=at, by=by)


@act("matching.undo")
def undo_allocation(allocation_id: int, *, day: date, at: datetime, by: Actor | None) -> Undone:
    """Take one assignment of a transaction back; its others stay (VA-15).

    Raises: AlreadyTakenBack, CreditUsed, OnlyWhole, PeriodNotOpen
    """
    return cancel_allocation(allocation_id, day=day, at=at, by=by)


@act("matching.undo_run")
def undo_run(run_key: str, *, day: date, at: datetime, by: Actor | None) -> int:
    """Take a whole run back, newest first; return how many entries were reversed.

    Raises: CreditUsed, PeriodNotOpen
    """
    count = 0
    for _round in range(UNDO_ROUNDS_MAX):
        undone = cancel_run(run_key, day=day, at=at, by=by)
        if not undone.entry_ids:
            break
        count += len(undone.entry_ids)
    return count


def step_of(proposal: Stored) -> Step:
    """Return the step that posts a proposal."""
    return Step(
        transaction_id=proposal.transaction_id,
        shares=tuple(share_of(share) for share in proposal.shares if share.amount),
        evidence=proposal.as_evidence(),
    )


def share_of(share: ItemShare) -> Share:
    """Return an engine's share in the item's own direction, as openitems counts it."""
    return Share(item_id=share.item_id, cash=abs(share.amount), discount=share.discount, difference=share.difference)


def once(key: str, *, body: object, at: datetime, do: Callable[[], int]) -> int:
    """Do what a form asks for once under its key, and return the same entry id when it is sent again.

    Raises:
        KeyReused: the form was sent before with other contents.
    """
    if not key:
        return do()
    known = idempotency.claim(key, action="matching.form", body=body, at=at)
    if known is not None:
        entry = known.get("entry")
        return entry if isinstance(entry, int) else 0
    entry_id = do()
    idempotency.answer(key, result={"entry": entry_id})
    return entry_id


@act("matching.confirm_run")
def post_results(results: Sequence[MatchResult], *, run_key: str, key: str, at: datetime) -> list[Done]:
    """Post what the engine decided automatically, at most 1,000, as the machine's work.

    A transaction whose assignment was taken back before is left to a person, whose word counts.
    """
    left = taken_back(result.transaction_id for result in results)
    steps = [
        Step(
            transaction_id=result.transaction_id, shares=tuple(share_of(share) for share in result.proposals[0].shares),
            evidence=_evidence_of(result.proposals[0]),
        )
        for result in results
        if result.transaction_id not in left
    ]  # fmt: skip
    return bulk_allocate(steps, run_key=run_key, is_automatic=True, key=key, at=at, by=None)


def _evidence_of(proposal: Proposal) -> dict[str, object]:
    return {
        "score": proposal.score, "lead": proposal.lead, "decision": proposal.decision, "rank": proposal.rank,
        "rules": [[mark.rule, mark.points, mark.detail] for mark in proposal.evidence], "notes": list(proposal.notes),
    }  # fmt: skip
