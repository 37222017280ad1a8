"""Proving the books from the browser."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kontor.core import clock
from kontor.core.audit import page_of
from kontor.core.jobs import ENDED, start_job
from kontor.core.models import Job, JobState
from kontor.ledger.check_job import CHECK
from kontor.organisations.access import TenantRequest, permit

EARLIER_MAX = 6


@require_http_methods(["GET", "POST"])
@permit("ledger.check")
def check_books(request: TenantRequest) -> HttpResponse:
    """Start the proof of the books as a job, and show what the last one found."""
    if request.method == "POST":
        job = start_job(CHECK, arguments={}, by=request.user, at=clock.now())
        messages.success(request, _("The proof of the books has started."))
        return redirect("job", tenant=request.tenant.code, job_id=job.id)
    jobs = list(Job.objects.filter(kind=CHECK).select_related("started_by").order_by("-id")[:EARLIER_MAX])
    last = next((job for job in jobs if job.state == JobState.DONE), None)
    running = next((job for job in jobs if job.state not in ENDED), None)
    found = [_shown(request, violation) for violation in (last.result or {}).get("violations", [])] if last else []
    context = {
        "last": last,
        "running": running,
        "violations": found,
        "jobs": jobs,
        "count": (last.result or {}).get("count", 0) if last else 0,
    }
    return render(request, "ledger/check.html", context)


def _shown(request: TenantRequest, violation: dict[str, Any]) -> dict[str, Any]:
    page = page_of(violation["object_type"], violation["object_id"])
    url = reverse(page[0], kwargs={"tenant": request.tenant.code, **page[1]}) if page else ""
    return violation | {"url": url, "words": _(violation["sentence"])}
