"""What a task of the worker defers is there with the task's commit, neither before nor without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django_subatomic import db
from procrastinate.contrib.django import app

from kontor.core.jobs import closed_connections
from kontor.core.mail import post_mail
from kontor.core.models import OutgoingMail
from kontor.site.worker_connector import WorkerConnector


class _ChangedItsMind(Exception):
    """The task fails after it has posted."""


def _a_mail(key: str) -> int:
    """Post a mail; returns its id."""
    post_mail(to="somebody@example.org", subject="s", text="t", language="en", key=key)
    return OutgoingMail.objects.get(key=f"0:{key}").id


def _jobs_of(mail_id: int, *, seen_by: psycopg.Connection) -> int:
    """Count the jobs for a mail that somebody outside of the transaction sees."""
    found = seen_by.execute(
        "SELECT id FROM procrastinate_jobs WHERE task_name = 'deliver_mail' AND (args ->> 'mail_id')::bigint = %s",
        [mail_id],
    )
    return len(found.fetchall())


def _in_the_worker(task: Callable[[], None]) -> None:
    """Call `task` as the worker calls its tasks: in a thread, while the worker's connector is open."""

    async def work() -> None:
        with app.replace_connector(WorkerConnector()):
            async with app.open_async():
                await sync_to_async(task, thread_sensitive=False)()

    asyncio.run(work())


def test_a_mail_of_a_task_is_queued_with_its_commit(database: None, superuser_connection: psycopg.Connection) -> None:
    posted: list[int] = []
    seen_before_the_commit: list[int] = []

    def task() -> None:
        with closed_connections(), db.transaction():
            posted.append(_a_mail("worker.commits"))
            seen_before_the_commit.append(_jobs_of(posted[0], seen_by=superuser_connection))

    _in_the_worker(task)

    assert seen_before_the_commit == [0]
    assert _jobs_of(posted[0], seen_by=superuser_connection) == 1


def test_a_task_that_fails_leaves_no_job_behind(database: None, superuser_connection: psycopg.Connection) -> None:
    posted: list[int] = []

    def task() -> None:
        with closed_connections(), db.transaction():
            posted.append(_a_mail("worker.fails"))
            raise _ChangedItsMind

    with pytest.raises(_ChangedItsMind):
        _in_the_worker(task)

    assert _jobs_of(posted[0], seen_by=superuser_connection) == 0
