"""Long work: jobs [Vorgänge] with progress, done by the worker or at once on the command line.

A job is a function `(progress, **arguments) -> facts` known by its kind. It opens `with tenant(…)` itself,
in pieces, so that what is done stays done; the same piece done twice must be harmless, because a killed
worker's job is started anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import QuerySet
from django_subatomic import db
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext

from kontor.core.clock import now
from kontor.core.models import Job, JobState
from kontor.core.progress import JobCancelled, Progress, RecordedProgress, TerminalProgress
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id, tenant

DEFAULT_QUEUE = "jobs"
MAIL_QUEUE = "mail"
READING_QUEUE = "reading"
RESCUE_QUEUE = "rescue"
STALLED_AFTER_SECONDS = 30
STARTS_MAX = 5
LIST_MAX = 50

logger = logging.getLogger("kontor.jobs")

type Facts = dict[str, Any]
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
_FAULT = gettext_noop("Something went wrong on our side. What was done up to here is kept; the fault has been noted.")
_STARTED_TOO_OFTEN = gettext_noop(
    "This was started %(times)s times and never came to an end. It was stopped; the fault has been noted."
)
_CANCELLED = gettext_noop("Cancelled. What was done up to here is kept.")


class JobFunction(Protocol):
    """The work itself."""

    def __call__(self, progress: Progress, /, **arguments: Any) -> Facts: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its label (message id), and the address of its result (URL name; `result["shows"]` are its parts)."""

    code: str
    label: str
    function: JobFunction
    shows: str = ""


class UnknownJob(LookupError):
    """No context knows this kind of job: a fault of ours."""


_kinds: dict[str, Kind] = {}


def job[F: Callable[..., Facts]](code: str, *, label: str = "", shows: str = "") -> Callable[[F], F]:
    """Make a function the job `code`: `@job("banking.import", label=gettext_noop("Bank file is read in"))`."""

    def decorate(function: F) -> F:
        _kinds[code] = Kind(code, label or code, function, shows)
        return function

    return decorate


def kind_of(code: str) -> Kind:
    """Return a kind of job.  Raises: UnknownJob."""
    try:
        return _kinds[code]
    except KeyError as unknown:
        raise UnknownJob(code) from unknown


@db.transaction_required
def start_job(kind: str, *, arguments: Mapping[str, Any], by: Actor | None, at: datetime) -> Job:
    """Write the job down and hand it to the worker with the commit of this transaction, as ids only.

    `arguments` are what JSON can hold.
    """
    kind_of(kind)
    started = Job.objects.create(
        kind=kind, arguments=dict(arguments), created_at=at, started_by_id=by.pk if by is not None else None
    )
    run_job.defer(tenant_id=current_tenant_id(), job_id=started.id)
    return started


@db.transaction_required
def cancel_job(waiting: Job, *, by: Actor | None) -> None:  # every act names who
    """Ask a job to stop at its next step; one that has not begun never begins."""
    Job.objects.filter(id=waiting.id).exclude(state__in=ENDED).update(cancel_asked=True)


def latest_jobs(*, started_by: int | None = None) -> QuerySet[Job]:
    """Return the last jobs of the open tenant with who started them, latest first; all, or those of one person."""
    rows = Job.objects.all() if started_by is None else Job.objects.filter(started_by_id=started_by)
    return rows.select_related("started_by").order_by("-id")[:LIST_MAX]


def job_by_id(job_id: int) -> Job | None:
    """Return one job of the open tenant."""
    return Job.objects.filter(id=job_id).select_related("started_by").first()


def run_inline(
    kind: str, *, tenant_id: int, arguments: Mapping[str, Any], by: Actor | None = None, bar: bool = True
) -> Facts:
    """Do the work of a kind at once, outside of any transaction; with a bar on the terminal, if there is one.

    Raises:
        Refusal: whatever the function refuses.
    """
    with TerminalProgress(tenant_id=tenant_id, by=by, bar=bar) as progress:
        return kind_of(kind).function(progress, **arguments)


