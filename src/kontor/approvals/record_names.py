"""What the record calls policies and what was asked for."""

from __future__ import annotations

from kontor.approvals.models import ApprovalPolicy, ApprovalRequest
from kontor.core.object_names import name_objects


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects("approvals.policy", ApprovalPolicy.objects.all, lambda row: row.name)
    name_objects("approvals.request", ApprovalRequest.objects.all, lambda row: row.title)
