"""Organisations and their books: list, settings, invitation."""

from __future__ import annotations

from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.clock import today
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.organisations.actions import reserve_tenant_id
from kontor.organisations.chronicle import chronicle
from kontor.organisations.door import (
    OrganisationRequest,
    PersonalRequest,
    acting,
    administering,
    lacks_second_factor,
    personal,
)
from kontor.organisations.forms import BooksForm, OrganisationForm
from kontor.organisations.founding import add_tenant
from kontor.organisations.memberships import change_organisation, renew_invitation_code
from kontor.organisations.models import MembershipState, Organisation, User
from kontor.organisations.queries import memberships_of, pending_count, people_of, tenants_in, tenants_of
from kontor.ui.refusals import translated


@require_safe
@personal
def organisations(request: PersonalRequest) -> HttpResponse:
    """Show the person's organisations with their state and the books that are open there."""
    places = [one for one in memberships_of(request.user) if one.state != MembershipState.ENDED]
    waiting = pending_count([one.organisation_id for one in places if one.is_admin])
    books = tenants_of(request.user)
    entries = [
        (one, [each for each in books if each.organisation_id == one.organisation_id], waiting.get(one.organisation_id, 0))
        for one in places
    ]  # fmt: skip
    return render(request, "organisations/organisations.html", {"entries": entries})


@administering()
def organisation_settings(request: OrganisationRequest) -> HttpResponse:
    """Show and change name, official address, main administrator and the duty of a second factor."""
    own = request.organisation
    admins = _admins(own)
    kept = {
        "name": own.name, "official_email": own.official_email, "main_admin": str(own.main_admin_id),
        "demands_second_factor": own.demands_second_factor,
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, initial=kept, admins=admins)
    if request.method == "POST" and form.is_valid():
        try:
            with acting(by=request.user):
                _change(request, form, admins)
            messages.success(request, _("Settings of %(name)s saved") % {"name": own.name})
            return redirect("organisation_settings", organisation_id=own.id)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
    context = {"form": form, "organisation": own, "books": tenants_in(own), **_invitation(request)}
    return render(request, "organisations/settings.html", context, status=422 if form.is_bound else 200)


@require_safe
@administering(needs_factor=False)
def invitation(request: OrganisationRequest) -> HttpResponse:
    """Show the invitation code after the order, with what to do with it."""
    own = request.organisation
    context = {
        "organisation": own, "books": tenants_in(own), "lacks_factor": lacks_second_factor(request.user, own), **_invitation(request),
    }  # fmt: skip
    return render(request, "organisations/invitation.html", context)


@require_safe
@administering(needs_factor=False)
def invitation_image(request: OrganisationRequest) -> HttpResponse:
    """Give the invitation's link as a QR code (ISO/IEC 18004) in SVG."""
    code = segno.make(_join_url(request), error="m", micro=False)
    image = code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=False, svgclass=None, lineclass=None)
    text = image.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    response = HttpResponse(text, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@administering(fresh=True)
def renew_invitation(request: OrganisationRequest) -> HttpResponse:
    """Replace the invitation code; the old one holds no longer."""
    with acting(by=request.user):
        renew_invitation_code(request.organisation, by=request.user)
    messages.success(request, _("The organisation has a new invitation code. The old one no longer holds."))
    return redirect("organisation_settings", organisation_id=request.organisation.id)


@require_safe
@administering()
def history(request: OrganisationRequest) -> HttpResponse:
    """Show who changed members, access, invitation and plan."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    happenings, older = chronicle(request.organisation, before=before)
    context = {"organisation": request.organisation, "happenings": happenings, "older": older}
    return render(request, "organisations/chronicle.html", context)


@administering(fresh=True)
def new_tenant(request: OrganisationRequest) -> HttpResponse:
    """Open further books of the organisation."""
    own = request.organisation
    form = BooksForm(request.POST or None, initial={"country": "DE", "first_year": today().year})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with tenant(reserve_tenant_id(), by=request.user):
                books = add_tenant(
                    own, name=typed["name"], country=typed["country"], chart=typed["chart"],
                    first_year=typed["first_year"], first_month=typed["first_month"], by=request.user,
                )  # fmt: skip
            messages.success(request, _("The books “%(name)s” are open") % {"name": books.name})
            return redirect("organisation_settings", organisation_id=own.id)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
    context = {"form": form, "organisation": own}
    return render(request, "organisations/new_tenant.html", context, status=422 if form.is_bound else 200)


def _admins(organisation: Organisation) -> list[User]:
    return [one.user for one in people_of(organisation, state=MembershipState.ACTIVE) if one.is_admin]


def _change(request: OrganisationRequest, form: OrganisationForm, admins: list[User]) -> None:
    typed = form.cleaned_data
    change_organisation(
        request.organisation, name=typed["name"], official_email=typed["official_email"],
        demands_second_factor=typed["demands_second_factor"],
        main_admin=next(one for one in admins if str(one.pk) == typed["main_admin"]), by=request.user,
    )  # fmt: skip


def _join_url(request: OrganisationRequest) -> str:
    return f"{request.build_absolute_uri(reverse('join'))}?code={request.organisation.invitation_code}"


def _invitation(request: OrganisationRequest) -> dict[str, str]:
    """Return what templates need to hand the invitation on: code, link, a mail that is written already."""
    facts = {
        "organisation": request.organisation.name,
        "url": _join_url(request),
        "code": request.organisation.invitation_code,
    }
    subject = _("Invitation to %(organisation)s") % facts
    body = _(
        "Hello,\n\nreceipts of %(organisation)s are submitted with Kontor. Please create an account on the following "
        "page, or sign in, and enter the invitation code %(code)s:\n\n%(url)s\n"
    ) % facts  # fmt: skip
    return {
        "code": facts["code"],
        "join_url": facts["url"],
        "mailto": f"mailto:?subject={quote(subject)}&body={quote(body)}",
    }
