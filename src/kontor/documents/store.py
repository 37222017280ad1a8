"""Storing bytes once and opening them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import connection
from django.db.models import Sum

from kontor.core.audit import act
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.models import StoredFile
from kontor.documents.rules.files import (
    FILE_BYTES_MAX,
    TENANT_BYTES_MAX,
    FileMissing,
    NoRoomLeft,
    media_type_of,
    safe_name,
)
from kontor.documents.shelves import CHUNK, Received, receive, shelf

_LOCKS, _INT_MAX = 0x00F1_1E00, 2**31 - 1

type Source = bytes | BinaryIO | Iterable[bytes]


@act("documents.store")
def store(
    source: Source,
    *,
    name: str,
    media_type: str = "",
    owner_type: str,
    at: datetime,
    by: Actor | None,
    bytes_max: int = FILE_BYTES_MAX,
) -> StoredFile:
    """Keep the bytes and return their row; the same bytes again give the row that is there.

    The bytes are on the disk, under their final name, before the row is written. `media_type` is what the
    sender claims and counts only where the contents say nothing against it.

    Raises:
        FileTooLarge: more than `bytes_max`.
        NoRoomLeft: the tenant's share of the archive is used up.
    """
    received = receive(chunks(source), tenant_id=current_tenant_id(), bytes_max=bytes_max)
    return store_received(received, name=name, media_type=media_type, owner_type=owner_type, at=at, by=by)


@act("documents.store")
def store_received(
    received: Received, *, name: str, media_type: str = "", owner_type: str, at: datetime, by: Actor | None
) -> StoredFile:
    """Keep bytes that have arrived already; as `store`.  Raises: NoRoomLeft."""
    _lock_for_storing(received.sha256)
    known = StoredFile.objects.filter(sha256=received.sha256).first()
    if known is None:
        _check_room(received)
    shelf().put(received, tenant_id=current_tenant_id())
    return known or _row(received, name=safe_name(name), claimed=media_type, owner_type=owner_type, at=at, by=by)


def _lock_for_storing(sha256: str) -> None:
    """Keep the sweep of orphans away from these bytes until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", _lock_of(sha256))


def locked_for_removal(sha256: str) -> bool:
    """Make whoever stores these bytes from now on wait until the transaction ends; False if somebody does already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _lock_of(sha256))
        return bool(cursor.fetchone()[0])


def _lock_of(sha256: str) -> list[int]:
    """Return one of 256 locks of the books, so that a transaction with many files holds few."""
    return [current_tenant_id() % _INT_MAX, _LOCKS + int(sha256[:2], 16)]


def open_file(file: StoredFile) -> BinaryIO:
    """Open the bytes of a stored file; needs no transaction.

    Raises:
        FileMissing: the row's bytes are gone.
    """
    try:
        return shelf().open(file.sha256, tenant_id=file.tenant_id)
    except FileNotFoundError as gone:
        raise FileMissing(name=file.name) from gone


def read_file(file: StoredFile) -> bytes:
    """Return all bytes of a small stored file.  Raises: FileMissing."""
    with open_file(file) as opened:
        return opened.read()


def chunks_of(file: StoredFile) -> Iterator[bytes]:
    """Yield the bytes of a stored file piece by piece; opened at the first piece.  Raises: FileMissing."""
    with open_file(file) as opened:
        yield from iter(lambda: opened.read(CHUNK), b"")


def chunks(source: Source) -> Iterator[bytes]:
    """Yield what is sent piece by piece."""
    if isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        yield from iter(lambda: source.read(CHUNK), b"")
    else:
        yield from source


def _check_room(received: Received) -> None:
    used: int = StoredFile.objects.aggregate(used=Sum("size"))["used"] or 0
    if used + received.size > TENANT_BYTES_MAX:
        received.path.unlink(missing_ok=True)
        raise NoRoomLeft(gigabytes=TENANT_BYTES_MAX // 1024**3)


def _row(received: Received, *, name: str, claimed: str, owner_type: str, at: datetime, by: Actor | None) -> StoredFile:
    """Insert the row unless another one was quicker; return the one that stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_storedfile "
            "(tenant_id, sha256, size, media_type, name, owner_type, stored_at, stored_by_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, sha256) DO NOTHING",
            [
                current_tenant_id(), received.sha256, received.size,
                _media_type(received, name=name, claimed=claimed), name, owner_type, at, by.pk if by else None,
            ],
        )  # fmt: skip
    return StoredFile.objects.get(sha256=received.sha256)


def _media_type(received: Received, *, name: str, claimed: str) -> str:
    """Prefer what the bytes say; a claim may only name a kind of plain text more closely."""
    seen = media_type_of(received.head, name=name)
    return claimed if seen == "text/plain" and claimed in {"text/csv", "application/json"} else seen


def keep(source: bytes, *, name: str, owner_type: str, at: datetime, by: Actor | None) -> int:
    """Store bytes for a context that does not know documents; return the file's id (see `core.archive`)."""
    return store(source, name=name, owner_type=owner_type, at=at, by=by).id


def fetch(file_id: int) -> bytes | None:
    """Return the bytes of a file id, None if there are none (see `core.archive`)."""
    file = StoredFile.objects.filter(id=file_id).first()
    return None if file is None else read_file(file)
