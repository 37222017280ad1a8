"""The worker's door: draws the pages of a file and reads it. Doing it twice changes nothing."""

from __future__ import annotations

import logging
from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from kontor.core.clock import now
from kontor.core.jobs import READING_QUEUE, closed_connections
from kontor.core.tenancy import tenant
from kontor.documents.actions.pages import draw_page, keep_pictures
from kontor.documents.actions.reading import Outcome, geometries_of, keep_reading, read_content, unreadable
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import pages_of
from kontor.documents.queue import TASK
from kontor.documents.rules.files import FileMissing
from kontor.documents.rules.geometry import Geometry
from kontor.documents.rules.unreadable import BadReceiptFile, TakesTooMuch
from kontor.documents.store import read_file as bytes_of

STARTS_MAX = 3

logger = logging.getLogger("kontor.documents")


@app.task(name=TASK, queue=READING_QUEUE, pass_context=True, retry=RetryStrategy(max_attempts=STARTS_MAX, wait=20))
def read_file(context: JobContext, *, tenant_id: int, file_id: int) -> None:
    """Read one file and write down what came out; a file that brings the reader down is unreadable, not lost."""
    with closed_connections():
        if context.job.attempts >= STARTS_MAX:
            _give_up(tenant_id, file_id)
        else:
            _read(tenant_id, file_id)


def _read(tenant_id: int, file_id: int) -> None:
    with tenant(tenant_id):
        file = StoredFile.objects.filter(id=file_id).first()
        if file is None:
            return
        content, geometries, drawn = _bytes(file), geometries_of(file_id), {view.page for view in pages_of(file_id)}
    outcome = read_content(file, content, geometries, on=now().date()) if content is not None else _missing(file)
    with tenant(tenant_id):
        keep_reading(file_id, outcome, at=now())
    _draw_the_rest(file, [page for page in range(1, outcome.pages + 1) if page not in drawn])


def _bytes(file: StoredFile) -> bytes | None:
    try:
        return bytes_of(file)
    except FileMissing:
        return None


def _missing(file: StoredFile) -> Outcome:
    return unreadable(FileMissing(name=file.name))


def _draw_the_rest(file: StoredFile, pages: list[int]) -> None:
    """Draw the pages that have no picture yet, each in a transaction of its own."""
    for page in pages:
        with suppress(BadReceiptFile), tenant(file.tenant_id):
            facts, pictures = draw_page(file, page, Geometry())
            keep_pictures(file, page, pictures, facts, at=now(), by=None)


def _give_up(tenant_id: int, file_id: int) -> None:
    logger.error("file %s of tenant %s was tried %s times and not read", file_id, tenant_id, STARTS_MAX)
    with tenant(tenant_id):
        file = StoredFile.objects.get(id=file_id)
        keep_reading(file_id, unreadable(TakesTooMuch(name=file.name)), at=now())
