"""Taking in what is sent as a receipt."""

from __future__ import annotations

from datetime import datetime

from django_subatomic import db

from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.actions.pages import keep_pictures
from kontor.documents.models import Rendition, StoredFile
from kontor.documents.reader.room import reading_room
from kontor.documents.rules.files import FileTooLarge, safe_name
from kontor.documents.rules.intake import FILE_BYTES_MAX, FILE_MEGABYTES_MAX, check_receipt_file
from kontor.documents.rules.unreadable import TooLargeReceipt
from kontor.documents.shelves import Received, receive
from kontor.documents.store import Source, chunks, store_received
from kontor.documents.words import words_for
from kontor.organisations.metering import check_room
from kontor.organisations.models import Tenant
from kontor.organisations.rules.plans import Kind


@db.transaction_required
def take_in(source: Source, *, name: str, owner_type: str, at: datetime, by: Actor | None) -> StoredFile:
    """Check a file, archive its bytes unchanged, and make the picture of its first page; return its row.

    The same bytes again give the row and the pictures that are there.

    Raises:
        BadReceiptFile: it is not taken; the sentence names the file and says what to do. Nothing is kept.
        NoRoomLeft, NoRoom: the archive's or the plan's share is used up.
    """
    shown = safe_name(name)
    try:
        received = receive(chunks(source), tenant_id=current_tenant_id(), bytes_max=FILE_BYTES_MAX)
    except FileTooLarge as too_large:
        raise TooLargeReceipt(name=shown, megabytes=FILE_MEGABYTES_MAX) from too_large
    try:
        return _taken(received, name=shown, owner_type=owner_type, at=at, by=by)
    finally:
        received.path.unlink(missing_ok=True)


def _taken(received: Received, *, name: str, owner_type: str, at: datetime, by: Actor | None) -> StoredFile:
    kind = check_receipt_file(received.head, name=name, size=received.size)
    known = StoredFile.objects.filter(sha256=received.sha256).first()
    if known is not None and Rendition.objects.filter(file_id=known.id).exists():
        return store_received(received, name=name, owner_type=owner_type, at=at, by=by)
    if known is None:
        books = Tenant.objects.select_related("organisation").get(id=current_tenant_id())
        check_room(Kind.BYTES, tenant=books, adding=received.size)
    facts, pictures = reading_room.ask("look", received.path.read_bytes(), name=name, kind=kind, **words_for(kind))
    file = store_received(received, name=name, owner_type=owner_type, at=at, by=by)
    if pictures:
        keep_pictures(file, 1, pictures, facts, at=at, by=by)
    return file
