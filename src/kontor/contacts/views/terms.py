"""Payment terms."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_subatomic import db

from kontor.contacts.actions.terms import TermCodeTaken, create_payment_term, make_default_term, update_payment_term
from kontor.contacts.forms import TermForm, term_initial
from kontor.contacts.models import PaymentTerm
from kontor.contacts.queries import payment_terms
from kontor.contacts.rules.terms import tiers_of
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated


@require_safe
@permit("contacts.view")
def terms(request: TenantRequest) -> HttpResponse:
    """Show the payment terms."""
    shown = [(term, tiers_of(term.discounts)) for term in payment_terms()]
    return render(request, "contacts/terms.html", {"terms": shown, "may_edit": "contacts.edit" in request.rights})


@permit("contacts.edit")
def new(request: TenantRequest) -> HttpResponse:
    """Create a payment term."""
    return _edit(request, None)


@permit("contacts.edit")
def term(request: TenantRequest, term_id: int) -> HttpResponse:
    """Change a payment term."""
    found = PaymentTerm.objects.filter(id=term_id).first()
    if found is None:
        raise Http404
    return _edit(request, found)


def _edit(request: TenantRequest, found: PaymentTerm | None) -> HttpResponse:
    form = TermForm(
        request.POST or None, initial=term_initial(found) if found else {"net_days": 14, "discount_grace_days": 0},
        region=request.tenant.country, currency=request.tenant.base_currency,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _save(request, form, found):
        messages.success(request, _("Payment term saved"))
        return redirect("contacts:terms", tenant=request.tenant.code)
    return render(request, "contacts/term.html", {"form": form, "term": found}, status=422 if form.is_bound else 200)


def _save(request: TenantRequest, form: TermForm, found: PaymentTerm | None) -> bool:
    try:
        with db.savepoint():
            if found is None:
                found = create_payment_term(form.facts(), by=request.user)
            else:
                update_payment_term(found, form.facts(), by=request.user)
            if form.cleaned_data["is_default"]:
                make_default_term(found, by=request.user)
    except Refusal as refusal:
        form.add_error("code" if isinstance(refusal, TermCodeTaken) else "percent_1", translated(refusal))
        return False
    return True
