"""The users of an organisation: pending ones, members, and which books they may enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.clock import now, today
from kontor.core.refusal import Refusal
from kontor.core.rights import Right, declared
from kontor.core.tenancy import tenant
from kontor.organisations import letters
from kontor.organisations.actions import end_access, give_role, grant_access, take_role
from kontor.organisations.door import OrganisationRequest, acting, administering
from kontor.organisations.memberships import (
    NotAMember,
    accept_membership,
    decline_membership,
    end_membership,
    set_admin,
)
from kontor.organisations.metering import subscription_of
from kontor.organisations.models import Membership, MembershipState, Role, Tenant
from kontor.organisations.queries import membership_in, offered_roles, open_books_of, people_of, roles_of, tenants_in
from kontor.organisations.rules.plans import NoRoom
from kontor.ui.refusals import translated


@require_safe
@administering()
def users(request: OrganisationRequest) -> HttpResponse:
    """Show pending users and members, each with the books that are open to them."""
    own = request.organisation
    members = people_of(own, state=MembershipState.ACTIVE)
    opened = open_books_of(own)
    subscription = subscription_of(own)
    context = {
        "organisation": own, "pending": people_of(own, state=MembershipState.REQUESTED), "members": [(one, opened.get(one.user_id, [])) for one in members],
        "code": own.invitation_code, "counts_uploaders": subscription is not None and subscription.plan.members_max is not None,
    }  # fmt: skip
    return render(request, "organisations/users.html", context)


@require_POST
@administering()
def accept(request: OrganisationRequest, membership_id: int) -> HttpResponse:
    """Take a pending user in; what comes next is granting access."""
    asked = _membership(request, membership_id)
    only_upload = request.POST.get("only_upload") == "1"
    with acting(by=request.user):
        accept_membership(asked, only_upload=only_upload, at=now(), on=today(), by=request.user)
        letters.tell_accepted(asked, url=request.build_absolute_uri("/"))
    messages.success(request, _("%(name)s was accepted. Please grant access now.") % {"name": asked.user.name})
    return redirect("organisation_access", organisation_id=request.organisation.id, membership_id=asked.id)


@require_POST
@administering()
def decline(request: OrganisationRequest, membership_id: int) -> HttpResponse:
    """Decline a pending user."""
    asked = _membership(request, membership_id)
    with acting(by=request.user):
        decline_membership(asked, at=now(), by=request.user)
        letters.tell_declined(asked, url=request.build_absolute_uri(reverse("join")))
    messages.success(request, _("The request of %(name)s was declined") % {"name": asked.user.name})
    return _to_users(request)


@require_POST
@administering(fresh=True)
def end(request: OrganisationRequest, membership_id: int) -> HttpResponse:
    """End a membership with all access; what the person did stays."""
    leaving = _membership(request, membership_id)
    end_membership(leaving, at=now(), by=request.user)
    with acting(by=request.user):
        letters.tell_ended(leaving)
    messages.success(request, _("The membership of %(name)s has ended") % {"name": leaving.user.name})
    return _to_users(request)


@require_POST
@administering(fresh=True)
def admin(request: OrganisationRequest, membership_id: int) -> HttpResponse:
    """Make a member administrator of the organisation, or no longer."""
    member = _membership(request, membership_id)
    with acting(by=request.user):
        set_admin(member, is_admin=request.POST.get("admin") == "1", by=request.user)
    messages.success(request, _("Saved for %(name)s") % {"name": member.user.name})
    return _to_users(request)


@dataclass(frozen=True, slots=True)
class OfferedRole:
    """A role as the page offers it: held or not, and what it may do."""

    role: Role
    is_held: bool
    rights: Sequence[Right]


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may do in one set of books; `refusal` says why the last change failed, and whether the plan helps."""

    books: Tenant
    roles: Sequence[OfferedRole]
    refusal: str = ""
    leads_to_plan: bool = False

    @property
    def field(self) -> str:
        """Return the name of the checkboxes."""
        return f"books{self.books.id}"


@administering(fresh=True)
def access(request: OrganisationRequest, membership_id: int) -> HttpResponse:
    """Grant access: choose roles per set of books; none closes the books to the person."""
    member = _membership(request, membership_id)
    if member.state != MembershipState.ACTIVE:
        raise NotAMember(name=member.user.name)
    refusals: dict[int, Refusal] = {}
    if request.method == "POST":
        opened: list[Tenant] = []
        for books in tenants_in(request.organisation):
            try:
                if _set_access(request, member, books):
                    opened.append(books)
            except Refusal as refusal:
                refusals[books.id] = refusal
        if opened:
            with acting(by=request.user):
                letters.tell_access(member, books=opened, url=request.build_absolute_uri("/"))
        if not refusals:
            messages.success(request, _("Access of %(name)s saved") % {"name": member.user.name})
            return _to_users(request)
    entries = [_access(request, member, books, refusals.get(books.id)) for books in tenants_in(request.organisation)]
    context = {"organisation": request.organisation, "member": member, "entries": entries}
    return render(request, "organisations/access.html", context, status=409 if refusals else 200)


def _set_access(request: OrganisationRequest, member: Membership, books: Tenant) -> bool:
    """Bring the person's roles in one set of books to what was ticked, in one transaction; True if it opens them."""
    person, wanted = member.user, set(request.POST.getlist(f"books{books.id}"))
    with tenant(books.id, by=request.user):
        offered = {role.name for role in offered_roles()}
        held = {role.name for role in roles_of(person)}
        for number, name in enumerate(sorted((wanted & offered) - held)):
            if not held and number == 0:
                grant_access(person, tenant=books, role=name, by=request.user)
            else:
                give_role(person, role=name, by=request.user)
        if not wanted & offered:
            if held or books.accesses.filter(user=person).exists():
                end_access(person, tenant=books, by=request.user)
            return False
        for name in sorted(held - wanted):
            take_role(person, role=name, by=request.user)
        return not held


def _access(request: OrganisationRequest, member: Membership, books: Tenant, refusal: Refusal | None) -> Access:
    known = declared()
    with tenant(books.id, by=request.user):
        held = {role.name for role in roles_of(member.user)}
        ticked = set(request.POST.getlist(f"books{books.id}")) if refusal else held
        roles = [
            OfferedRole(role, role.name in ticked, [known[code] for code in role.codes if code in known])
            for role in offered_roles()
        ]
    if refusal is None:
        return Access(books, roles)
    return Access(books, roles, translated(refusal), isinstance(refusal, NoRoom))


def _membership(request: OrganisationRequest, membership_id: int) -> Membership:
    found = membership_in(request.organisation, membership_id)
    if found is None:
        raise Http404
    return found


def _to_users(request: OrganisationRequest) -> HttpResponse:
    return redirect("organisation_users", organisation_id=request.organisation.id)
