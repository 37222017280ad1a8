"""A job as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kontor.core.jobs import ENDED, kind_of
from kontor.core.models import Job, JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJob:
    """What `ui/parts/job.html` needs: `{% include "ui/parts/job.html" with job=shown %}`."""

    id: int
    label: str
    state: str
    done: int
    total: int
    message: str
    is_done: bool
    is_failed: bool
    url: str
    cancel_url: str
    result_url: str


def shown_job(request: HttpRequest, job: Job) -> ShownJob:
    """Return a job in the reader's language, with the addresses that poll, cancel and show its result."""
    code = request.tenant.code  # type: ignore[attr-defined]  # inside a tenant's door
    own = {"tenant": code, "job_id": job.id}
    done, total = (1, 1) if job.state == JobState.DONE and not job.total else (job.done, job.total)
    return ShownJob(
        id=job.id, label=_(kind_of(job.kind).label), state=job.state, done=done, total=total,
        message=_(job.message) % job.facts if job.message else _state_word(job), is_done=job.state in ENDED,
        is_failed=job.state == JobState.FAILED, url=reverse("job", kwargs=own), cancel_url=reverse("job_cancel", kwargs=own),
        result_url=_result_url(code, job),
    )  # fmt: skip


def _state_word(job: Job) -> str:
    words = {
        JobState.WAITING: _("waiting"), JobState.RUNNING: _("running"), JobState.DONE: _("done"),
        JobState.FAILED: _("failed"), JobState.CANCELLED: _("cancelled"),
    }  # fmt: skip
    return words[JobState(job.state)]


def _result_url(code: str, job: Job) -> str:
    kind = kind_of(job.kind)
    if not kind.shows or job.state != JobState.DONE:
        return ""
    return reverse(kind.shows, kwargs={"tenant": code, **(job.result or {}).get("shows", {})})
