"""Long work: its list, its progress, its end."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.jobs import cancel_job, job_by_id, latest_jobs
from kontor.core.models import Job
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.progress import shown_job


@require_safe
@permit("org.view")
def jobs(request: TenantRequest) -> HttpResponse:
    """Show the last jobs of these books, to whoever may not see the record only their own."""
    entries = [
        (shown_job(request, job), job)
        for job in latest_jobs(started_by=None if _sees_all(request) else request.user.pk)
    ]
    return render(request, "organisations/jobs.html", {"entries": entries})


@require_safe
@permit("org.view")
def job(request: TenantRequest, job_id: int) -> HttpResponse:
    """Show how far one job is: as a page, as the fragment that `k-job` asks for, or as JSON."""
    found = _found(request, job_id)
    shown = shown_job(request, found)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"id": str(shown.id), "state": shown.state, "done": shown.done, "total": shown.total, "message": shown.message,
             "result": found.result}
        )  # fmt: skip
    if request.headers.get("X-Fragment") == "job":
        return render(request, "ui/parts/job.html", {"job": shown})
    return render(request, "organisations/job.html", {"shown": shown, "job": found})


@require_POST
@permit("org.view")
def cancel(request: TenantRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop."""
    cancel_job(_found(request, job_id), by=request.user)
    messages.success(request, _("The job stops at its next step"))
    return redirect("job", tenant=request.tenant.code, job_id=job_id)


def _found(request: TenantRequest, job_id: int) -> Job:
    found = job_by_id(job_id)
    if found is None or not (_sees_all(request) or found.started_by_id == request.user.pk):
        raise Http404
    return found


def _sees_all(request: TenantRequest) -> bool:
    return "org.audit" in request.rights
