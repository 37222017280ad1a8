"""Joining an organisation: asked for by code, decided by its administrators."""

from __future__ import annotations

import hmac
from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, tenant
from kontor.organisations.actions import check_may_leave, end_access
from kontor.organisations.door import acting
from kontor.organisations.metering import check_room_in
from kontor.organisations.models import (
    CODE_LENGTH,
    CODE_LETTERS,
    Membership,
    MembershipState,
    Organisation,
    Tenant,
    TenantAccess,
    User,
    new_invitation_code,
)
from kontor.organisations.rules.plans import Kind

VERBS = {
    "organisations.request_membership": gettext_noop("Membership requested"),
    "organisations.accept_membership": gettext_noop("Member accepted"),
    "organisations.decline_membership": gettext_noop("Request declined"),
    "organisations.end_membership": gettext_noop("Membership ended"),
    "organisations.set_admin": gettext_noop("Administrator of the organisation changed"),
    "organisations.change_organisation": gettext_noop("Organisation changed"),
    "organisations.renew_code": gettext_noop("Invitation code renewed"),
}


class WrongInvitation(Refusal):
    """No organisation has the code."""

    sentence = gettext_noop(
        "This invitation code does not belong to any organisation. It has six letters and digits; the administrator of the organisation knows the current one."
    )


class AlreadyMember(Refusal):
    """The person belongs to the organisation."""

    sentence = gettext_noop("This account belongs to %(organisation)s already.")
    status = 409


class NotPending(Refusal):
    """Somebody has decided meanwhile."""

    sentence = gettext_noop("This request was decided meanwhile. The page now shows the current state.")
    status = 409


class LastOrganisationAdmin(Refusal):
    """Nobody could administer the organisation any more."""

    sentence = gettext_noop(
        "%(name)s is the only administrator of the organisation. Please make somebody else administrator first."
    )
    status = 409


class MainAdminStays(Refusal):
    """The main administrator answers for the organisation."""

    sentence = gettext_noop(
        "%(name)s is the main administrator of the organisation. Please choose another one in the settings first."
    )
    status = 409


class NotAMember(Refusal):
    """Only members can do this."""

    sentence = gettext_noop("%(name)s is not an active member of the organisation.")
    status = 409


