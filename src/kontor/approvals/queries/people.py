"""Who can be asked for approval in the open books."""

from __future__ import annotations

from kontor.core import rights
from kontor.organisations.models import RoleAssignment, User


def deciders() -> list[User]:
    """Return who may answer approvals, by name."""
    held: dict[int, set[str]] = {}
    for assignment in RoleAssignment.objects.select_related("role"):
        held.setdefault(assignment.user_id, set()).update(assignment.role.rights)
    able = [user for user, codes in held.items() if "approvals.decide" in rights.effective(codes)]
    return list(User.objects.filter(id__in=able, is_active=True).order_by("name", "id"))


def may_decide(user_id: int) -> bool:
    """Tell whether a person may answer approvals."""
    assignments = RoleAssignment.objects.filter(user_id=user_id).select_related("role")
    return "approvals.decide" in rights.effective(code for row in assignments for code in row.role.rights)
