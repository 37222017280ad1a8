"""Making receipts findable in the archive by every word on them (OC-58); private notes are never part of it."""

from __future__ import annotations

from django_subatomic import db

from kontor.core.figures import format_amount
from kontor.core.search import index_text
from kontor.documents.queries.reading import readings_of
from kontor.receipts.queries.documents import attachments_of, document_by_id, lines_of, name_of
from kontor.receipts.queries.inbox import SUBJECT, categories_of


@db.transaction_required
def index_document(document_id: int) -> None:
    """Index a receipt's fields, parts, categories and what was read from its files."""
    document = document_by_id(document_id)
    if document is None:
        return
    lines = lines_of([document_id]).get(document_id, [])
    files = [each.file_id for each in attachments_of([document_id]).get(document_id, [])]
    words = [
        name_of(document), document.supplier_name, document.supplier.name if document.supplier else "",
        document.document_number, document.purpose, document.comment, document.submitter.name, document.payee_name,
        document.payee_iban, document.remittance, document.payment_reference, document.own_voucher_reason,
        format_amount(document.gross, currency=document.currency, region="DE") if document.gross is not None else "",
        " ".join(categories_of([document_id]).get(document_id, [])),
    ]  # fmt: skip
    for line in lines:
        words += [
            line.text,
            f"{line.account.number} {line.account.name_de} {line.account.name_en}" if line.account else "",
            f"{line.project.code} {line.project.name}" if line.project else "",
            line.cost_type.name if line.cost_type else "",
        ]
    words += [reading.text for reading in readings_of(files).values()]
    index_text(SUBJECT, document_id, "\n".join(word for word in words if word))
