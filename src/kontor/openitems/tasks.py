"""Importing open items as a job: the page hands it to the worker, the command line does it at once."""

from __future__ import annotations

from typing import Any

from kontor.core import clock
from kontor.core.archive import kept_bytes
from kontor.core.jobs import job
from kontor.core.progress import Progress
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.openitems.actions.importing import check_items, import_items, pieces

IMPORT = "openitems.import"


class FileGone(Refusal):
    """The archive has no such file."""

    sentence = gettext_noop("The file is not there any more. Please choose it again.")


class BadRows(Refusal):
    """The file has bad rows."""

    sentence = gettext_noop("The file has %(rows)s bad rows; nothing was imported. The preview names them.")


@job(IMPORT, label=gettext_noop("Open items are imported"), shows="openitems:list")
def import_file(progress: Progress, *, file_id: int) -> dict[str, Any]:
    """Import a kept file; returns `{"rows", "new", "known"}`.

    Raises:
        FileGone, BadRows
    """
    with tenant(progress.tenant_id, by=progress.by):
        source = kept_bytes(file_id)
    if source is None:
        raise FileGone
    return import_source(progress, source)


def import_source(progress: Progress, source: bytes) -> dict[str, Any]:
    """Import a file's bytes: checked whole first, then piece by piece.  Raises: BadRows, what `check_items` refuses."""
    with tenant(progress.tenant_id, by=progress.by):
        reading = check_items(source)
    if reading.problems:
        raise BadRows(rows=len(reading.problems))
    new = known = 0
    for piece in pieces(reading.rows):
        progress.stop_if_cancelled()
        with tenant(progress.tenant_id, by=progress.by):
            done = import_items(piece, at=clock.now())
        new, known = new + done.new, known + done.known
        progress.step(new + known, len(reading.rows), gettext_noop("%(items)s of %(all)s open items"),
                      items=new + known, all=len(reading.rows))  # fmt: skip
    return {"rows": len(reading.rows), "new": new, "known": known}
