"""Having files read, without anybody waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django_subatomic import db

from kontor.core.refusal import Refusal
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.models import Extraction, ExtractionState, Rendition, RenditionKind, StoredFile
from kontor.documents.queue import hand_to_reader
from kontor.documents.reader.room import reading_room
from kontor.documents.rules.intake import check_receipt_file
from kontor.documents.rules.unreadable import BadReceiptFile


@db.transaction_required
def request_reading(
    file: StoredFile, *, at: datetime, by: Actor | None, again: bool = False
) -> None:  # every act names who
    """Have a file read after the commit of this transaction; what was read already is read anew only if `again`.

    What a person typed is not touched by it: readings are proposals.
    """
    asked = Extraction.objects.filter(file_id=file.id).first()
    if asked is None:
        Extraction.objects.bulk_create([Extraction(file=file, asked_at=at)], ignore_conflicts=True)
    elif again:
        Extraction.objects.filter(id=asked.id).update(state=ExtractionState.WAITING, asked_at=at)
    else:
        return
    hand_to_reader(tenant_id=current_tenant_id(), file_id=file.id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns of an extraction, and how many pages the file has."""

    columns: dict[str, Any]
    pages: int


def read_content(file: StoredFile, content: bytes, geometries: dict[str, Any], *, on: date) -> Outcome:
    """Return what the reading process says, or why it cannot; needs no transaction and writes nothing."""
    try:
        kind = check_receipt_file(content[:4096], name=file.name, size=len(content))
        facts, _ = reading_room.ask(
            "read", content, name=file.name, kind=kind, geometries=geometries, latest=on.isoformat()
        )
    except BadReceiptFile as refusal:
        return unreadable(refusal)
    pages = facts.pop("pages")
    return Outcome({"state": ExtractionState.READ, "sentence": "", "facts": {}, **facts}, pages)


def unreadable(refusal: Refusal) -> Outcome:
    """Return the outcome of a reading that the sentence of `refusal` explains."""
    facts = {name: str(fact) for name, fact in refusal.facts.items()}
    return Outcome({"state": ExtractionState.UNREADABLE, "sentence": refusal.sentence, "facts": facts}, 0)


_listeners: list[Callable[[int], None]] = []


def when_read(tell: Callable[[int], None]) -> None:
    """Have `tell` called with a file's id in the transaction that writes down what was read from it."""
    if tell not in _listeners:
        _listeners.append(tell)


@db.transaction_required
def keep_reading(file_id: int, outcome: Outcome, *, at: datetime) -> None:
    """Write down what was read, and tell those who wait for it."""
    Extraction.objects.filter(file_id=file_id).update(**outcome.columns, read_at=at)
    for tell in _listeners:
        tell(file_id)


@db.transaction_required
def geometries_of(file_id: int) -> dict[str, Any]:
    """Return how a person cut and turned the pages of a file: page number as text → geometry as plain facts."""
    cropped = Rendition.objects.filter(file_id=file_id, kind=RenditionKind.CROPPED)
    return {str(one.page): one.geometry for one in cropped}
