"""Drafts of one's own that wait to be handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kontor.receipts.models import IncomingDocument, Workflow

SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft: what it is called so far, its amount in minor units, and since when it waits."""

    id: int
    title: str
    gross: int | None
    currency: str
    begun_at: datetime


def waiting_drafts(user_id: int, *, without: int | None = None) -> list[Waiting]:
    """Return a person's latest drafts but one, one statement."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, state=Workflow.DRAFT, sequence=None)
    columns = rows.exclude(id=without or 0).order_by("-id").values_list(
        "id", "supplier_name", "purpose", "gross", "currency", "created_at"
    )[:SHOWN_MAX]  # fmt: skip
    return [
        Waiting(id_, supplier or purpose, gross, currency, at)
        for id_, supplier, purpose, gross, currency, at in columns
    ]
