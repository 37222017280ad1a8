"""Opening books, letting people in, giving them roles."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from django.db import connection

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.organisations.metering import note_seats, takes_seat
from kontor.organisations.models import (
    Chart,
    Country,
    Membership,
    MembershipState,
    Organisation,
    OrganisationKind,
    Role,
    RoleAssignment,
    Tenant,
    TenantAccess,
    User,
)
from kontor.organisations.permissions import PRESETS
from kontor.organisations.places import belong, take_place
from kontor.organisations.queries import administrators, offered_roles, role_named

BASE_CURRENCIES = {Country.DE: "EUR", Country.AT: "EUR", Country.CH: "CHF"}
ADMINISTRATOR = "administrator"
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

VERBS = {
    "organisations.create_tenant": gettext_noop("Books opened"),
    "organisations.grant_access": gettext_noop("Person let in"),
    "organisations.give_role": gettext_noop("Role given"),
    "organisations.take_role": gettext_noop("Role taken away"),
    "organisations.end_access": gettext_noop("Access ended"),
    "organisations.role": gettext_noop("Role"),
}


class Opener(Protocol):
    """What a context sets up in new books, inside their transaction."""

    def __call__(self, tenant: Tenant, *, first_day: date, by: Actor | None) -> None: ...


class WrongCode(Refusal):
    """The code cannot stand in an address."""

    sentence = gettext_noop(
        "“%(code)s” cannot be the code of books: it stands in every address and has up to 50 small letters, digits and dashes."
    )


class CodeTaken(Refusal):
    """Other books have the code."""

    sentence = gettext_noop("Books with the code “%(code)s” exist already. Please choose another code.")
    status = 409


class UnknownChart(Refusal):
    """No such chart or country."""

    sentence = gettext_noop("“%(name)s” is not known here. Countries: DE, AT, CH; charts: %(charts)s.")


class NameMissing(Refusal):
    """Nothing to print on what the books send."""

    sentence = gettext_noop("The name of the books is missing. Statements, reports and mails carry it.")


class UnknownRole(Refusal):
    """No such role in these books."""

    sentence = gettext_noop("There is no role “%(role)s” in these books. Roles: %(roles)s.")


class WrongUserEmail(Refusal):
    """Not an address."""

    sentence = gettext_noop("“%(email)s” is not an e-mail address.")


class UserExists(Refusal):
    """The address is in use."""

    sentence = gettext_noop("There is an account for %(email)s already. Please give it access instead.")
    status = 409


class LastAdministrator(Refusal):
    """Nobody could manage people any more."""

    sentence = gettext_noop(
        "%(name)s is the only administrator. Please make somebody else administrator first, otherwise nobody can manage people."
    )
    status = 409


_openers: list[Opener] = []


def register_opener(opener: Opener) -> None:
    """Let a context set itself up in new books; called in order of registration, from the lower floors up."""
    if opener not in _openers:
        _openers.append(opener)


def reserve_tenant_id() -> int:
    """Take the id of books that are about to be opened: `with tenant(reserve_tenant_id()): create_tenant(…)`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('organisations_tenant', 'id'))")
        reserved: int = cursor.fetchone()[0]
    return reserved


def create_organisation(
    name: str,
    *,
    demands_second_factor: bool = True,
    kind: str = OrganisationKind.OTHER,
    official_email: str = "",
    main_admin: User | None = None,
) -> Organisation:
    """Create an organisation, the owner of books; whoever becomes its main administrator is its first member."""
    made = Organisation.objects.create(
        name=name, demands_second_factor=demands_second_factor, kind=kind, official_email=official_email, main_admin=main_admin
    )  # fmt: skip
    if main_admin is not None:
        Membership.objects.create(user=main_admin, organisation=made, state=MembershipState.ACTIVE, is_admin=True)
    return made


@act("organisations.create_tenant")
def create_tenant(
    code: str,
    *,
    name: str,
    country: str,
    chart: str,
    first_year: int,
    first_month: int = 1,
    organisation: Organisation | None = None,
    demands_second_factor: bool = True,
    is_demo: bool = False,
    by: Actor | None,
) -> Tenant:
    """Open new books in the tenant context of a reserved id: organisation, tenant, roles, and what every context sets up.

    Without `organisation` one of the same name is created. The first fiscal year begins with `first_month` (1 to 12) of
    `first_year`, and so do all that follow.

    Raises:
        WrongCode, CodeTaken: the code.
        NameMissing: no name.
        UnknownChart: country or chart.
    """
    _check_tenant(code, country=country, chart=chart)
    if not name.strip():
        raise NameMissing
    owner = organisation or create_organisation(name, demands_second_factor=demands_second_factor)
    tenant = Tenant.objects.create(
        id=current_tenant_id(), organisation=owner, code=code, name=name, country=country,
        base_currency=BASE_CURRENCIES[Country(country)], chart=chart, is_demo=is_demo,
    )  # fmt: skip
    _create_roles()
    for opener in _openers:
        opener(tenant, first_day=date(first_year, first_month, 1), by=by)
    return tenant


