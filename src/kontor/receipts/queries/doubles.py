"""Documents that look like one another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import attachments_of
from kontor.receipts.rules.duplicates import Print, likeness
from kontor.receipts.rules.workflow import HANDED_IN, document_name

LOOKED_AT = 200
SHOWN = 5

_ALIKE = """
SELECT d.id, d.year, d.sequence, d.supplier_name, d.document_number, d.document_date, d.submitted_at, d.submitter_id,
  u.name, d.gross, d.currency, ARRAY(
    SELECT f.sha256 FROM receipts_attachment a
    JOIN documents_storedfile f ON f.tenant_id = a.tenant_id AND f.id = a.file_id
    WHERE a.tenant_id = d.tenant_id AND a.document_id = d.id)
FROM receipts_incomingdocument d JOIN organisations_user u ON u.id = d.submitter_id
WHERE d.tenant_id = %(tenant)s AND d.state = ANY(%(states)s) AND d.id <> %(id)s AND (
  d.gross = %(gross)s AND d.currency = %(currency)s
  OR d.id IN (SELECT a.document_id FROM receipts_attachment a
              WHERE a.tenant_id = %(tenant)s AND a.file_id = ANY(%(files)s)))
ORDER BY d.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A document that looks like another one, and why (`content`, `number`, `amount`); gross in minor units."""

    id: int
    name: str
    submitter: str
    submitter_id: int
    submitted_at: datetime | None
    day: date | None
    gross: int | None
    currency: str
    why: str


def doubles_of(
    document: IncomingDocument, *, files: Collection[tuple[int, str]] | None = None, limit: int = SHOWN
) -> Sequence[Double]:
    """Return documents handed in that share a file, or supplier, number and amount, with this one; one statement.

    `files` are ids and SHA-256 sums of the document's own files, where they are known already.
    """
    own = _files_of(document) if files is None else files
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "states": sorted(HANDED_IN), "id": document.id, "gross": document.gross,
        "currency": document.currency, "files": [key for key, _sum in own], "most": LOOKED_AT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, values)
        rows = cursor.fetchall()
    mine = Print(
        id=document.id, files=frozenset(found for _key, found in own), supplier=document.supplier_name,
        number=document.document_number, gross=document.gross, currency=document.currency, day=document.document_date,
    )  # fmt: skip
    return [double for row in rows if (double := _double(row, mine)).why][:limit]


def _files_of(document: IncomingDocument) -> list[tuple[int, str]]:
    return [(each.file_id, each.file.sha256) for each in attachments_of([document.id]).get(document.id, [])]


def _double(row: Sequence[Any], mine: Print) -> Double:
    (key, year, sequence, supplier, number, day, submitted_at, submitter_id, submitter, gross, currency, sums) = row
    other = Print(
        id=key, files=frozenset(sums), supplier=supplier, number=number, gross=gross, currency=currency, day=day
    )
    return Double(
        id=key, name=document_name(year, sequence), submitter=submitter, submitter_id=submitter_id,
        submitted_at=submitted_at, day=day, gross=gross, currency=currency, why=likeness(mine, other),
    )  # fmt: skip
