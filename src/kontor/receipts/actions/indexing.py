"""Making receipts findable in the archive by every word on them (OC-58); private notes are never part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django_subatomic import db

from kontor.approvals.models import Message
from kontor.core.figures import format_amount, format_day
from kontor.core.iban import format_iban
from kontor.core.search import index_text
from kontor.documents.queries.reading import readings_of
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.documents import attachments_of, document_by_id, lines_of, name_of
from kontor.receipts.queries.inbox import SUBJECT, categories_of

REGIONS = ("DE", "CH")


@db.transaction_required
def index_document(document_id: int) -> None:
    """Index a receipt's fields, parts, categories and conversation, and what was read from its files."""
    document = document_by_id(document_id)
    if document is None:
        return
    files = attachments_of([document_id]).get(document_id, [])
    readings = readings_of([each.file_id for each in files])
    messages = Message.objects.filter(subject_type=SUBJECT, subject_id=document_id).order_by("id")
    words = [
        *_head(document), *_payment(document), *categories_of([document_id]).get(document_id, []),
        *_parts(lines_of([document_id]).get(document_id, []), currency=document.currency),
        *messages.values_list("text", flat=True), *(each.file.name for each in files),
        *(reading.text for reading in readings.values()),
    ]  # fmt: skip
    index_text(SUBJECT, document_id, "\n".join(word for word in words if word))


def _head(document: IncomingDocument) -> Iterable[str]:
    yield name_of(document)
    yield document.supplier_name
    yield document.supplier.name if document.supplier else ""
    yield from (document.document_number, document.purpose, document.comment, document.submitter.name)
    yield from (document.own_voucher_reason, document.reject_reason)
    yield from _days(document.document_date, document.due_date, document.service_from, document.service_to)
    yield from _amounts(document.gross, currency=document.currency)


def _payment(document: IncomingDocument) -> Iterable[str]:
    ways = (document.means, document.refund_route, document.repayment_route)
    yield from (way.name for way in ways if way is not None)
    yield from (document.payee_name, document.payee_iban, document.payee_email)
    yield format_iban(document.payee_iban) if document.payee_iban else ""
    yield from (document.remittance, document.payment_reference)
    yield document.advance.purpose if document.advance is not None else ""


def _parts(lines: Sequence[IncomingLine], *, currency: str) -> Iterable[str]:
    for line in lines:
        yield from (line.text, line.tax_code)
        yield f"{line.account.number} {line.account.name_de} {line.account.name_en}" if line.account else ""
        yield f"{line.project.code} {line.project.name}" if line.project else ""
        yield line.cost_type.name if line.cost_type else ""
        if len(lines) > 1:
            yield from _amounts(line.gross, currency=currency)


def _days(*days: date | None) -> Iterable[str]:
    for day in days:
        if day is not None:
            yield f"{format_day(day)} {day.isoformat()}"


def _amounts(minor: int | None, *, currency: str) -> Iterable[str]:
    """Yield an amount as people of either region type it, with thousands set apart and without."""
    if minor is not None:
        shown = [format_amount(minor, currency=currency, region=region) for region in REGIONS]
        plain = [shown[0].replace(".", ""), shown[1].replace("’", "").replace("'", "")]
        yield " ".join(dict.fromkeys([*shown, *plain, currency]))
