"""What submitters may choose: the overview, the usual choices at one click, projects with budgets, the settings (OC-59, OC-63)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.receipts.actions.setting_up import offer_projects, save_settings, set_budgets, take_proposal
from kontor.receipts.models import SubmissionSettings
from kontor.receipts.queries.settings import submission_settings
from kontor.receipts.queries.setup import counts, projects_with_budgets
from kontor.receipts.views.setup_forms import VARIANTS, WEEKDAYS, ProjectsForm, SubmissionForm
from kontor.ui.navigation import may, url_of
from kontor.ui.refusals import translated

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
@permit("receipts.setup")
def overview(request: TenantRequest) -> HttpResponse:
    """Show what there is to choose and what is missing."""
    settings = submission_settings()
    context = {
        "area": "overview", "counts": counts(), "settings": settings, "is_new": settings.pk is None,
        "variants": [word for value, word in VARIANTS if value in settings.variants],
        "weekday": dict(WEEKDAYS)[settings.payment_weekday],
        "desk_url": url_of(request, "receipts:inbox") if may(request, "receipts.process") else "",
        "books_url": url_of(request, "ledger_setup") if may(request, "ledger.view") else "",
    }  # fmt: skip
    return render(request, "receipts/setup/overview.html", context)


@require_POST
@permit("receipts.setup")
def propose(request: TenantRequest) -> HttpResponse:
    """Add the usual choices that are missing."""
    count = take_proposal(say=_, by=request.user)
    if count:
        words = ngettext(
            "%(n)s choice added. Everything can be changed.", "%(n)s choices added. Everything can be changed.", count
        )
        messages.success(request, words % {"n": count})
    else:
        messages.info(request, _("The usual choices are there already."))
    return redirect("receipts:setup", tenant=request.tenant.code)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.setup")
def projects(request: TenantRequest) -> HttpResponse:
    """Let projects be chosen or not, and set their budgets of a year."""
    this_year = clock.today(request.tenant.country).year
    year = _year(request.GET.get("year", ""), this_year)
    rows = projects_with_budgets(year)
    form = ProjectsForm(request.POST if request.method == "POST" else None, rows=rows)
    form.build(region=request.tenant.country, currency=request.tenant.base_currency)
    if request.method == "POST" and form.is_valid():
        offer_projects(form.offered, by=request.user)
        set_budgets(form.budgets, year=year, by=request.user)
        messages.success(request, _("Projects and budgets saved."))
        return redirect(f"{request.path}?year={year}")
    lines: list[Any] = [
        (
            row.branch,
            form[f"offer-{row.branch.project.id}"],
            form[f"budget-{row.branch.project.id}"],
            "x" * row.branch.depth,
        )
        for row in rows
    ]
    context = {
        "area": "projects", "form": form, "lines": lines, "year": year,
        "years": [(each, each == year) for each in range(this_year - 1, this_year + 3)],
    }  # fmt: skip
    return render(request, "receipts/setup/projects.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.setup")
def submission(request: TenantRequest) -> HttpResponse:
    """Change how receipts are handed in."""
    held = submission_settings()
    form = SubmissionForm(
        request.POST if request.method == "POST" else None, country=request.tenant.country, initial=_initial(held)
    )
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                save_settings(form.facts(), by=request.user)
        except Refusal as refusal:
            form.add_error("waiver_legal_basis", translated(refusal))
        else:
            messages.success(request, _("Settings of the submission saved."))
            return redirect("receipts:setup", tenant=request.tenant.code)
    context = {
        "area": "submission", "form": form, "history": moments_of("receipts.settings", held.pk) if held.pk else [],
    }  # fmt: skip
    return render(request, "receipts/setup/submission.html", context, status=422 if form.errors else 200)


def _initial(held: SubmissionSettings) -> dict[str, object]:
    return {
        "variants": held.variants, "takes_own_vouchers": held.takes_own_vouchers, "payment_weekday": held.payment_weekday,
        "hint": held.hint, "waiver_legal_basis": held.waiver_legal_basis,
    }  # fmt: skip


def _year(typed: str, this_year: int) -> int:
    return int(typed) if typed.isdecimal() and len(typed) == 4 and FIRST_YEAR <= int(typed) <= LAST_YEAR else this_year
