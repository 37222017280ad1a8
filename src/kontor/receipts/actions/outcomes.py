"""What happens to a receipt on each turn of its approval; called by approvals in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.answers import TooLateToUndo
from kontor.approvals.rules.policies import Place
from kontor.approvals.subjects import PastSubject, Subject, register_subject
from kontor.core.money import half_up
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import Actor
from kontor.receipts import panel
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import locked
from kontor.receipts.actions.submitting import SUBJECT, fingerprint, write
from kontor.receipts.models import IncomingDocument, Workflow
from kontor.receipts.queries.budgets import budgets, costs_of
from kontor.receipts.queries.documents import lines_of, name_of
from kontor.receipts.rules.workflow import HANDED_IN, check_move


def approved(request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
    """Let the receipt go on to bookkeeping."""
    _turn(request, "approve", Workflow.APPROVED, decided_at=at)


def rejected(request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
    """Send it back for good; it may be corrected and handed in again."""
    _turn(request, "reject", Workflow.REJECTED, decided_at=at, reason=reason)


def queried(request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
    """Wait for the submitter's answer."""
    _turn(request, "query", Workflow.QUERY, decided_at=None, queried_from=Workflow.IN_REVIEW)


def answered(request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
    """Go back to review."""
    _turn(request, "answer", Workflow.IN_REVIEW, decided_at=None)


def reopened(request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
    """Go back to review after an answer was taken back.

    Raises:
        TooLateToUndo: bookkeeping works on it already.
    """
    document = locked(request.subject_id)
    if document.state not in {Workflow.APPROVED, Workflow.REJECTED, Workflow.QUERY} or document.handled_by_id:
        raise TooLateToUndo
    _turn(request, "reopen", Workflow.IN_REVIEW, decided_at=None)


def past(since: date) -> Sequence[PastSubject]:
    """Return what was handed in since a day, for the dry run of a policy."""
    rows = list(
        IncomingDocument.objects.filter(
            state__in=[*HANDED_IN, Workflow.REJECTED], submitted_at__date__gte=since
        ).order_by("id")[:2000]
    )
    lines = lines_of(row.id for row in rows)
    costs = costs_of(rows, lines)
    return [
        PastSubject(
            subject_id=row.id,
            title=row.supplier_name or row.purpose or name_of(row),
            submitter_id=row.submitter_id,
            day=(row.submitted_at or row.created_at).date(),
            amount_base=half_up(Fraction(row.gross or 0) * Fraction(row.rate)),
            cost_base=costs[row.id],
            places=tuple(
                Place(project_id=line.project_id, cost_type_id=line.cost_type_id) for line in lines.get(row.id, ())
            ),
        )
        for row in rows
    ]


def make_known() -> None:
    """Let approvals know receipts; called when the application is ready."""
    register_subject(
        Subject(
            type=SUBJECT,
            label=gettext_noop("Receipt"),
            approved=approved,
            rejected=rejected,
            queried=queried,
            answered=answered,
            reopened=reopened,
            reply=write,
            lock=locked,
            fingerprint=lambda document_id: fingerprint(IncomingDocument.objects.get(id=document_id)),
            past=past,
            panel=panel.panel,
            budgets=budgets,
            signs=panel.signs,
            picture=panel.picture,
            file=panel.original,
            asker_page=("receipts:own", "document_id"),
            office_page=("receipts:desk_document", "document_id"),
        )
    )


def _turn(
    request: ApprovalRequest, move: str, state: str, *, decided_at: datetime | None, reason: str = "",
    queried_from: str = "",
) -> None:  # fmt: skip
    document = locked(request.subject_id)
    check_move(move, state=document.state, number=name_of(document))
    document.state, document.decided_at = state, decided_at
    document.reject_reason, document.queried_from = reason, queried_from
    document.save(update_fields=["state", "decided_at", "reject_reason", "queried_from"])
    index_document(document.id)
