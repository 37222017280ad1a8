"""Supplier invoices that the finance team enters itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from kontor.approvals.actions.requests import Asked, request_approval
from kontor.approvals.rules.policies import Place
from kontor.core.audit import act
from kontor.core.money import half_up
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.models import StoredFile
from kontor.ledger.queries.years import year_on
from kontor.openitems.queries.loading import Rates
from kontor.organisations.metering import check_room
from kontor.organisations.models import Tenant
from kontor.organisations.rules.plans import Kind
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.processing import ProcessedPart, write_parts
from kontor.receipts.actions.submitting import SERIES, SUBJECT, fingerprint, signs_of
from kontor.receipts.models import Attachment, IncomingDocument, Workflow
from kontor.receipts.models.documents import DocumentKind
from kontor.receipts.models.settings import PaymentVariant

FIELDS = frozenset(
    {
        "supplier_name", "supplier_id", "document_number", "document_date", "due_date", "currency", "gross", "purpose",
        "payee_name", "payee_iban", "payment_reference",
    }
)  # fmt: skip


class InvoiceWithoutFile(Refusal):
    """An invoice without its document."""

    sentence = gettext_noop("The invoice itself is missing. Please add the file: books need the document.")


@act("receipts.enter_invoice")
def enter_invoice(
    values: Mapping[str, Any],
    *,
    parts: Sequence[ProcessedPart],
    files: Sequence[StoredFile],
    asks_approval: bool,
    today: date,
    at: datetime,
    by: Actor,
) -> IncomingDocument:
    """Enter a supplier's invoice that is to be paid; with `asks_approval` a fitting policy asks its people first.

    Raises:
        InvoiceWithoutFile, NoExchangeRate, NoRoom: the plan's receipts are used up, NobodyElse: nobody could approve
        ValueError: a field that this form does not write: a fault of ours.
    """
    if unknown := set(values) - FIELDS:
        raise ValueError(f"not a field of an invoice: {sorted(unknown)}")
    if not files:
        raise InvoiceWithoutFile
    tenant = Tenant.objects.select_related("organisation").get(id=current_tenant_id())
    check_room(Kind.RECEIPTS, tenant=tenant)
    year = year_on(today)
    document = IncomingDocument.objects.create(
        **values, kind=DocumentKind.SUPPLIER_INVOICE, variant=PaymentVariant.TO_PAY, state=Workflow.SUBMITTED,
        submitter_id=by.pk, year=year, sequence=take_numbers(SERIES, year=year), created_at=at, submitted_at=at,
        rate=Rates(tenant.base_currency).on(values["currency"], values["document_date"] or today),
    )  # fmt: skip
    for place, file in enumerate(files, start=1):
        Attachment.objects.create(document=document, file=file, position=place)
    write_parts(document, parts)
    request = request_approval(_asked(document, parts), at=at, by=by) if asks_approval else None
    if request is None:
        document.state, document.taken_at, document.handled_by_id = Workflow.IN_PROGRESS, at, by.pk
    else:
        document.state = Workflow.IN_REVIEW
    document.save(update_fields=["state", "taken_at", "handled_by"])
    index_document(document.id)
    return document


def _asked(document: IncomingDocument, parts: Sequence[ProcessedPart]) -> Asked:
    gross = document.gross or 0
    return Asked(
        subject_type=SUBJECT,
        subject_id=document.id,
        title=document.supplier_name or document.purpose,
        amount=gross,
        currency=document.currency,
        amount_base=half_up(Fraction(gross) * Fraction(document.rate)),
        places=[Place(project_id=part.project_id, cost_type_id=part.cost_type_id) for part in parts],
        fingerprint=fingerprint(document),
        signs=signs_of(document),
    )
