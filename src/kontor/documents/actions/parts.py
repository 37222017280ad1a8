"""Cutting one file into several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django_subatomic import db

from kontor.core.tenancy import Actor
from kontor.documents.actions.intake import take_in
from kontor.documents.models import StoredFile
from kontor.documents.reader.room import reading_room
from kontor.documents.rules.intake import check_receipt_file
from kontor.documents.store import read_file


@db.transaction_required
def part_of(file: StoredFile, pages: Sequence[int], *, owner_type: str, at: datetime, by: Actor | None) -> StoredFile:
    """Archive some pages of a PDF, in this order (from 1), as a file of its own; the whole one stays as it is.

    Raises:
        BadReceiptFile: the PDF cannot be cut: it is broken, or is an electronic invoice and stays in one piece.
    """
    content = read_file(file)
    kind = check_receipt_file(content[:4096], name=file.name, size=len(content))
    _facts, (part,) = reading_room.ask("part", content, name=file.name, kind=kind, pages=list(pages))
    shown = "-".join(dict.fromkeys([str(pages[0]), str(pages[-1])]))
    whole = PurePath(file.name)
    return take_in(part, name=f"{whole.stem}-{shown}{whole.suffix}", owner_type=owner_type, at=at, by=by)
