"""A statement file comes in, before anybody has read it."""

from __future__ import annotations

from datetime import datetime

from kontor.banking.models import ImportState, StatementImport
from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.documents.models import StoredFile


@act("banking.receive_file")
def receive_file(file: StoredFile, *, at: datetime, by: Actor) -> StatementImport:
    """Write down that a file came in; it waits to be read."""
    return StatementImport.objects.create(file=file, state=ImportState.WAITING, imported_at=at, imported_by_id=by.pk)
