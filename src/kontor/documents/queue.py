"""The queue of files to be read: its own, so that a slow page holds up no other work."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kontor.core.jobs import READING_QUEUE

TASK = "documents.read_file"


def hand_to_reader(*, tenant_id: int, file_id: int) -> None:
    """Put a file into the queue, with the commit of the open transaction; the worker knows the task by its name."""
    app.configure_task(TASK, queue=READING_QUEUE).defer(tenant_id=tenant_id, file_id=file_id)
