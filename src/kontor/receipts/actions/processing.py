"""The bookkeeper's work on a receipt before it is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kontor.approvals.actions.requests import withdraw as withdraw_approval
from kontor.approvals.actions.requests import write_message
from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.documents.models import StoredFile
from kontor.receipts.actions.drafting import PAGES_MAX, TooManyFiles
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import check_mine, check_not_booked, check_version, locked
from kontor.receipts.actions.submitting import SUBJECT
from kontor.receipts.models import (
    Attachment,
    Category,
    DocumentCategory,
    IncomingDocument,
    IncomingLine,
    PrivateNote,
    Workflow,
)
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.workflow import RejectReasonMissing, check_move

TWICE_WITHIN = timedelta(seconds=30)
FIELDS = frozenset(
    {
        "kind", "supplier_name", "supplier_id", "document_number", "document_date", "due_date", "service_from",
        "service_to", "currency", "gross", "rate", "purpose", "variant", "means_id", "refund_route_id",
        "repayment_route_id", "payee_name", "payee_iban", "payee_email", "remittance", "payment_reference",
        "advance_id", "more_receipts_follow",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedPart:
    """A part as the bookkeeper leaves it: gross and its tax (None computes it) in minor units."""

    gross: int
    account_id: int | None = None
    project_id: int | None = None
    cost_type_id: int | None = None
    tax_code: str = ""
    tax_amount: int | None = None
    sphere: str = ""
    text: str = ""


@act("receipts.take")
def take(document_id: int, *, at: datetime, by: Actor) -> IncomingDocument:
    """Take a receipt over and keep it (OC-55).

    Raises:
        WrongState, AssignedToOther
    """
    document = locked(document_id)
    check_mine(document, by=by)
    check_move("take", state=document.state, number=name_of(document))
    document.assigned_to_id = document.handled_by_id = by.pk
    document.state, document.taken_at = Workflow.IN_PROGRESS, document.taken_at or at
    document.version += 1
    document.save(update_fields=["assigned_to", "handled_by", "state", "taken_at", "version"])
    return document


@act("receipts.save")
def save(
    document_id: int,
    values: Mapping[str, Any],
    *,
    parts: Sequence[ProcessedPart] | None = None,
    categories: Sequence[str] | None = None,
    version: int | None,
    keep: bool,
    at: datetime,
    by: Actor,
) -> IncomingDocument:
    """Save what the bookkeeper changed; `keep` holds the exclusive assignment, else it is released (OC-55).

    Raises:
        AssignedToOther, ChangedMeanwhile, AlreadyBooked, WrongState
        ValueError: a field that this form does not write: a fault of ours.
    """
    document = locked(document_id)
    check_mine(document, by=by)
    check_version(document, version=version)
    check_not_booked(document)
    check_move("take", state=document.state, number=name_of(document))
    if unknown := set(values) - FIELDS:
        raise ValueError(f"not a field of processing: {sorted(unknown)}")
    for name, value in values.items():
        setattr(document, name, value)
    document.assigned_to_id = by.pk if keep else None
    document.handled_by_id = by.pk
    document.state, document.taken_at = Workflow.IN_PROGRESS, document.taken_at or at
    document.version += 1
    document.save(update_fields=[*values, "assigned_to", "handled_by", "state", "taken_at", "version"])
    if parts is not None:
        write_parts(document, parts)
    if categories is not None:
        _write_categories(document, categories)
    index_document(document.id)
    return document


@act("receipts.categorise")
def categorise(document_id: int, names: Sequence[str], *, by: Actor) -> None:
    """Give a receipt its keywords, booked or not; unknown ones are made (OC-53).  Raises: AssignedToOther."""
    document = locked(document_id)
    check_mine(document, by=by)
    _write_categories(document, names)
    index_document(document_id)


@act("receipts.break_assignment")
def break_assignment(document_id: int, *, by: Actor) -> IncomingDocument:
    """Free a receipt that somebody else keeps; the record names who did (OC-55)."""
    document = locked(document_id)
    document.assigned_to_id = None
    document.version += 1
    document.save(update_fields=["assigned_to", "version"])
    return document


@act("receipts.note")
def add_note(document_id: int, text: str, *, at: datetime, by: Actor) -> PrivateNote:
    """Leave a note for other bookkeepers; submitters and reviewers never see it (OC-54). A double click leaves one."""
    document = locked(document_id)
    last = PrivateNote.objects.filter(document=document).order_by("-id").first()
    if (
        last is not None
        and (last.author_id, last.text) == (by.pk, text.strip())
        and at - last.written_at < TWICE_WITHIN
    ):
        return last
    return PrivateNote.objects.create(document=document, author_id=by.pk, text=text.strip(), written_at=at)


@act("receipts.attach")
def attach(document_id: int, file: StoredFile, *, by: Actor) -> Attachment:
    """Add a file to a receipt that waits for bookkeeping; the same one again stays one.

    Raises:
        AssignedToOther, AlreadyBooked, WrongState, TooManyFiles
    """
    document = _mine(document_id, "take", by=by)
    known = Attachment.objects.filter(document=document, file=file).first()
    if known is not None:
        return known
    places = list(Attachment.objects.filter(document=document).values_list("position", flat=True))
    if len(places) >= PAGES_MAX:
        raise TooManyFiles(files=PAGES_MAX)
    return Attachment.objects.create(document=document, file=file, position=max(places, default=0) + 1)


@act("receipts.ask_back")
def ask_back(document_id: int, text: str, *, at: datetime, by: Actor) -> IncomingDocument:
    """Ask the submitter; the answer leads back here.

    Raises:
        AssignedToOther, AlreadyBooked, WrongState, ReasonMissing
    """
    document = _mine(document_id, "query", by=by)
    write_message(subject_type=SUBJECT, subject_id=document.id, text=text, is_question=True, at=at, by=by)
    document.queried_from, document.state = document.state, Workflow.QUERY
    document.handled_by_id = by.pk
    document.save(update_fields=["queried_from", "state", "handled_by"])
    index_document(document.id)
    return document


@act("receipts.reject")
def reject(document_id: int, reason: str, *, at: datetime, by: Actor) -> IncomingDocument:
    """Reject a receipt from the bookkeeper's desk; a waiting approval closes.

    Raises:
        AssignedToOther, AlreadyBooked, WrongState, RejectReasonMissing
    """
    if not reason.strip():
        raise RejectReasonMissing
    document = _mine(document_id, "reject", by=by)
    withdraw_approval(subject_type=SUBJECT, subject_id=document.id, at=at, by=by)
    document.state, document.reject_reason, document.decided_at = Workflow.REJECTED, reason.strip(), at
    document.handled_by_id, document.assigned_to_id = by.pk, None
    document.save(update_fields=["state", "reject_reason", "decided_at", "handled_by", "assigned_to"])
    index_document(document.id)
    return document


def _mine(document_id: int, move: str, *, by: Actor) -> IncomingDocument:
    document = locked(document_id)
    check_mine(document, by=by)
    check_not_booked(document)
    check_move(move, state=document.state, number=name_of(document))
    return document


def write_parts(document: IncomingDocument, parts: Sequence[ProcessedPart]) -> None:
    IncomingLine.objects.filter(document=document).delete()
    IncomingLine.objects.bulk_create(
        [
            IncomingLine(
                document=document, position=place, gross=part.gross, project_id=part.project_id,
                cost_type_id=part.cost_type_id, account_id=part.account_id, tax_code=part.tax_code,
                tax_amount=part.tax_amount, sphere=part.sphere, text=part.text,
            )
            for place, part in enumerate(parts, start=1)
        ]
    )  # fmt: skip


def _write_categories(document: IncomingDocument, names: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    known = {row.name: row for row in Category.objects.filter(name__in=wanted)}
    rows = [known.get(name) or Category.objects.create(name=name) for name in wanted]
    held = dict(DocumentCategory.objects.filter(document=document).values_list("category_id", "id"))
    DocumentCategory.objects.filter(document=document).exclude(category_id__in=[row.id for row in rows]).delete()
    for row in rows:
        if row.id not in held:
            DocumentCategory.objects.create(document=document, category=row)
