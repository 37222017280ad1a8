"""Advances of one's own: asking for one, seeing what is left."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.advancing import advance_name, request_advance
from kontor.receipts.forms.advances import AdvanceRequestForm
from kontor.receipts.models import Advance
from kontor.receipts.queries.settings import projects_on_offer
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.submit")
def own_advances(request: TenantRequest) -> HttpResponse:
    """Show one's advances and ask for another."""
    form = AdvanceRequestForm(
        request.POST if request.method == "POST" else None, projects=projects_on_offer(),
        region=request.tenant.country, currency=request.tenant.base_currency,
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        if form.is_valid() and _ask(request, form):
            messages.success(request, _("The advance was asked for. Accounting decides and pays it out."))
            return redirect("receipts:own_advances", tenant=request.tenant.code)
        status = 422
    rows = Advance.objects.filter(user_id=request.user.id).select_related("item", "project").order_by("-id")
    context = {
        "heading": _("My advances"), "form": form,
        "rows": [(row, advance_name(row), _mark(row), row.item.amount_open if row.item else None) for row in rows],
    }  # fmt: skip
    return render(request, "receipts/own/advances.html", context, status=status)


def _ask(request: TenantRequest, form: AdvanceRequestForm) -> bool:
    given = form.cleaned_data
    try:
        with db.savepoint():
            request_advance(
                user_id=request.user.id, amount=given["amount"], currency=request.tenant.base_currency,
                purpose=given["purpose"], project_id=given["project"], at=clock.now(), by=request.user,
            )  # fmt: skip
    except Refusal as refusal:
        form.add_error("amount", translated(refusal))
        return False
    return True


def _mark(row: Advance) -> Mark:
    if row.is_declined:
        return Mark(_("declined"), "neg")
    if row.item is None:
        return Mark(_("asked for"), "half")
    return Mark(_("paid out"), "brand") if row.item.amount_open else Mark(_("used up"), "done")
