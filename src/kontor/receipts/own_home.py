"""The home page of those who only hand receipts in: where the last ones are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest

from kontor.receipts.desk.words import row_title, status_mark
from kontor.receipts.queries.documents import CLOSED, own_documents, standing_of
from kontor.receipts.rules.workflow import document_name

ROWS_MAX = 5


def ways(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return a person's receipts that are under way, questions first; None for those with the books on their page."""
    rights: frozenset[str] = request.rights  # type: ignore[attr-defined]  # inside the door
    if "ledger.view" in rights:
        return None
    is_asked = Case(When(state="query", then=Value(0)), default=Value(1), output_field=IntegerField())
    under_way = own_documents(request.user.pk or 0).exclude(state="draft").exclude(CLOSED)
    rows = list(under_way.order_by(is_asked, "-id")[:ROWS_MAX])
    if not rows:
        return None
    shown = []
    for row in rows:
        standing = standing_of(row)
        number = document_name(row.year, row.sequence)
        title = row_title(row.supplier_name, row.purpose, number)
        shown.append((row, title, number, status_mark(standing.status, standing.payment)))
    return {"ways": shown}
