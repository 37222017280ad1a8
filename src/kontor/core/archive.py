"""The place where contexts beside or below the documents keep received bytes.

Documents registers itself here, so that its neighbours need not know it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kontor.core.tenancy import Actor


class Keep(Protocol):
    """Stores bytes and returns the file's id; the same bytes give the same id."""

    def __call__(self, source: bytes, *, name: str, owner_type: str, at: datetime, by: Actor | None) -> int: ...


class Fetch(Protocol):
    """Returns the bytes of a file id, None if there are none."""

    def __call__(self, file_id: int) -> bytes | None: ...


_keep: list[Keep] = []
_fetch: list[Fetch] = []


def register_archive(*, keep: Keep, fetch: Fetch) -> None:
    """Name the archive."""
    _keep[:], _fetch[:] = [keep], [fetch]


def keep_bytes(source: bytes, *, name: str, owner_type: str, at: datetime, by: Actor | None) -> int:
    """Keep bytes as they were received; return the file's id."""
    return _keep[0](source, name=name, owner_type=owner_type, at=at, by=by)


def kept_bytes(file_id: int) -> bytes | None:
    """Return bytes kept earlier, None if there are none."""
    return _fetch[0](file_id)