def normal_code(typed: str) -> str:
    """Return an invitation code as it is kept: capitals, without blanks and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def organisation_of_code(typed: str) -> Organisation:
    """Return the organisation that invites by this code.

    Raises:
        WrongInvitation: none does.
    """
    code = normal_code(typed)
    if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS):
        found = Organisation.objects.filter(invitation_code=code).first()
        if found is not None and hmac.compare_digest(found.invitation_code, code):
            return found
    raise WrongInvitation


@act("organisations.request_membership")
def request_membership(user: User, *, code: str, at: datetime) -> tuple[Membership, bool]:
    """Ask to join the organisation of the code; returns the request and whether it is a new one.

    Declined and former members may ask again; an open request stays the same.

    Raises:
        WrongInvitation, AlreadyMember
    """
    organisation = organisation_of_code(code)
    asked = {"state": MembershipState.REQUESTED, "requested_at": at}
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        user=user, organisation=organisation, defaults=asked
    )
    if membership.state == MembershipState.ACTIVE:
        raise AlreadyMember(organisation=organisation.name)
    if not is_new and membership.state != MembershipState.REQUESTED:
        membership.state, membership.requested_at, membership.decided_at = MembershipState.REQUESTED, at, None
        membership.is_admin = membership.is_upload_only = False
        membership.save(update_fields=["state", "requested_at", "decided_at", "is_admin", "is_upload_only"])
        is_new = True
    return membership, is_new


@act("organisations.accept_membership")
def accept_membership(membership: Membership, *, only_upload: bool, at: datetime, on: date, by: Actor) -> None:
    """Take a person in; that opens no books yet.

    Raises:
        NotPending: the request was decided meanwhile.
        NoRoom: the plan has no place left.
    """
    request = _pending(membership)
    kind = Kind.UPLOAD_ONLY if only_upload else Kind.MEMBERS
    check_room_in(request.organisation, kind, on=on)
    request.state, request.decided_at, request.is_upload_only = MembershipState.ACTIVE, at, only_upload
    request.save(update_fields=["state", "decided_at", "is_upload_only"])


@act("organisations.decline_membership")
def decline_membership(membership: Membership, *, at: datetime, by: Actor) -> None:
    """Decline a request; the person may ask again.  Raises: NotPending."""
    request = _pending(membership)
    request.state, request.decided_at = MembershipState.DECLINED, at
    request.save(update_fields=["state", "decided_at"])


def end_membership(membership: Membership, *, at: datetime, by: Actor) -> None:
    """Take a member out: first all books, each in its own transaction, then the organisation. A door of its own.

    Raises:
        LastOrganisationAdmin, MainAdminStays: the organisation would have nobody.
        LastAdministrator: some books would have nobody.
    """
    person, organisation = membership.user, membership.organisation
    with acting(by=by):
        _check_replaceable(membership)
    entered = list(Tenant.objects.filter(organisation=organisation, accesses__user=person).order_by("id"))
    for books in entered:
        with tenant(books.id, by=by):
            check_may_leave(person)
    for books in entered:
        with tenant(books.id, by=by):
            end_access(person, tenant=books, by=by)
    with acting(by=by):
        _close(membership, at=at)


@act("organisations.end_membership")
def _close(membership: Membership, *, at: datetime) -> None:
    _check_replaceable(membership)
    row = Membership.objects.select_for_update().get(id=membership.id)
    row.state, row.decided_at, row.is_admin = MembershipState.ENDED, at, False
    row.save(update_fields=["state", "decided_at", "is_admin"])
    TenantAccess.objects.filter(user_id=row.user_id, tenant__organisation_id=row.organisation_id).delete()


@act("organisations.set_admin")
def set_admin(membership: Membership, *, is_admin: bool, by: Actor) -> None:
    """Make a member administrator of the organisation, or no longer.

    Raises:
        NotAMember: not active.
        LastOrganisationAdmin, MainAdminStays: the organisation would have nobody.
    """
    if membership.state != MembershipState.ACTIVE:
        raise NotAMember(name=membership.user.name)
    if not is_admin:
        _check_replaceable(membership)
    Membership.objects.filter(id=membership.id).update(is_admin=is_admin)


@act("organisations.change_organisation")
def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    official_email: str,
    demands_second_factor: bool,
    main_admin: User,
    by: Actor,
) -> None:
    """Change what the organisation is called and who answers for it.

    Raises:
        NotAMember: the main administrator is no administrator.
    """
    admins = Membership.objects.filter(organisation=organisation, state=MembershipState.ACTIVE, is_admin=True)
    if not admins.filter(user=main_admin).exists():
        raise NotAMember(name=main_admin.name)
    organisation.name, organisation.official_email = name, official_email
    organisation.demands_second_factor, organisation.main_admin = demands_second_factor, main_admin
    organisation.save(update_fields=["name", "official_email", "demands_second_factor", "main_admin"])


@act("organisations.renew_code")
def renew_invitation_code(organisation: Organisation, *, by: Actor) -> str:
    """Give the organisation another invitation code and return it; the old one holds no longer."""
    organisation.invitation_code = new_invitation_code()
    organisation.save(update_fields=["invitation_code"])
    return organisation.invitation_code


def _pending(membership: Membership) -> Membership:
    locked = Membership.objects.select_for_update(of=("self",)).select_related("organisation")
    request = locked.get(id=membership.id)
    if request.state != MembershipState.REQUESTED:
        raise NotPending
    return request


def _check_replaceable(membership: Membership) -> None:
    """Refuse to lose the organisation's last or main administrator; others wait at the organisation's row."""
    organisation = Organisation.objects.select_for_update().get(id=membership.organisation_id)
    admins = Membership.objects.filter(organisation=organisation, state=MembershipState.ACTIVE, is_admin=True)
    ids = set(admins.values_list("user_id", flat=True))
    if ids == {membership.user_id}:
        raise LastOrganisationAdmin(name=membership.user.name)
    if organisation.main_admin_id == membership.user_id:
        raise MainAdminStays(name=membership.user.name)
