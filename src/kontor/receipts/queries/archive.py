"""The archive: everything that is done, rejected, withdrawn or cancelled (OC-52, OC-58)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from kontor.core.kept_statements import kept
from kontor.core.search import search_text
from kontor.core.tenancy import current_tenant_id
from kontor.receipts.models import DocumentCategory, IncomingDocument, IncomingLine
from kontor.receipts.queries.closed import IsClosed
from kontor.receipts.queries.documents import DONE, IS_UNFINISHED, STANDING_JOINS
from kontor.receipts.queries.inbox import SUBJECT, matching_word

FOUND_MAX = 1_000
# What the table shows and a standing is derived from.
SHOWN = (
    "tenant_id", "year", "sequence", "document_number", "supplier_name", "purpose", "document_date", "state", "variant",
    "gross", "currency", "more_receipts_follow", "entry", "submitter__name", "means__tenant_id",
    "means__is_debited_later", "item__tenant_id", "item__amount", "item__amount_open", "item__is_in_payment",
    "item__side", "advance__tenant_id", "advance__item__tenant_id", "advance__item__amount_open",
)  # fmt: skip
_PLACES = """
SELECT l.document_id, array_agg(a.number ORDER BY l.position) FILTER (WHERE a.number IS NOT NULL),
  array_agg(p.name ORDER BY l.position) FILTER (WHERE p.name IS NOT NULL)
FROM receipts_incomingline l
LEFT JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
LEFT JOIN projects_project p ON p.tenant_id = l.tenant_id AND p.id = l.project_id
WHERE l.tenant_id = %s AND l.document_id = ANY(%s) GROUP BY l.document_id
"""
_YEARS = f"""
WITH RECURSIVE years AS (
  (SELECT d.year FROM receipts_incomingdocument d WHERE d.tenant_id = %(tenant)s AND d.year IS NOT NULL
   ORDER BY d.year DESC LIMIT 1)
  UNION ALL
  SELECT (SELECT d.year FROM receipts_incomingdocument d WHERE d.tenant_id = %(tenant)s AND d.year < y.year
          ORDER BY d.year DESC LIMIT 1)
  FROM years y WHERE y.year IS NOT NULL
)
SELECT y.year FROM years y WHERE EXISTS (
  SELECT FROM receipts_incomingdocument d {STANDING_JOINS}
  WHERE d.tenant_id = %(tenant)s AND d.year = y.year AND d.state <> 'draft' AND NOT ({IS_UNFINISHED}))
ORDER BY y.year DESC
"""
STATES = ("done", "rejected", "withdrawn", "cancelled")


@kept
def archived() -> QuerySet[IncomingDocument]:
    """Return the archive's receipts; what never got a number is none."""
    rows = IncomingDocument.objects.select_related("submitter", "means", "item", "advance", "advance__item")
    return rows.only(*SHOWN).filter(IsClosed()).exclude(sequence=None)


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


@dataclass(frozen=True, slots=True)
class Places:
    """Where a receipt went, in the order of its parts: numbers of accounts, names of projects."""

    accounts: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


def places_of(document_ids: Iterable[int]) -> dict[int, Places]:
    """Return where receipts went, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [current_tenant_id(), list(document_ids)])
        rows = cursor.fetchall()
    return {key: Places(_once(accounts), _once(projects)) for key, accounts, projects in rows}


def _once(words: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words or ()))


def archive_years() -> list[int]:
    """Return the years of which the archive holds receipts, latest first; found by leaps over the index of numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, {"tenant": current_tenant_id()})
        return [row[0] for row in cursor.fetchall()]
