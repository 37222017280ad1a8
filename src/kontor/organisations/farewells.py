"""Deleting an account: contexts say what holds it, what was submitted stays with the organisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import translation
from django.utils.translation import gettext as _

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.organisations.actions import LastAdministrator, check_may_leave, end_access
from kontor.organisations.door import acting
from kontor.organisations.memberships import LastOrganisationAdmin
from kontor.organisations.models import CodeAttempt, Membership, MembershipState, Organisation, Tenant, User

VERBS = {"organisations.delete_account": gettext_noop("Account deleted")}

type FarewellCheck = Callable[[int], Refusal | None]

_checks: list[FarewellCheck] = []


class AccountIsHeld(Refusal):
    """Something must be settled first."""

    sentence = gettext_noop("The account cannot be deleted yet. Please settle the reasons named first.")
    status = 409


def register_farewell_check(check: FarewellCheck) -> None:
    """Ask `check(user_id)` in every open tenant of a person before their account goes; it returns the reason or None."""
    if check not in _checks:
        _checks.append(check)


def reasons_to_stay(person: User) -> Sequence[Refusal]:
    """Return what holds the account, empty if it may go; opens each of the person's books, so none may be open."""
    reasons: list[Refusal] = []
    for organisation in Organisation.objects.filter(
        memberships__user=person, memberships__is_admin=True, memberships__state=MembershipState.ACTIVE
    ).order_by("name"):
        admins = Membership.objects.filter(organisation=organisation, state=MembershipState.ACTIVE, is_admin=True)
        if admins.count() == 1 or organisation.main_admin_id == person.pk:
            reasons.append(StillAnswers(organisation=organisation.name))
    for books in _books_of(person):
        with tenant(books.id, by=person):
            try:
                check_may_leave(person)
            except LastAdministrator:
                reasons.append(OnlyAdministratorOf(books=books.name))
            reasons.extend(reason for check in _checks if (reason := check(person.pk)) is not None)
    return reasons


class StillAnswers(Refusal):
    """The person is the organisation's last or main administrator."""

    sentence = gettext_noop(
        "The account is main or only administrator of %(organisation)s. Somebody else must take that over first."
    )
    status = 409


class OnlyAdministratorOf(Refusal):
    """The person is the only administrator of books."""

    sentence = gettext_noop("The account is the only administrator of the books “%(books)s”.")
    status = 409


def delete_account(person: User, *, at: datetime) -> None:
    """End every membership, forget the person's name and address and sign them out everywhere. A door of its own.

    Raises:
        AccountIsHeld: see `reasons_to_stay`.
    """
    if reasons_to_stay(person):
        raise AccountIsHeld
    for books in _books_of(person):
        with tenant(books.id, by=person):
            end_access(person, tenant=books, by=person)
    with acting(by=person):
        _forget(person, at=at)


@act("organisations.delete_account")
def _forget(person: User, *, at: datetime) -> None:
    row = User.objects.select_for_update().get(pk=person.pk)
    administered = list(
        Membership.objects.filter(user=row, is_admin=True, state=MembershipState.ACTIVE).values_list("organisation_id", flat=True)
    )  # fmt: skip
    list(Organisation.objects.select_for_update().filter(id__in=administered).order_by("id"))
    _check_nobody_is_left_alone(row, administered)
    Membership.objects.filter(user=row, state=MembershipState.ACTIVE).update(
        state=MembershipState.ENDED, decided_at=at, is_admin=False
    )
    Membership.objects.filter(user=row).exclude(state=MembershipState.ENDED).delete()
    sessions = UserSession.objects.filter(user=row)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
    Authenticator.objects.filter(user=row).delete()
    EmailAddress.objects.filter(user=row).delete()
    CodeAttempt.objects.filter(user=row).delete()
    with translation.override(row.language):
        row.name = _("Deleted account")
    row.email, row.is_active, row.deleted_at, row.notifications = f"deleted-{row.pk}@deleted.invalid", False, at, {}
    row.set_unusable_password()
    row.save(update_fields=["name", "email", "is_active", "deleted_at", "notifications", "password"])


def _check_nobody_is_left_alone(person: User, administered: list[int]) -> None:
    for organisation_id in administered:
        others = Membership.objects.filter(organisation_id=organisation_id, state=MembershipState.ACTIVE, is_admin=True)
        if not others.exclude(user=person).exists():
            raise LastOrganisationAdmin(name=person.name)


def _books_of(person: User) -> Sequence[Tenant]:
    return list(Tenant.objects.filter(accesses__user=person).order_by("id"))
