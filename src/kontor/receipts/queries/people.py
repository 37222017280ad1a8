"""Who has handed in or answered receipts; for the choices of the filter bar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from kontor.approvals.models import ApprovalRequest, Decision
from kontor.organisations.models import User
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.inbox import SUBJECT

PEOPLE_MAX = 500


def submitters() -> list[tuple[str, str]]:
    """Return (id, name) of everybody who has handed something in, by name."""
    ids = IncomingDocument.objects.exclude(sequence=None).order_by().values("submitter_id").distinct()
    return _named(ids)


def reviewers() -> list[tuple[str, str]]:
    """Return (id, name) of everybody who has answered a request about a receipt, by name."""
    asked = ApprovalRequest.objects.filter(subject_type=SUBJECT).order_by().values("id")
    return _named(Decision.objects.filter(request_id__in=asked).order_by().values("user_id").distinct())


def _named(ids: QuerySet[Any, Any]) -> list[tuple[str, str]]:
    rows = User.objects.filter(id__in=ids).order_by("name").values_list("id", "name")[:PEOPLE_MAX]
    return [(str(key), name) for key, name in rows]
