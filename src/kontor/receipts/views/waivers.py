"""Waived reimbursements and the proofs that a donation receipt needs (P-04, decisions.md 35)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.proving import prove_waiver
from kontor.receipts.desk.page import title_of
from kontor.receipts.desk.words import day_words
from kontor.receipts.models import WaivedReimbursement
from kontor.receipts.queries.documents import name_of
from kontor.receipts.queries.settings import submission_settings
from kontor.receipts.queries.waivers import proofs_of, waiver_years, waivers_of_year
from kontor.receipts.rules.waivers import Proofs, last_day_to_waive
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated


class ProofForm(forms.Form):
    """The four proofs."""

    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis before the expense"), required=False, max_length=300,
        help_text=gettext_lazy("Statute, contract or resolution that grants the refund, with its date"),
    )  # fmt: skip
    has_unconditional_claim = forms.BooleanField(
        label=gettext_lazy("The claim was unconditional"), required=False,
        help_text=gettext_lazy("It was not granted on the condition of being waived."),
    )  # fmt: skip
    is_regular = forms.BooleanField(
        label=gettext_lazy("Regular work"), required=False,
        help_text=gettext_lazy("Then one year counts for the waiver instead of three months."),
    )  # fmt: skip
    is_in_time = forms.BooleanField(label=gettext_lazy("Waived in time"), required=False)
    is_solvent = forms.BooleanField(
        label=gettext_lazy("The organisation could have paid"), required=False,
        help_text=gettext_lazy("When the claim was granted and until it was waived."),
    )  # fmt: skip


@require_safe
@permit("receipts.process")
def waivers(request: TenantRequest) -> HttpResponse:
    """List a year's waived reimbursements, those with missing proofs first, cancelled ones last."""
    years = waiver_years()
    text = request.GET.get("year", "")
    today = clock.today(request.tenant.country)
    year = int(text) if text.isdecimal() and len(text) == 4 else (years[0] if years else today.year)
    rows: list[dict[str, Any]] = [
        {"waiver": row, "name": name_of(row.document), "title": title_of(row.document), "proofs": proofs_of(row)}
        for row in waivers_of_year(year)
    ]
    rows.sort(key=lambda row: (row["waiver"].cancelled_on is not None, row["proofs"].is_complete))
    holding = [row for row in rows if row["waiver"].cancelled_on is None]
    tabs = [Tab(label=str(each), url=f"?year={each}", is_current=each == year) for each in years]
    context = {
        "rows": rows, "tabs": tabs, "year": year, "blocked": sum(not row["proofs"].is_complete for row in holding),
        "total": sum(row["waiver"].amount for row in holding),
    }  # fmt: skip
    return render(request, "receipts/desk/waivers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.process")
def waiver(request: TenantRequest, waiver_id: int) -> HttpResponse:
    """Show one and record its proofs."""
    row = WaivedReimbursement.objects.select_related("document", "party", "confirmed_by").filter(id=waiver_id).first()
    if row is None:
        raise Http404
    is_sent = request.method == "POST"
    form = ProofForm(request.POST if is_sent else None, initial=_initial(row))
    if is_sent and form.is_valid():
        try:
            with db.savepoint():
                saved = _proved(request, row, form.cleaned_data)
        except Refusal as no:
            form.add_error(None, translated(no))
        else:
            words = (
                _("All proofs are there") if proofs_of(saved).is_complete else _("Proofs saved; some are missing still")
            )
            messages.success(request, words)
            return redirect("receipts:waivers", tenant=request.tenant.code)
    claim_on = row.document.document_date or row.waived_on
    context = {
        "form": form, "waiver": row, "name": name_of(row.document), "title": title_of(row.document), "claim_on": claim_on,
        "proofs": proofs_of(row), "last_day": last_day_to_waive(claim_on, is_regular=False),
        "last_day_regular": last_day_to_waive(claim_on, is_regular=True),
    }  # fmt: skip
    return render(request, "receipts/desk/waiver.html", context, status=422 if form.errors else 200)


def _proved(request: TenantRequest, row: WaivedReimbursement, typed: dict[str, Any]) -> WaivedReimbursement:
    is_regular = typed.pop("is_regular")
    last_day = last_day_to_waive(row.document.document_date or row.waived_on, is_regular=is_regular)
    return prove_waiver(
        row.id,
        Proofs(**typed),
        is_regular=is_regular,
        last_day_shown=day_words(last_day),
        at=clock.now(),
        by=request.user,
    )


def _initial(row: WaivedReimbursement) -> dict[str, Any]:
    """Return what is recorded; an untouched record proposes the organisation's usual legal basis."""
    return {
        "legal_basis": row.legal_basis or submission_settings().waiver_legal_basis,
        "has_unconditional_claim": row.has_unconditional_claim, "is_in_time": row.is_in_time, "is_regular": row.is_regular,
        "is_solvent": row.is_solvent,
    }  # fmt: skip
