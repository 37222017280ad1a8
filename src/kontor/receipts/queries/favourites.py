"""What a person chose before."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.receipts.models import IncomingDocument, IncomingLine

LOOKED_AT = 60


def last_used(user_id: int, *, column: str, among: Sequence[int], limit: int) -> list[int]:
    """Return the ids that a person chose last in `column` ("project_id" or "cost_type_id"), filled up from `among`."""
    rows = IncomingLine.objects.filter(document__submitter_id=user_id, document__sequence__isnull=False)
    used = rows.exclude(**{column: None}).order_by("-document_id", "position").values_list(column, flat=True)
    wanted = [each for each in dict.fromkeys(used[:LOOKED_AT]) if each in set(among)]
    return [*wanted, *(each for each in among if each not in wanted)][:limit]


def chose_before(user_id: int) -> bool:
    """Tell whether a person has handed in anything, so that the last choice can be proposed."""
    return IncomingDocument.objects.filter(submitter_id=user_id, sequence__isnull=False).exists()


def last_variant(user_id: int) -> str:
    """Return how a person paid last time, "" the first time."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, sequence__isnull=False).order_by("-submitted_at")
    return rows.values_list("variant", flat=True).first() or ""
