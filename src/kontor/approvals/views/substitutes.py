"""Who answers for whom: everybody for themselves, with the right of setting up for others."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_subatomic import db

from kontor.approvals.actions.policies import SpanBackwards, SubstituteForOneself, add_substitute, remove_substitute
from kontor.approvals.forms import SubstituteForm
from kontor.approvals.models import Substitute
from kontor.approvals.queries.people import deciders
from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

_FIELDS: dict[type[Refusal], str] = {SubstituteForOneself: "substitute", SpanBackwards: "last_day"}


@require_http_methods(["GET", "HEAD", "POST"])
@permit("approvals.decide")
def substitutes(request: TenantRequest) -> HttpResponse:
    """Show substitutions that hold or come, and name one."""
    is_setup = "approvals.setup" in request.rights
    people = [(str(user.id), user.name) for user in deciders()]
    mine = (str(request.user.pk), request.user.name)
    whom = people if is_setup else [mine]
    today = clock.today(request.tenant.country)
    form = SubstituteForm(
        request.POST or None, people=people, whom=whom if mine in whom else [mine, *whom],
        initial={"user": mine[0], "first_day": today}, region=request.tenant.country,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with db.savepoint():
                add_substitute(
                    user_id=int(typed["user"]), substitute_id=int(typed["substitute"]), first_day=typed["first_day"],
                    last_day=typed["last_day"], by=request.user,
                )  # fmt: skip
            messages.success(request, _("Substitution saved"))
            return redirect("approvals:substitutes", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    rows = Substitute.objects.filter(last_day__gte=today).select_related("user", "substitute")
    if not is_setup:
        rows = rows.filter(Q(user=request.user) | Q(substitute=request.user))
    context = {
        "heading": _("Substitution"), "form": form, "rows": rows.order_by("first_day", "id"), "today": today,
        "is_setup": is_setup,
    }  # fmt: skip
    return render(request, "approvals/substitutes.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit("approvals.decide")
def remove(request: TenantRequest, substitute_id: int) -> HttpResponse:
    """End a substitution; only one's own, unless one sets approvals up."""
    row = Substitute.objects.filter(id=substitute_id).first()
    if row is None or (row.user_id != request.user.pk and "approvals.setup" not in request.rights):
        raise Http404
    remove_substitute(row.id, by=request.user)
    messages.success(request, _("Substitution ended"))
    return redirect("approvals:substitutes", tenant=request.tenant.code)
