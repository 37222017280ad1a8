"""Drafts: files, what people type, what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.documents.models import StoredFile
from kontor.openitems.queries.loading import base_currency
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import locked_own
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine, Source, Workflow
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.workflow import EDITABLE_BY_SUBMITTER, WrongState

PAGES_MAX = 30
FIELDS = frozenset(
    {
        "supplier_name", "document_number", "document_date", "due_date", "currency", "gross", "purpose", "comment",
        "variant", "means_id", "refund_route_id", "repayment_route_id", "payee_name", "payee_iban", "payee_email",
        "remittance", "payment_reference", "advance_id", "advance_typed", "more_receipts_follow", "is_own_voucher",
        "own_voucher_reason",
    }
)  # fmt: skip
READ_FIELDS = {
    "amount": "gross", "currency": "currency", "date": "document_date", "due_date": "due_date",
    "supplier": "supplier_name", "number": "document_number", "iban": "payee_iban", "reference": "payment_reference",
}  # fmt: skip


class TooManyFiles(Refusal):
    """More files than one receipt has."""

    sentence = gettext_noop("A receipt has at most %(files)s files. Hand the rest in as another receipt.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part as typed: gross in minor units."""

    gross: int
    project_id: int | None = None
    cost_type_id: int | None = None
    text: str = ""


@act("receipts.create_draft")
def create_draft(*, client_key: str = "", source: str = Source.WEB, at: datetime, by: Actor) -> IncomingDocument:
    """Begin a receipt; the same `client_key` of the same person gives the draft that is there."""
    if client_key:
        known = IncomingDocument.objects.filter(submitter_id=by.pk, client_key=client_key).first()
        if known is not None:
            return known
    return IncomingDocument.objects.create(
        submitter_id=by.pk, client_key=client_key, source=source, currency=base_currency(), created_at=at
    )


@act("receipts.add_file")
def add_file(document_id: int, file: StoredFile, *, by: Actor) -> Attachment:
    """Add a file at the end; the same one again stays one.

    Raises:
        NotOwn, WrongState, TooManyFiles
    """
    document = editable(document_id, by=by)
    known = Attachment.objects.filter(document=document, file=file).first()
    if known is not None:
        return known
    places = list(Attachment.objects.filter(document=document).values_list("position", flat=True))
    if len(places) >= PAGES_MAX:
        raise TooManyFiles(files=PAGES_MAX)
    return Attachment.objects.create(document=document, file=file, position=max(places, default=0) + 1)


@act("receipts.remove_file")
def remove_file(document_id: int, attachment_id: int, *, by: Actor) -> None:
    """Take a file off the receipt; the archive keeps its bytes.  Raises: NotOwn, WrongState."""
    document = editable(document_id, by=by)
    Attachment.objects.filter(document=document, id=attachment_id).delete()


@act("receipts.order_files")
def order_files(document_id: int, attachment_ids: Sequence[int], *, by: Actor) -> None:
    """Put the files into this order.  Raises: NotOwn, WrongState."""
    document = editable(document_id, by=by)
    for place, attachment_id in enumerate(attachment_ids, start=1):
        Attachment.objects.filter(document=document, id=attachment_id).update(position=place)


@act("receipts.save_draft")
def save_draft(
    document_id: int, values: Mapping[str, Any], *, parts: Sequence[Part] | None = None, by: Actor
) -> IncomingDocument:
    """Keep what the submitter typed so far, complete or not; those fields belong to them from now on.

    `parts` None leaves the parts as they are.

    Raises:
        NotOwn, WrongState
        ValueError: a field that submitters do not write: a fault of ours.
    """
    document = editable(document_id, by=by)
    if unknown := set(values) - FIELDS:
        raise ValueError(f"not a submitter's field: {sorted(unknown)}")
    changed = {name for name, value in values.items() if getattr(document, name) != value}
    for name, value in values.items():
        setattr(document, name, value)
    document.typed = sorted({*document.typed, *changed})
    document.version += 1
    document.save(update_fields=[*values, "typed", "version"])
    if parts is not None:
        write_parts(document, parts)
    return document


@act("receipts.take_reading")
def take_reading(document_id: int, proposals: Mapping[str, Mapping[str, Any]], *, by: Actor | None) -> IncomingDocument:
    """Take over what was read: it fills what is empty and was not typed, and never anything else.

    `proposals` maps a name of `READ_FIELDS` to `{"value", "origin", "confidence", …}`, values as JSON holds them.
    """
    document = IncomingDocument.objects.select_for_update().get(id=document_id)
    document.proposals = {name: dict(each) for name, each in proposals.items()}
    filled = ["proposals"]
    if document.state in EDITABLE_BY_SUBMITTER:
        for name, each in proposals.items():
            field = READ_FIELDS.get(name)
            if field is None or field in document.typed or not _takes(document, field, name=name):
                continue
            setattr(document, field, date.fromisoformat(each["value"]) if field.endswith("_date") else each["value"])
            filled.append(field)
    document.save(update_fields=filled)
    if document.sequence is not None:
        index_document(document.id)
    return document


@act("receipts.delete_draft")
def delete_draft(document_id: int, *, by: Actor) -> None:
    """Throw a draft away; what was handed in once is never deleted.  Raises: NotOwn, WrongState."""
    document = locked_own(document_id, by=by)
    if document.state != Workflow.DRAFT or document.sequence is not None:
        raise WrongState(number=name_of(document))
    Attachment.objects.filter(document=document).delete()
    IncomingLine.objects.filter(document=document).delete()
    IncomingDocument.objects.filter(id=document.id).delete()


def write_parts(document: IncomingDocument, parts: Sequence[Part]) -> None:
    """Replace the parts of a document that is not booked."""
    IncomingLine.objects.filter(document=document).delete()
    IncomingLine.objects.bulk_create(
        [
            IncomingLine(
                document=document, position=place, gross=part.gross, project_id=part.project_id,
                cost_type_id=part.cost_type_id, text=part.text,
            )
            for place, part in enumerate(parts, start=1)
        ]
    )  # fmt: skip


def _takes(document: IncomingDocument, field: str, *, name: str) -> bool:
    """Tell whether reading may fill the field: empty, or filled by an earlier reading (a currency always has a value).

    An IBAN on the paper is the supplier's; it is nobody's refund account.
    """
    if field == "payee_iban" and document.variant not in {"", "to_pay"}:
        return False
    current = getattr(document, field)
    return not current or field == "currency" or name in document.proposals


def editable(document_id: int, *, by: Actor) -> IncomingDocument:
    """Return one's own document, locked, if its submitter may change it now.  Raises: NotOwn, WrongState."""
    document = locked_own(document_id, by=by)
    if document.state not in EDITABLE_BY_SUBMITTER:
        raise WrongState(number=name_of(document))
    return document
