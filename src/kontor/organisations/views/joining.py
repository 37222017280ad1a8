"""Joining organisations: the first page of an account that belongs nowhere yet."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.clock import now
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.organisations.actions import grant_access
from kontor.organisations.attempts import TooManyCodes, begin_attempt, forget_attempt
from kontor.organisations.door import PersonalRequest, acting, personal
from kontor.organisations.forms import JoinForm
from kontor.organisations.founding import may_found
from kontor.organisations.letters import tell_administrators, tell_request_received
from kontor.organisations.memberships import WrongInvitation, normal_code, request_membership
from kontor.organisations.models import CODE_LENGTH, User
from kontor.organisations.queries import demo_tenants, memberships_of, tenants_of
from kontor.organisations.views.home import home
from kontor.ui.refusals import translated

INVITATION = "invitation"


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Lead whoever belongs nowhere yet to the join page, all others into their books."""
    assert isinstance(request.user, User)
    return home(request) if tenants_of(request.user) else redirect("join")


def join(request: HttpRequest) -> HttpResponseBase:
    """Keep the code of the invitation's link while a stranger registers or signs in."""
    given = normal_code(request.GET.get("code", ""))
    if len(given) == CODE_LENGTH:
        request.session[INVITATION] = given
    return _join(request)


@personal
def _join(request: PersonalRequest) -> HttpResponse:
    form = JoinForm(request.POST or None, initial={"code": request.session.get(INVITATION, "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, form.cleaned_data["code"])
            request.session.pop(INVITATION, None)
            return redirect("join")
        except Refusal as refusal:
            form.add_error("code", translated(refusal))
            status = refusal.status
    context = {
        "form": form, "memberships": memberships_of(request.user), "books": tenants_of(request.user),
        "demos": demo_tenants(), "may_found": may_found(),
    }  # fmt: skip
    return render(
        request, "organisations/join.html", context, status=422 if form.is_bound and status == 200 else status
    )


@require_POST
@personal
def look_around(request: PersonalRequest, tenant_id: int) -> HttpResponse:
    """Let anybody into demo books, to read."""
    for books in demo_tenants():
        if books.id == tenant_id:
            with tenant(books.id, by=request.user):
                grant_access(request.user, tenant=books, role="reader", by=request.user)
            return redirect("overview", tenant=books.code)
    raise Http404


def _ask(request: PersonalRequest, code: str) -> None:
    """Send the request; a wrong code counts against the person and the network address."""
    with acting(by=request.user):
        attempt = begin_attempt(user=request.user, address=get_adapter().get_client_ip(request), at=now())
    try:
        with acting(by=request.user):
            _send(request, code)
    except (WrongInvitation, TooManyCodes):
        raise
    except Refusal:
        with acting(by=request.user):
            forget_attempt(attempt)
        raise
    with acting(by=request.user):
        forget_attempt(attempt)


def _send(request: PersonalRequest, code: str) -> None:
    membership, is_new = request_membership(request.user, code=code, at=now())
    url = request.build_absolute_uri(reverse("join"))
    tell_request_received(membership, url=url, is_reminder=not is_new)
    if is_new:
        users = reverse("organisation_users", kwargs={"organisation_id": membership.organisation_id})
        tell_administrators(membership, url=request.build_absolute_uri(users))
    words = (
        _("The request to join %(organisation)s was sent")
        if is_new
        else _("The request to join %(organisation)s is still open")
    )
    messages.success(request, words % {"organisation": membership.organisation.name})