def create_user(email: str, *, name: str = "", language: str = "de", is_verified: bool = True) -> User:
    """Create a person without a password; the door hands them a one-time link.

    `is_verified`: the caller vouches that the address is the person's own.

    Raises:
        WrongUserEmail, UserExists
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise WrongUserEmail(email=email)
    if User.objects.filter(email=address).exists():
        raise UserExists(email=address)
    user = User.objects.create_user(address, name=name or address.split("@")[0], is_verified=is_verified)
    if language != user.language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@act("organisations.grant_access")
def grant_access(user: User, *, tenant: Tenant, role: str, by: Actor | None) -> None:
    """Let a person into the open books with a role, given by preset code or name; again is no error.

    The first administrator of an organisation's books administers the organisation, too.

    Raises:
        UnknownRole: the books know no such role.
        NoRoom: the plan has no place for another member.
    """
    given = _role(role)
    belong(user, tenant=tenant, rights=given.codes, is_administrator=given.preset == ADMINISTRATOR)
    TenantAccess.objects.get_or_create(user=user, tenant=tenant)
    give_role(user, role=role, by=by)


@act("organisations.give_role")
def give_role(user: User, *, role: str, by: Actor | None) -> None:  # the audit knows `by`
    """Give a person a role in the open books.

    Raises:
        UnknownRole: the books know no such role.
        NoRoom: the plan has no place for what the role needs.
    """
    given = _role(role)
    books = _open_tenant()
    take_place(user, books=books, rights=given.codes)
    RoleAssignment.objects.get_or_create(role=given, user=user)
    if takes_seat(given.codes):
        note_seats(books)


@act("organisations.take_role")
def take_role(user: User, *, role: str, by: Actor | None) -> None:
    """Take a role from a person in the open books.

    Raises:
        UnknownRole: the books know no such role.
        LastAdministrator: nobody could manage people any more.
    """
    taken = _role(role)
    if taken.preset == ADMINISTRATOR:
        check_may_leave(user)
    RoleAssignment.objects.filter(role=taken, user=user).delete()
    if takes_seat(taken.codes):
        note_seats(_open_tenant())


@act("organisations.end_access")
def end_access(user: User, *, tenant: Tenant, by: Actor | None) -> None:
    """Take all roles and the way into the open books from a person; what they did stays theirs.

    Raises:
        LastAdministrator: nobody could manage people any more.
    """
    check_may_leave(user)
    RoleAssignment.objects.filter(user=user).delete()
    TenantAccess.objects.filter(user=user, tenant=tenant).delete()
    note_seats(tenant)


def _check_tenant(code: str, *, country: str, chart: str) -> None:
    if not _CODE.fullmatch(code):
        raise WrongCode(code=code)
    for name, known in ((country, Country.values), (chart, Chart.values)):
        if name not in known:
            raise UnknownChart(name=name, charts=", ".join(Chart.values))
    if Tenant.objects.filter(code=code).exists():
        raise CodeTaken(code=code)


def _create_roles() -> None:
    for preset, (name_de, _name_en, rights) in PRESETS.items():
        Role.objects.create(preset=preset, name=name_de, rights=list(rights))


def check_may_leave(user: User) -> None:
    """Refuse to lose the only administrator of the open books.  Raises: LastAdministrator."""
    if list(administrators()) == [user.pk]:
        raise LastAdministrator(name=user.name)


def _role(role: str) -> Role:
    found = role_named(role) or _preset_role(role)
    if found is None:
        raise UnknownRole(role=role, roles=", ".join(sorted(PRESETS)))
    return found


def _preset_role(role: str) -> Role | None:
    """Make a preset role that these books were opened without."""
    wanted = role.strip()
    for offered in offered_roles():
        if not offered.id and wanted in {offered.preset, offered.name}:
            offered.save()
            return offered
    return None


def _open_tenant() -> Tenant:
    return Tenant.objects.select_related("organisation").get(id=current_tenant_id())
