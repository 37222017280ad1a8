"""Receipts and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kontor.documents.models import StoredFile
from kontor.openitems.models import ItemSide, OpenItem
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine
from kontor.receipts.rules.duplicates import Print, likeness
from kontor.receipts.rules.tracks import Facts, ItemFacts, Payment, Status, payment_of, status_of
from kontor.receipts.rules.workflow import HANDED_IN, TO_PROCESS, document_name

DONE = Q(state="final") & (
    Q(variant="donation")
    | Q(variant="organisation", means__is_debited_later=False)
    | (Q(item__amount_open=0) & ~Q(variant="advance"))
    | Q(variant="advance", item__amount_open=0, more_receipts_follow=True)
    | Q(variant="advance", item__amount_open=0, advance__item__amount_open=0)
)
CLOSED = DONE | Q(state__in=["rejected", "withdrawn", "cancelled"])

# The same as `to_process(user).count()`, for the rail.
TO_PROCESS_COUNT = """
SELECT count(*) FROM receipts_incomingdocument d
WHERE d.tenant_id = %(tenant)s AND d.state IN ('submitted', 'approved', 'in_progress')
AND (d.assigned_to_id IS NULL OR d.assigned_to_id = %(user)s)
"""
# At least a person's receipts on their way: those whose state alone does not say that they are done.
OWN_PERHAPS_OPEN = """
SELECT count(*) FROM receipts_incomingdocument d WHERE d.tenant_id = %(tenant)s AND d.submitter_id = %(user)s
AND d.state NOT IN ('draft', 'rejected', 'withdrawn', 'cancelled')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one document stands."""

    status: Status
    payment: Payment
    is_booked: bool


def documents() -> QuerySet[IncomingDocument]:
    """Return all documents with everything their standing needs, in one statement."""
    return IncomingDocument.objects.select_related(
        "submitter", "assigned_to", "handled_by", "supplier", "means", "refund_route", "repayment_route", "item",
        "advance", "advance__item",
    )  # fmt: skip


def document_by_id(document_id: int) -> IncomingDocument | None:
    """Return one document with everything its standing needs."""
    return documents().filter(id=document_id).first()


def own_documents(user_id: int) -> QuerySet[IncomingDocument]:
    """Return what a person has handed in or is drafting, latest first."""
    return documents().filter(submitter_id=user_id).order_by("-id")


def to_process(user_id: int) -> QuerySet[IncomingDocument]:
    """Return what waits for bookkeeping and is not kept by somebody else (OC-49)."""
    return documents().filter(state__in=TO_PROCESS).filter(Q(assigned_to=None) | Q(assigned_to_id=user_id))


def standing_of(document: IncomingDocument) -> Standing:
    """Return where a document stands; it must come from `documents()`."""
    facts = facts_of(document)
    return Standing(status=status_of(facts), payment=payment_of(facts), is_booked=facts.is_booked)


def facts_of(document: IncomingDocument) -> Facts:
    """Return what a document's status is derived from."""
    item: OpenItem | None = document.item
    advance_item: OpenItem | None = document.advance.item if document.advance is not None else None
    return Facts(
        state=document.state,
        variant=document.variant,
        is_booked=document.entry_id is not None,
        item=None
        if item is None
        else ItemFacts(
            amount=item.amount,
            amount_open=item.amount_open,
            is_in_payment=item.is_in_payment,
            is_owed_to_us=item.side == ItemSide.DEBIT,
        ),
        is_debited_later=bool(document.means and document.means.is_debited_later),
        advance_open=advance_item.amount_open if advance_item is not None else 0,
        more_receipts_follow=document.more_receipts_follow,
    )


def name_of(document: IncomingDocument) -> str:
    """Return a document's number as shown, "" for a draft."""
    return document_name(document.year, document.sequence)


def lines_of(document_ids: Iterable[int]) -> dict[int, list[IncomingLine]]:
    """Return the parts of documents with project, cost type and account, one statement."""
    rows = IncomingLine.objects.filter(document_id__in=list(document_ids))
    found: dict[int, list[IncomingLine]] = {}
    for row in rows.select_related("project", "cost_type", "account").order_by("position"):
        found.setdefault(row.document_id, []).append(row)
    return found


def attachments_of(document_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Return the files of documents in their order, one statement."""
    rows = Attachment.objects.filter(document_id__in=list(document_ids)).select_related("file")
    found: dict[int, list[Attachment]] = {}
    for row in rows.order_by("position", "id"):
        found.setdefault(row.document_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A document that looks like another one, and why (`content`, `number`, `amount`)."""

    document: IncomingDocument
    why: str


def doubles_of(document: IncomingDocument, *, limit: int = 5) -> Sequence[Double]:
    """Return documents handed in that share a file, or supplier, number and amount, with this one."""
    files = set(Attachment.objects.filter(document=document).values_list("file_id", flat=True))
    alike = Q(id__in=Attachment.objects.filter(file_id__in=files).values("document_id"))
    if document.gross is not None:
        alike |= Q(gross=document.gross, currency=document.currency)
    likely = IncomingDocument.objects.filter(alike, state__in=[*HANDED_IN]).exclude(id=document.id)
    rows = likely.select_related("submitter").order_by("-id")[:200]
    prints = _prints([document, *rows])
    found = [Double(document=row, why=likeness(prints[document.id], prints[row.id])) for row in rows]
    return [each for each in found if each.why][:limit]


def _prints(rows: Sequence[IncomingDocument]) -> dict[int, Print]:
    files: dict[int, set[str]] = {}
    pairs = Attachment.objects.filter(document_id__in=[row.id for row in rows]).values_list("document_id", "file_id")
    sums = dict(StoredFile.objects.filter(id__in={file for _, file in pairs}).values_list("id", "sha256"))
    for document_id, file_id in pairs:
        files.setdefault(document_id, set()).add(sums[file_id])
    return {
        row.id: Print(
            id=row.id, files=frozenset(files.get(row.id, ())), supplier=row.supplier_name, number=row.document_number,
            gross=row.gross, currency=row.currency, day=row.document_date,
        )
        for row in rows
    }  # fmt: skip
