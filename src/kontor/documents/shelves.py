"""Where the bytes stand: a folder of this machine, or an S3-compatible store through django-storages."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from kontor.documents.rules.files import FILE_BYTES_MAX, HEAD_BYTES, FileTooLarge

STORAGE_ALIAS = "files"
CHUNK = 256 * 1024
_INCOMING = ".incoming"


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that have arrived and are safe on disk, not yet on their shelf."""

    path: Path
    sha256: str
    size: int
    head: bytes


class Shelf(Protocol):
    """Keeps byte streams by tenant and SHA-256."""

    def put(self, received: Received, *, tenant_id: int) -> None:
        """Keep the received bytes for good; the same bytes again change nothing."""

    def open(self, sha256: str, *, tenant_id: int) -> BinaryIO:
        """Open the bytes for reading.  Raises: FileNotFoundError."""

    def has(self, sha256: str, *, tenant_id: int) -> bool:
        """Tell whether the bytes are there."""

    def listed(self, *, tenant_id: int) -> Iterator[tuple[str, float]]:
        """Yield SHA-256 and time of storing (seconds since the epoch) of everything on the tenant's shelf."""

    def remove(self, sha256: str, *, tenant_id: int) -> None:
        """Forget the bytes; for orphans only."""


def receive(chunks: Iterable[bytes], *, tenant_id: int, bytes_max: int = FILE_BYTES_MAX) -> Received:
    """Write what arrives to a temporary file, counted, hashed and flushed to the disk.

    Raises:
        FileTooLarge: more than `bytes_max`; nothing stays.
    """
    folder = Path(settings.FILES_ROOT) / str(tenant_id) / _INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > bytes_max:
                    raise FileTooLarge(megabytes=bytes_max // 1024**2)
                head += chunk[: max(0, HEAD_BYTES - len(head))]
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size, head)


class FolderShelf:
    """Files under `<root>/<tenant>/aa/bb/<sha256>`, read-only once they stand."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, received: Received, *, tenant_id: int) -> None:
        """Rename into place and flush the folder, so that a crash leaves all or nothing."""
        path = self._path(received.sha256, tenant_id)
        if path.exists():
            received.path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        received.path.chmod(0o440)
        received.path.replace(path)
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
            _flush_folder(folder)

    def open(self, sha256: str, *, tenant_id: int) -> BinaryIO:
        """Open the bytes for reading."""
        return self._path(sha256, tenant_id).open("rb")

    def has(self, sha256: str, *, tenant_id: int) -> bool:
        """Tell whether the bytes are there."""
        return self._path(sha256, tenant_id).is_file()

    def listed(self, *, tenant_id: int) -> Iterator[tuple[str, float]]:
        """Yield everything on the tenant's shelf."""
        for path in sorted((self._root / str(tenant_id)).glob("??/??/" + "?" * 64)):
            yield path.name, path.stat().st_mtime

    def remove(self, sha256: str, *, tenant_id: int) -> None:
        """Forget the bytes."""
        self._path(sha256, tenant_id).unlink(missing_ok=True)

    def _path(self, sha256: str, tenant_id: int) -> Path:
        return self._root / str(tenant_id) / sha256[:2] / sha256[2:4] / sha256


class StorageShelf:
    """The same keys in a Django storage: any S3-compatible store through django-storages."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def put(self, received: Received, *, tenant_id: int) -> None:
        """Upload what was received; the store itself replaces a whole object at once."""
        key = self._key(received.sha256, tenant_id)
        if not self._storage.exists(key):
            with received.path.open("rb") as file:
                self._storage.save(key, File(file))
        received.path.unlink()

    def open(self, sha256: str, *, tenant_id: int) -> BinaryIO:
        """Open the bytes for reading."""
        return self._storage.open(self._key(sha256, tenant_id), "rb")  # type: ignore[return-value]  # File reads as one

    def has(self, sha256: str, *, tenant_id: int) -> bool:
        """Tell whether the bytes are there."""
        return self._storage.exists(self._key(sha256, tenant_id))

    def listed(self, *, tenant_id: int) -> Iterator[tuple[str, float]]:
        """Yield everything on the tenant's shelf."""
        for first in self._folders(str(tenant_id)):
            for second in self._folders(f"{tenant_id}/{first}"):
                for name in self._storage.listdir(f"{tenant_id}/{first}/{second}")[1]:
                    yield name, self._storage.get_modified_time(self._key(name, tenant_id)).timestamp()

    def remove(self, sha256: str, *, tenant_id: int) -> None:
        """Forget the bytes."""
        self._storage.delete(self._key(sha256, tenant_id))

    def _folders(self, key: str) -> list[str]:
        return [name for name in self._storage.listdir(key)[0] if len(name) == 2]

    def _key(self, sha256: str, tenant_id: int) -> str:
        return f"{tenant_id}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


@cache
def shelf() -> Shelf:
    """Return the storage named `files` in the settings if there is one, else the folder."""
    if STORAGE_ALIAS in settings.STORAGES:
        return StorageShelf(storages[STORAGE_ALIAS])
    return FolderShelf(Path(settings.FILES_ROOT))


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
