"""Who may enter which tenant and with what rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Count, QuerySet

from kontor.core import rights
from kontor.core.kept_statements import kept
from kontor.core.reading import columns_of, instance, width_of
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id
from kontor.organisations.models import (
    Membership,
    MembershipState,
    Organisation,
    Role,
    RoleAssignment,
    Tenant,
    TenantAccess,
    User,
    codes_of,
)
from kontor.organisations.permissions import PRESETS

_ENTER = """
FROM organisations_tenant t
JOIN organisations_tenantaccess a ON a.tenant_id = t.id
JOIN organisations_organisation o ON o.id = t.organisation_id
JOIN organisations_membership m ON m.organisation_id = o.id AND m.user_id = a.user_id AND m.state = 'active'
WHERE a.user_id = %(user)s
"""
_BOOKS = f"SELECT t.code, t.name {_ENTER} ORDER BY t.name, t.id"
_ENTRANCE = (
    f"SELECT EXISTS (SELECT FROM mfa_authenticator f WHERE f.user_id = %(user)s), {columns_of(Tenant, 't')}, "
    f"{columns_of(Organisation, 'o')} {_ENTER} AND t.code = %(code)s"
)
_ROLES = """
SELECT r.preset, r.rights FROM organisations_roleassignment a
JOIN organisations_role r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
WHERE a.tenant_id = %s AND a.user_id = %s
"""


def tenants_of(user: User) -> Sequence[Tenant]:
    """Return the tenants that `user` may enter, by name; pending and former members get none."""
    return list(_enterable(user).order_by("name", "id"))


@dataclass(frozen=True, slots=True)
class Books:
    """The tenants that `user` may enter, by name: what a menu needs of them.

    `sql` is a scalar statement that gives (code, name) of the first %(books)s for the person %(user)s.
    """

    user: User
    sql: ClassVar[str] = f"ARRAY(SELECT ARRAY[t.code, t.name] {_ENTER} ORDER BY t.name, t.id LIMIT %(books)s::bigint)"

    def all(self) -> Sequence[tuple[str, str]]:
        """Return (code, name) of all of them."""
        with connection.cursor() as cursor:
            cursor.execute(_BOOKS, {"user": self.user.pk})
            return [(code, name) for code, name in cursor.fetchall()]


def tenant_for(user: User, code: str) -> Tenant | None:
    """Return the tenant of that code if `user` may enter it, with organisation."""
    found = entrance(user, code)
    return found.tenant if found else None


@dataclass(frozen=True, slots=True)
class Entrance:
    """The tenant somebody may enter, with organisation; and whether they have a second factor."""

    tenant: Tenant
    has_second_factor: bool


def entrance(user: User, code: str) -> Entrance | None:
    """Return the way into the tenant of that code, None if `user` may not enter it: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRANCE, {"user": user.pk, "code": code})
        row = cursor.fetchone()
    if row is None:
        return None
    width = 1 + width_of(Tenant)
    tenant = instance(Tenant, row[1:width])
    tenant.organisation = instance(Organisation, row[width:])
    return Entrance(tenant, row[0])


def rights_of(user: User) -> frozenset[str]:
    """Return the user's effective rights in the open tenant."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [current_tenant_id(), user.pk])
        held = cursor.fetchall()
    return rights.effective_of(frozenset(code for preset, own in held for code in codes_of(preset, own)))


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
    found = Tenant.objects.select_related("organisation").filter(code=code).first()
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


@kept
def people_in(tenant_id: int) -> QuerySet[User, Any]:
    """Return id and name of those who may enter a tenant, by name."""
    return User.objects.filter(accesses__tenant_id=tenant_id).order_by("name", "id").values_list("id", "name")


def user_by_email(email: str) -> User | None:
    """Return the person of that address."""
    return User.objects.filter(email=email.strip().lower()).first()


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return dict(_names.rows(sorted(user_ids))) if user_ids else {}


@kept
def _names(user_ids: list[int]) -> QuerySet[User, Any]:
    return User.objects.filter(id__among=user_ids).values_list("id", "name")


def administered_organisation(user: User, organisation_id: int) -> Organisation | None:
    """Return the organisation if `user` is one of its administrators, with main administrator."""
    mine = Membership.objects.filter(user=user, state=MembershipState.ACTIVE, is_admin=True)
    found = Organisation.objects.select_related("main_admin").filter(id=organisation_id)
    return found.filter(id__in=mine.values("organisation_id")).first()


def memberships_of(user: User) -> Sequence[Membership]:
    """Return the person's places in organisations, in whatever state, by name, with organisation."""
    found = Membership.objects.select_related("organisation").filter(user=user)
    return list(found.order_by("organisation__name", "id"))


def membership_in(organisation: Organisation, membership_id: int) -> Membership | None:
    """Return one place in the organisation, with its person."""
    return Membership.objects.select_related("user", "organisation").filter(
        organisation=organisation, id=membership_id
    ).first()  # fmt: skip


def people_of(organisation: Organisation, *, state: MembershipState) -> Sequence[Membership]:
    """Return the places in one state by name, with persons; requests come oldest first."""
    found = Membership.objects.select_related("user").filter(organisation=organisation, state=state)
    order = ("requested_at", "id") if state == MembershipState.REQUESTED else ("user__name", "id")
    return list(found.order_by(*order))


def pending_count(organisations: Sequence[int]) -> dict[int, int]:
    """Return how many requests wait, by organisation."""
    waiting = Membership.objects.filter(organisation_id__in=organisations, state=MembershipState.REQUESTED)
    return {row["organisation_id"]: row["n"] for row in waiting.values("organisation_id").annotate(n=Count("id"))}


def tenants_in(organisation: Organisation) -> Sequence[Tenant]:
    """Return the sets of books of an organisation by name, with organisation."""
    return list(Tenant.objects.select_related("organisation").filter(organisation=organisation).order_by("name", "id"))


def demo_tenants() -> Sequence[Tenant]:
    """Return the books that are open to everybody who wants to look around, with organisation."""
    return list(Tenant.objects.select_related("organisation").filter(is_demo=True).order_by("id"))


def roles_of(user: User) -> Sequence[Role]:
    """Return the roles of a person in the open books."""
    return [one.role for one in RoleAssignment.objects.select_related("role").filter(user=user).order_by("role_id")]


def offered_roles() -> Sequence[Role]:
    """Return the roles of the open books and the presets they lack, which are made when first given."""
    own = list(roles())
    known = {role.preset for role in own}
    return own + [
        Role(preset=preset, name=name_de, rights=list(codes))
        for preset, (name_de, _name_en, codes) in PRESETS.items()
        if preset not in known and not any(role.name == name_de for role in own)
    ]


def open_books_of(organisation: Organisation) -> dict[int, list[Tenant]]:
    """Return the books that each person may enter in an organisation, by the person's id, by name."""
    opened: dict[int, list[Tenant]] = {}
    accesses = TenantAccess.objects.select_related("tenant").filter(tenant__organisation=organisation)
    for access in accesses.order_by("tenant__name", "tenant_id"):
        opened.setdefault(access.user_id, []).append(access.tenant)
    return opened
