"""People of the books and their roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.core.refusal import Refusal
from kontor.core.rights import declared
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.actions import create_user, end_access, give_role, grant_access, take_role
from kontor.organisations.forms import NewPersonForm, RolesForm
from kontor.organisations.links import one_time_link
from kontor.organisations.queries import Member, members_of, roles, user_by_email
from kontor.ui.refusals import translated


@require_safe
@permit("org.roles")
def people(request: TenantRequest) -> HttpResponse:
    """Show who may enter these books, with their roles, and what each role may do."""
    known = declared()
    held = [(role, [known[code] for code in role.codes if code in known]) for role in roles()]
    context = {"members": members_of(request.tenant), "roles": held, "new_link": request.session.pop("new_link", None)}
    return render(request, "organisations/people.html", context)


@permit("org.roles", fresh=True)
def new_person(request: TenantRequest) -> HttpResponse:
    """Let somebody in by e-mail address; a new person gets a link that is shown once."""
    form = NewPersonForm(request.POST or None, roles=roles())
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                _let_in(request, form)
            return redirect("people", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
    return render(request, "organisations/new_person.html", {"form": form}, status=422 if form.is_bound else 200)


@permit("org.roles", fresh=True)
def person(request: TenantRequest, user_id: int) -> HttpResponse:
    """Give and take roles of one person."""
    member = _member(request, user_id)
    held = [role.name for role in member.roles]
    form = RolesForm(request.POST or None, roles=roles(), initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                _set_roles(request, member, wanted=form.cleaned_data["roles"])
            messages.success(request, _("Roles of %(name)s saved") % {"name": member.user.name})
            return redirect("people", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error("roles", translated(refusal))
    context = {"form": form, "member": member, "subtitle": member.user.name}
    return render(request, "organisations/person.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit("org.roles", fresh=True)
def end(request: TenantRequest, user_id: int) -> HttpResponse:
    """End a person's access to these books."""
    member = _member(request, user_id)
    end_access(member.user, tenant=request.tenant, by=request.user)
    messages.success(request, _("%(name)s can no longer enter these books") % {"name": member.user.name})
    return redirect("people", tenant=request.tenant.code)


def _let_in(request: TenantRequest, form: NewPersonForm) -> None:
    known = user_by_email(form.cleaned_data["email"])
    # Where anybody may register, an administrator does not vouch for a stranger's address: its owner confirms it.
    vouches = settings.REGISTRATION != "anyone"
    person = known or create_user(form.cleaned_data["email"], name=form.cleaned_data["name"], is_verified=vouches)
    grant_access(person, tenant=request.tenant, role=form.cleaned_data["role"], by=request.user)
    if known is None:
        request.session["new_link"] = {"name": person.name, "url": request.build_absolute_uri(one_time_link(person))}
    messages.success(request, _("%(name)s may enter these books") % {"name": person.name})


def _set_roles(request: TenantRequest, member: Member, *, wanted: list[str]) -> None:
    held = {role.name for role in member.roles}
    for role in sorted(set(wanted) - held):
        give_role(member.user, role=role, by=request.user)
    for role in sorted(held - set(wanted)):
        take_role(member.user, role=role, by=request.user)


def _member(request: TenantRequest, user_id: int) -> Member:
    for member in members_of(request.tenant):
        if member.user.pk == user_id:
            return member
    raise Http404
