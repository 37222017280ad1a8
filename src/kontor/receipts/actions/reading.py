"""Taking over what was read, whether or not somebody has the page open."""

from __future__ import annotations

from kontor.core.tenancy import Actor
from kontor.receipts.actions.drafting import take_reading
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.queries.readings import read_state


def take_over(document_id: int, *, by: Actor | None) -> bool:
    """Fill the receipt with what its files say so far; returns whether a file still waits to be read.

    What is there already is not written again, so that asking often costs nothing.
    """
    state = read_state(document_id)
    stored = IncomingDocument.objects.filter(id=document_id).values_list("proposals", flat=True).first()
    if state.proposals and stored != state.proposals:
        take_reading(document_id, state.proposals, by=by)
    return state.is_waiting


def file_was_read(file_id: int) -> None:
    """Let every receipt that holds the file take over what was read; called by the reader's task."""
    for document_id in Attachment.objects.filter(file_id=file_id).values_list("document_id", flat=True).distinct():
        take_over(document_id, by=None)
