"""Importing open items: send, look, confirm; the worker does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from kontor.core import clock
from kontor.core.jobs import start_job
from kontor.core.refusal import Refusal
from kontor.openitems.actions.importing import check_items
from kontor.openitems.forms import ImportForm
from kontor.openitems.rules.imports import COLUMNS, OPTIONAL_COLUMNS, Reading
from kontor.openitems.tasks import IMPORT
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated
from kontor.ui.sent_files import PreviewTooOld, keep_shown, shown_before

SHOWN_MAX = 30
PROBLEMS_MAX = 200
_PURPOSE = "openitems.import"


@permit("openitems.edit")
def upload(request: TenantRequest) -> HttpResponse:
    """Read a file and show what would be opened; its bytes are kept."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    sent = form.cleaned_data["file"]
    content = sent.read()
    try:
        reading = check_items(content)
    except Refusal as refusal:
        form.add_error("file", translated(refusal))
        return _page(request, form)
    token = keep_shown(content, name=sent.name, purpose=_PURPOSE, at=clock.now(), by=request.user)
    return _preview(request, reading, token=token, name=sent.name)


@permit("openitems.edit")
def confirm(request: TenantRequest) -> HttpResponse:
    """Hand the kept file to the worker."""
    try:
        file_id, _choice = shown_before(request.POST.get("token", ""), purpose=_PURPOSE)
    except PreviewTooOld as refusal:
        messages.error(request, translated(refusal))
        return redirect("openitems:import", tenant=request.tenant.code)
    job = start_job(IMPORT, arguments={"file_id": file_id}, by=request.user, at=clock.now())
    return redirect("job", tenant=request.tenant.code, job_id=job.id)


def _page(request: TenantRequest, form: ImportForm) -> HttpResponse:
    context = {"form": form, "columns": COLUMNS, "optional": OPTIONAL_COLUMNS}
    return render(request, "openitems/import.html", context, status=422 if form.errors else 200)


def _preview(request: TenantRequest, reading: Reading, *, token: str, name: str) -> HttpResponse:
    context = {
        "rows": reading.rows[:SHOWN_MAX], "count": len(reading.rows), "more": max(0, len(reading.rows) - SHOWN_MAX),
        "problems": [(problem.line, translated(problem.refusal)) for problem in reading.problems[:PROBLEMS_MAX]],
        "problem_count": len(reading.problems), "token": token, "name": name,
    }  # fmt: skip
    return render(request, "openitems/preview.html", context, status=422 if reading.problems else 200)
