"""Who can be asked for approval in the open books."""

from __future__ import annotations

from django.db.models import QuerySet

from kontor.core import rights
from kontor.core.kept_statements import kept
from kontor.organisations.models import RoleAssignment, User
from kontor.organisations.queries import names_of


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


def names_with_roles(user_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return name and role of people by id: the role by which they approve; "" for who may not any more."""
    found: dict[int, tuple[str, str]] = {}
    for row in _assignments.rows(sorted(user_ids)) if user_ids else ():
        may = "approvals.decide" in rights.effective(row.role.rights)
        name, role = found.get(row.user_id, (row.user.name, ""))
        found[row.user_id] = (name, role or (row.role.name if may else ""))
    missing = user_ids - found.keys()
    return found | ({user: (name, "") for user, name in names_of(missing).items()} if missing else {})


@kept
def _assignments(user_ids: list[int]) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(user_id__among=user_ids).select_related("role", "user").order_by("id")