@app.task(
    name="run_job",
    queue=DEFAULT_QUEUE,
    pass_context=True,
    retry=RetryStrategy(max_attempts=100, retry_exceptions=[JobAborted]),
)
def run_job(context: JobContext, *, tenant_id: int, job_id: int) -> None:
    """Do one job in the worker, from its row to its end; a job that has ended is left alone."""
    started = time.perf_counter()
    with closed_connections():
        row = _begin(tenant_id, job_id, starts=context.job.attempts + 1)
        if row is not None:
            _run(row, stopping=context.should_abort)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            logger.info("job", extra={"tenant": tenant_id, "job": job_id, "kind": row.kind, "ms": milliseconds})


def _begin(tenant_id: int, job_id: int, *, starts: int) -> Job | None:
    """Mark the job as running and return it; None if there is nothing to do."""
    with tenant(tenant_id):
        row = Job.objects.select_for_update().filter(id=job_id).first()
        if row is None or row.state in ENDED:
            return None
        if row.cancel_asked:
            _end(row, JobState.CANCELLED, message=_CANCELLED)
            return None
        if starts > STARTS_MAX:
            logger.error("job %s of tenant %s was started %s times", job_id, tenant_id, starts - 1)
            _end(row, JobState.FAILED, message=_STARTED_TOO_OFTEN, facts={"times": STARTS_MAX})
            return None
        Job.objects.filter(id=row.id).update(state=JobState.RUNNING, started_at=row.started_at or now())
    return row


def _run(row: Job, *, stopping: Callable[[], bool]) -> None:
    by = get_user_model().objects.filter(pk=row.started_by_id).first() if row.started_by_id else None
    try:
        with RecordedProgress(tenant_id=row.tenant_id, job_id=row.id, by=by, stopping=stopping) as progress:
            result = kind_of(row.kind).function(progress, **row.arguments)
    except JobCancelled:
        if stopping():  # the worker ends, not the person: the queue starts the job anew
            raise JobAborted from None
        _end_now(row, JobState.CANCELLED, message=_CANCELLED)
    except Refusal as refusal:
        _end_now(row, JobState.FAILED, message=refusal.sentence, facts=refusal.facts)
    except Exception:
        logger.exception("job %s (%s) of tenant %s failed", row.id, row.kind, row.tenant_id)
        _end_now(row, JobState.FAILED, message=_FAULT)
    else:
        _end_now(row, JobState.DONE, result=result)


def _end_now(row: Job, state: JobState, **columns: Any) -> None:
    with tenant(row.tenant_id):
        _end(row, state, **columns)


def _end(
    row: Job, state: JobState, *, message: str = "", facts: Mapping[str, Any] | None = None, result: Facts | None = None
) -> None:
    changes: dict[str, Any] = {"state": state, "finished_at": now(), "result": result}
    if message:
        changes |= {"message": message, "facts": {name: str(fact) for name, fact in (facts or {}).items()}}
    Job.objects.filter(id=row.id).update(**changes)


@contextmanager
def closed_connections() -> Iterator[None]:
    """Close this thread's connections behind a job: the next job may run on another thread."""
    try:
        yield
    finally:
        connections.close_all()


@app.periodic(cron="* * * * * */30")
@app.task(name="rescue_jobs", queue=RESCUE_QUEUE, queueing_lock="rescue_jobs")
async def rescue_jobs(timestamp: int) -> int:  # the queue says for which tick
    """Give jobs whose worker has died to the next one; return how many. Doing it twice changes nothing."""
    manager = app.job_manager
    stalled = [
        one
        for queue in (DEFAULT_QUEUE, MAIL_QUEUE, READING_QUEUE)
        for one in await manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    ]
    for one in stalled:
        await manager.retry_job(one)
    return len(stalled)
