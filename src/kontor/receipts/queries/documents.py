"""Receipts and where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from kontor.core.reading import columns_of, selected
from kontor.core.tenancy import TenantModel, current_tenant_id
from kontor.documents.models import StoredFile
from kontor.ledger.models.accounts import Account
from kontor.openitems.models import ItemSide, OpenItem
from kontor.organisations.models import User
from kontor.projects.models import CostType, Project
from kontor.receipts.models import Advance, Attachment, IncomingDocument, IncomingLine, PaymentMeans
from kontor.receipts.rules.tracks import Facts, ItemFacts, Payment, Status, payment_of, status_of
from kontor.receipts.rules.workflow import TO_PROCESS, document_name

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
# What a receipt's standing is derived from, and `DONE` and `CLOSED` over it, for statements written by hand.
STANDING_JOINS = """
LEFT JOIN receipts_paymentmeans m ON m.tenant_id = d.tenant_id AND m.id = d.means_id
LEFT JOIN openitems_openitem i ON i.tenant_id = d.tenant_id AND i.id = d.item_id
LEFT JOIN receipts_advance a ON a.tenant_id = d.tenant_id AND a.id = d.advance_id
LEFT JOIN openitems_openitem ai ON ai.tenant_id = a.tenant_id AND ai.id = a.item_id
"""
IS_UNFINISHED = """
d.state NOT IN ('draft', 'rejected', 'withdrawn', 'cancelled') AND (d.state = 'final' AND (
  d.variant = 'donation' OR d.variant = 'organisation' AND NOT m.is_debited_later
  OR i.amount_open = 0 AND (d.variant <> 'advance' OR d.more_receipts_follow OR ai.amount_open = 0)
)) IS NOT TRUE
"""
# A person's receipts on their way, for the rail.
OWN_COUNT = f"""
SELECT count(*) FROM receipts_incomingdocument d {STANDING_JOINS}
WHERE d.tenant_id = %(tenant)s AND d.submitter_id = %(user)s AND {IS_UNFINISHED}
"""
_DOCUMENT = f"""
SELECT {columns_of(IncomingDocument, "d")}, {columns_of(User, "u")}, {columns_of(User, "o")}
FROM receipts_incomingdocument d JOIN organisations_user u ON u.id = d.submitter_id
LEFT JOIN organisations_user o ON o.id = d.assigned_to_id
WHERE d.tenant_id = %s AND d.id = %s
"""
_KNOWN_IBAN = """
SELECT EXISTS (SELECT FROM receipts_incomingdocument d WHERE d.tenant_id = %s AND d.payee_iban = %s AND d.id <> %s
               AND d.state IN ('approved', 'in_progress', 'final'))
"""
_LINES = f"""
SELECT {columns_of(IncomingLine, "l")}, {columns_of(Project, "p")}, {columns_of(CostType, "c")}, {columns_of(Account, "a")}
FROM receipts_incomingline l
LEFT JOIN projects_project p ON p.tenant_id = l.tenant_id AND p.id = l.project_id
LEFT JOIN projects_costtype c ON c.tenant_id = l.tenant_id AND c.id = l.cost_type_id
LEFT JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE l.tenant_id = %s AND l.document_id = ANY(%s) ORDER BY l.position
"""
_ATTACHMENTS = f"""
SELECT {columns_of(Attachment, "a")}, {columns_of(StoredFile, "f")}
FROM receipts_attachment a JOIN documents_storedfile f ON f.tenant_id = a.tenant_id AND f.id = a.file_id
WHERE a.tenant_id = %s AND a.document_id = ANY(%s) ORDER BY a.position, a.id
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
    """Return one document with everything its standing needs: one statement, and one for each thing that it has."""
    rows = selected(_DOCUMENT, [current_tenant_id(), document_id], IncomingDocument, User, User)
    if not rows:
        return None
    document, submitter, owner = rows[0]
    assert submitter is not None  # the join has found one
    document.submitter, document.assigned_to = submitter, owner
    document.means = _one(PaymentMeans, document.means_id)
    document.item = _one(OpenItem, document.item_id)
    document.advance = _one(Advance, document.advance_id)
    if document.advance is not None:
        document.advance.item = _one(OpenItem, document.advance.item_id)
    return document


def _one[M: TenantModel](model: type[M], key: int | None) -> M | None:
    """Return the row of that key, None without one."""
    if key is None:
        return None
    statement = f"SELECT {columns_of(model, 't')} FROM {model._meta.db_table} t WHERE t.tenant_id = %s AND t.id = %s"
    rows = selected(statement, [current_tenant_id(), key], model)
    return rows[0][0] if rows else None


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
    found: dict[int, list[IncomingLine]] = {}
    values = [current_tenant_id(), list(document_ids)]
    for line, project, cost_type, account in selected(_LINES, values, IncomingLine, Project, CostType, Account):
        line.project, line.cost_type, line.account = project, cost_type, account
        found.setdefault(line.document_id, []).append(line)
    return found


def attachments_of(document_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Return the files of documents in their order, one statement."""
    found: dict[int, list[Attachment]] = {}
    values = [current_tenant_id(), list(document_ids)]
    for attachment, file in selected(_ATTACHMENTS, values, Attachment, StoredFile):
        attachment.file = file
        found.setdefault(attachment.document_id, []).append(attachment)
    return found


def is_iban_known(iban: str, *, besides: int) -> bool:
    """Tell whether another receipt that was accepted is paid to this IBAN."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_IBAN, [current_tenant_id(), iban, besides])
        found: bool = cursor.fetchone()[0]
    return found
