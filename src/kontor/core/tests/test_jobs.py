"""Jobs as the worker and the command line do them."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from kontor.core import jobs
from kontor.core.clock import now
from kontor.core.jobs import cancel_job, job, job_by_id, latest_jobs, run_inline, start_job
from kontor.core.models import Job, JobState
from kontor.core.progress import JobCancelled, Progress, RecordedProgress
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from tests.builders import a_tenant, a_user


class Unwelcome(Refusal):
    """Something expected."""

    sentence = "Line %(line)s cannot be read."


@job("test.count", label="Counting")
def _count(progress: Progress, *, total: int) -> dict[str, Any]:
    for done in range(total):
        progress.stop_if_cancelled()
        progress.step(done + 1, total, "%(n)s counted", n=done + 1)
    return {"counted": total}


@job("test.refuse")
def _refuse(progress: Progress) -> dict[str, Any]:
    raise Unwelcome(line=7)


@job("test.break")
def _break(progress: Progress) -> dict[str, Any]:
    raise ZeroDivisionError("secret figure 4711")


class _Context:
    """What the queue tells a task."""

    def __init__(self, attempts: int = 0, *, stopping: bool = False) -> None:
        self.job = type("QueueJob", (), {"attempts": attempts})()
        self.should_abort: Callable[[], bool] = lambda: stopping


def _started(kind: str, arguments: dict[str, Any] | None = None) -> Job:
    sabine = a_user()
    books = a_tenant()
    with tenant(books.id, by=sabine):
        return start_job(kind, arguments=arguments or {}, by=sabine, at=now())


def _worked(started: Job, context: _Context | None = None) -> Job:
    jobs.run_job(context or _Context(), tenant_id=started.tenant_id, job_id=started.id)  # type: ignore[arg-type]
    with tenant(started.tenant_id):
        ended = job_by_id(started.id)
    assert ended is not None
    return ended


def test_a_job_ends_with_its_result_and_who_started_it(database: None) -> None:
    ended = _worked(_started("test.count", {"total": 3}))

    assert (ended.state, ended.result, ended.done, ended.total) == (JobState.DONE, {"counted": 3}, 3, 3)
    assert ended.started_by is not None
    assert ended.started_at is not None
    assert ended.finished_at is not None


def test_the_queue_gets_ids_only_and_only_with_the_commit(database: None, app_connection: psycopg.Connection) -> None:
    books = a_tenant()
    with suppress(ZeroDivisionError), tenant(books.id):
        lost = start_job("test.count", arguments={"total": 1}, by=None, at=now())
        raise ZeroDivisionError
    with tenant(books.id):
        kept = start_job("test.count", arguments={"total": 1}, by=None, at=now())

    queued = app_connection.execute(
        "SELECT args FROM procrastinate_jobs WHERE (args ->> 'tenant_id')::bigint = %s", [books.id]
    ).fetchall()
    assert queued == [({"tenant_id": books.id, "job_id": kept.id},)]
    assert lost.id != kept.id


def test_a_refusal_is_kept_as_its_sentence(database: None) -> None:
    ended = _worked(_started("test.refuse"))

    assert (ended.state, ended.message, ended.facts) == (JobState.FAILED, Unwelcome.sentence, {"line": "7"})


def test_a_fault_says_nothing_of_its_inside(database: None, caplog: pytest.LogCaptureFixture) -> None:
    ended = _worked(_started("test.break"))

    assert ended.state == JobState.FAILED
    assert "4711" not in ended.message + json.dumps(ended.facts)
    assert "ZeroDivisionError" in caplog.text


def test_progress_is_seen_while_the_jobs_transaction_is_open(database: None) -> None:
    started = _started("test.count", {"total": 3})
    with RecordedProgress(tenant_id=started.tenant_id, job_id=started.id, by=None) as progress:
        with suppress(ZeroDivisionError), tenant(started.tenant_id):
            Job.objects.filter(tenant_id=-1).count()
            progress.step(2, 2, "halfway")
            raise ZeroDivisionError
        with tenant(started.tenant_id):
            seen = job_by_id(started.id)

        assert seen is not None
        assert (seen.done, seen.message) == (2, "halfway")
        assert not progress.cancelled


def test_a_job_cancelled_before_it_begins_never_begins(database: None) -> None:
    started = _started("test.count", {"total": 3})
    with tenant(started.tenant_id):
        cancel_job(started, by=None)

    ended = _worked(started)

    assert (ended.state, ended.done, ended.started_at) == (JobState.CANCELLED, 0, None)


def test_a_running_job_stops_at_its_next_piece(database: None) -> None:
    started = _started("test.count", {"total": 3})
    with RecordedProgress(tenant_id=started.tenant_id, job_id=started.id, by=None) as progress:
        with tenant(started.tenant_id):
            cancel_job(started, by=None)
        with pytest.raises(JobCancelled):
            _count(progress, total=3)


def test_a_job_that_has_ended_is_not_done_again(database: None) -> None:
    ended = _worked(_started("test.count", {"total": 3}))

    again = _worked(ended)

    assert again.finished_at == ended.finished_at


def test_a_job_that_kills_its_worker_is_given_up(database: None) -> None:
    ended = _worked(_started("test.count", {"total": 3}), _Context(attempts=jobs.STARTS_MAX))

    assert ended.state == JobState.FAILED


def test_a_worker_that_ends_leaves_the_job_to_the_next_one(database: None) -> None:
    started = _started("test.count", {"total": 3})
    with pytest.raises(JobAborted):
        jobs.run_job(_Context(stopping=True), tenant_id=started.tenant_id, job_id=started.id)  # type: ignore[arg-type]

    assert _worked(started).state == JobState.DONE


def test_other_tenants_do_not_see_a_job(database: None) -> None:
    started = _started("test.count", {"total": 1})
    with tenant(a_tenant().id):
        assert job_by_id(started.id) is None
        assert list(latest_jobs()) == []


def test_the_command_line_does_the_same_work_and_lets_refusals_through(database: None) -> None:
    books = a_tenant()

    assert run_inline("test.count", tenant_id=books.id, arguments={"total": 2}) == {"counted": 2}
    with pytest.raises(Unwelcome):
        run_inline("test.refuse", tenant_id=books.id, arguments={})
    with pytest.raises(jobs.UnknownJob):
        run_inline("test.nothing", tenant_id=books.id, arguments={})


def test_the_bar_is_drawn_for_people_only(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, is_drawn in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        run_inline("test.count", tenant_id=1, arguments={"total": 2})
        assert ("2/2" in stream.getvalue()) == is_drawn


WORKER = """
import django
django.setup()
from kontor.core.jobs import job
@job("test.slow")
def slow(progress, *, path, pieces):
    import time
    for piece in range(pieces):
        progress.stop_if_cancelled()
        with open(path, "a") as file:
            file.write("x")
        progress.step(piece + 1, pieces)
        time.sleep(0.05)
    return {"pieces": pieces}
from kontor.site.worker import work
work(concurrency=1)
"""


@job("test.slow")
def _slow(progress: Progress, *, path: str, pieces: int) -> dict[str, Any]:
    raise NotImplementedError("only the worker process does this")


def _worker() -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)  # noqa: S603  # our own words


def _wait(until: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@pytest.mark.chaos
def test_a_killed_workers_job_is_finished_by_the_next_worker(
    database: None, tmp_path: Path, app_connection: psycopg.Connection
) -> None:
    path = tmp_path / "pieces"
    started = _started("test.slow", {"path": str(path), "pieces": 60})
    first = _worker()
    _wait(path.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    app_connection.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")

    second = _worker()
    try:
        _wait(lambda: _state(started) == JobState.DONE, seconds=120)
    finally:
        second.terminate()
        second.wait()

    assert len(path.read_text()) > 60


def _state(started: Job) -> str:
    with tenant(started.tenant_id):
        row = job_by_id(started.id)
    assert row is not None
    return row.state


def test_the_queue_knows_the_rescue(database: None) -> None:
    assert app.tasks["rescue_jobs"].queue == jobs.RESCUE_QUEUE
    assert app.tasks["run_job"].queue == jobs.DEFAULT_QUEUE
