"""Who may enter which tenant and with what rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kontor.core import rights
from kontor.core.refusal import Refusal, gettext_noop
from kontor.organisations.models import MembershipState, Role, RoleAssignment, Tenant, User


def tenants_of(user: User) -> Sequence[Tenant]:
    """Return the tenants that `user` may enter, by name; pending and former members get none."""
    return list(_enterable(user).order_by("name", "id"))


def tenant_for(user: User, code: str) -> Tenant | None:
    """Return the tenant of that code if `user` may enter it, with organisation."""
    return _enterable(user).filter(code=code).first()


def rights_of(user: User) -> frozenset[str]:
    """Return the user's effective rights in the open tenant."""
    roles = RoleAssignment.objects.filter(user=user).select_related("role")
    return rights.effective(code for assignment in roles for code in assignment.role.rights)


def _enterable(user: User) -> QuerySet[Tenant]:
    return Tenant.objects.select_related("organisation").filter(
        accesses__user=user,
        organisation__memberships__user=user,
        organisation__memberships__state=MembershipState.ACTIVE,
    )


class UnknownTenant(Refusal):
    """No tenant has the code."""

    sentence = gettext_noop("There is no tenant with the code “%(code)s”. Known codes: %(known)s.")
    status = 404


def tenant_of_code(code: str) -> Tenant:
    """Return the tenant for the command line, which acts without a user.  Raises: UnknownTenant."""
    found = Tenant.objects.filter(code=code).first()
    if found is None:
        raise UnknownTenant(
            code=code, known=", ".join(Tenant.objects.order_by("code").values_list("code", flat=True)) or "–"
        )
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """A person who may enter the open books, with their roles."""

    user: User
    roles: tuple[Role, ...]


def role_named(name: str) -> Role | None:
    """Return the role of that preset code or name in the open books."""
    by_preset = Role.objects.filter(preset=name.strip().lower()).exclude(preset="").first()
    return by_preset or Role.objects.filter(name=name.strip()).first()


def roles() -> Sequence[Role]:
    """Return the roles of the open books in the order they were made."""
    return list(Role.objects.order_by("id"))


def administrators() -> Sequence[int]:
    """Return the ids of the people who may manage people in the open books."""
    assignments = RoleAssignment.objects.filter(role__preset="administrator").order_by("user_id")
    return list(assignments.values_list("user_id", flat=True))


def members_of(tenant: Tenant) -> Sequence[Member]:
    """Return who may enter `tenant`, by name, each with their roles."""
    held: dict[int, list[Role]] = {}
    for assignment in RoleAssignment.objects.select_related("role").order_by("role_id"):
        held.setdefault(assignment.user_id, []).append(assignment.role)
    people = User.objects.filter(accesses__tenant=tenant).order_by("name", "id")
    return [Member(user, tuple(held.get(user.id, ()))) for user in people]


def user_by_email(email: str) -> User | None:
    """Return the person of that address."""
    return User.objects.filter(email=email.strip().lower()).first()


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return dict(User.objects.filter(id__in=user_ids).values_list("id", "name"))
