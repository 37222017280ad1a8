"""A new organisation: three questions, its facts, its plan, the order."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.core.clock import now, today
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.organisations.actions import reserve_tenant_id
from kontor.organisations.attempts import begin_attempt, forget_attempt
from kontor.organisations.door import PersonalRequest, acting, personal
from kontor.organisations.forms import NewOrganisationForm
from kontor.organisations.founding import (
    MayNotFound,
    NewOrganisation,
    WrongActivation,
    found_organisation,
    holds_activation,
    may_found,
    needs_activation,
)
from kontor.organisations.models import CodeAttempt, Plan, Tenant
from kontor.organisations.queries import demo_tenants
from kontor.organisations.subscribing import offered_plans, plan_of_code
from kontor.organisations.views.plans import offers
from kontor.ui.refusals import translated

DRAFT = "new_organisation"


@require_safe
@personal
def add(request: PersonalRequest) -> HttpResponse:
    """Ask the three questions: a code, a new organisation, only look around."""
    return render(request, "organisations/add.html", {"may_found": may_found(), "demos": demo_tenants()})


@personal
def new(request: PersonalRequest) -> HttpResponse:
    """Take the facts of a new organisation; they wait in the session for the order."""
    if not may_found():
        raise MayNotFound
    initial = {"country": "DE", "first_year": today().year, "official_email": "", **request.session.get(DRAFT, {})}
    form = NewOrganisationForm(request.POST or None, initial=initial, needs_code=needs_activation())
    if request.method == "POST" and form.is_valid() and _activation_holds(request, form):
        request.session[DRAFT] = form.cleaned_data
        return redirect("new_organisation_plan")
    return render(request, "organisations/new_organisation.html", {"form": form}, status=422 if form.is_bound else 200)


@personal
def choose_plan(request: PersonalRequest) -> HttpResponse:
    """Let the person choose a plan and order; then the invitation code is shown."""
    draft: dict[str, Any] | None = request.session.get(DRAFT)
    if draft is None:
        return redirect("new_organisation")
    plans = offered_plans()
    context: dict[str, Any] = {"draft": draft, "offers": offers(plans), "refusal": ""}
    if request.method == "POST":
        try:
            plan = plan_of_code(request.POST.get("plan", "")) if plans else None
            books = _found(request, draft, plan)
        except Refusal as refusal:
            context["refusal"] = translated(refusal)
            return render(request, "organisations/choose_plan.html", context, status=refusal.status)
        request.session.pop(DRAFT)
        messages.success(request, _("%(name)s is set up") % {"name": books.organisation.name})
        return redirect("organisation_invitation", organisation_id=books.organisation_id)
    return render(request, "organisations/choose_plan.html", context)


def _activation_holds(request: PersonalRequest, form: NewOrganisationForm) -> bool:
    """Check the activation code early, so that nobody chooses a plan in vain; wrong ones are counted."""
    if not needs_activation():
        return True
    try:
        attempt = _begin(request)
        if not holds_activation(form.cleaned_data["activation"], on=today()):
            raise WrongActivation
    except Refusal as refusal:
        form.add_error("activation", translated(refusal))
        return False
    with acting(by=request.user):
        forget_attempt(attempt)
    return True


def _begin(request: PersonalRequest) -> CodeAttempt:
    with acting(by=request.user):
        return begin_attempt(user=request.user, address=get_adapter().get_client_ip(request), at=now())


def _found(request: PersonalRequest, draft: dict[str, Any], plan: Plan | None) -> Tenant:
    facts = {
        name: draft[name]
        for name in ("name", "official_email", "kind", "country", "chart", "first_year", "first_month")
        if name in draft
    }
    new_organisation = NewOrganisation(**facts)
    with tenant(reserve_tenant_id(), by=request.user):
        return found_organisation(
            new_organisation, plan=plan, activation=draft.get("activation", ""), on=today(draft["country"]), at=now(),
            by=request.user,
        )  # fmt: skip
