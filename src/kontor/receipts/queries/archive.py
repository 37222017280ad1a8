"""The archive: everything that is done, rejected, withdrawn or cancelled (OC-52, OC-58)."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from kontor.core.search import search_text
from kontor.receipts.models import DocumentCategory, IncomingDocument, IncomingLine
from kontor.receipts.queries.documents import CLOSED, DONE, documents
from kontor.receipts.queries.inbox import SUBJECT, matching_word

FOUND_MAX = 1_000
STATES = ("done", "rejected", "withdrawn", "cancelled")


def archived() -> QuerySet[IncomingDocument]:
    """Return the archive's receipts; what never got a number is none."""
    return documents().filter(CLOSED).exclude(sequence=None)


def in_state(rows: QuerySet[IncomingDocument], state: str) -> QuerySet[IncomingDocument]:
    """Return the rows of one state."""
    return rows.filter(DONE) if state == "done" else rows.filter(state=state)


def found_in(rows: QuerySet[IncomingDocument], text: str) -> QuerySet[IncomingDocument]:
    """Return the rows that hold every word: on the receipt as read, in its fields, parts and categories, best first."""
    words = text.split()[:8]
    if not words:
        return rows
    ids = [hit.object_id for hit in search_text([SUBJECT], text, FOUND_MAX)]
    plain = rows
    for word in words:
        named = DocumentCategory.objects.filter(category__name__icontains=word).values("document_id")
        plain = plain.filter(matching_word(word) | Q(id__in=named))
    order = Case(*(When(id=key, then=Value(place)) for place, key in enumerate(ids[:100])), default=Value(FOUND_MAX),
                 output_field=IntegerField())  # fmt: skip
    return rows.filter(Q(id__in=ids) | Q(id__in=plain.order_by().values("id"))).annotate(found_at=order)


def with_part(rows: QuerySet[IncomingDocument], **conditions: object) -> QuerySet[IncomingDocument]:
    """Return the rows that have a part of this project or account."""
    return rows.filter(id__in=IncomingLine.objects.filter(**conditions).values("document_id"))


def with_category(rows: QuerySet[IncomingDocument], category_id: str) -> QuerySet[IncomingDocument]:
    """Return the rows that carry a keyword."""
    return rows.filter(id__in=DocumentCategory.objects.filter(category_id=category_id).values("document_id"))


def archive_years() -> list[int]:
    """Return the years of which the archive holds receipts, latest first."""
    years = IncomingDocument.objects.filter(CLOSED).exclude(year=None).order_by("-year").values_list("year", flat=True)
    return [year for year in years.distinct() if year is not None]
