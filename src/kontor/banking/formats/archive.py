"""Unpack a ZIP archive of statements without trusting anything it says about itself."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO, NamedTuple

from kontor.banking.formats.unreadable import DamagedArchive, UnsafeArchive
from kontor.core.refusal import gettext_noop

MEMBERS_MAX = 1_000
RATIO_MAX = 100
TOTAL_BYTES_MAX = 300 * 1024 * 1024
_CHUNK = 1 << 16
_IN_MEMORY = 1 << 23
# Small texts of one repeated sign compress beyond every ratio and harm nobody.
_RATIO_FREE_BYTES = 1 << 20


class TooManyMembers(UnsafeArchive):
    """Too many files."""

    sentence = gettext_noop("The archive “%(name)s” was not opened: it holds more than 1,000 files.")


class TooLargeUnpacked(UnsafeArchive):
    """Too many bytes."""

    sentence = gettext_noop("The archive “%(name)s” was not opened: unpacked it is larger than 300 MB.")


class TooDense(UnsafeArchive):
    """A compression that no statement reaches."""

    sentence = gettext_noop(
        "The archive “%(name)s” was not opened: it is packed far denser than statements are, as it is done in attacks."
    )


class PathOutside(UnsafeArchive):
    """A member that would be written elsewhere."""

    sentence = gettext_noop("The archive “%(name)s” was not opened: a file in it points outside the archive.")


class LinkInside(UnsafeArchive):
    """A member that is a link."""

    sentence = gettext_noop("The archive “%(name)s” was not opened: it holds a link instead of a file.")


class NestedArchive(UnsafeArchive):
    """An archive in the archive."""

    sentence = gettext_noop("The archive “%(name)s” was not opened: it holds another archive. Please unpack it first.")


class EncryptedArchive(UnsafeArchive):
    """A password is needed."""

    sentence = gettext_noop(
        "The archive “%(name)s” was not opened: it is protected by a password. Please unpack it first."
    )


class Member(NamedTuple):
    """A file of an archive, unpacked into a temporary one."""

    name: str
    stream: BinaryIO


def is_zip(start: bytes) -> bool:
    """Tell by the first four bytes whether this is a ZIP archive."""
    return start[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}


def members(stream: BinaryIO, *, name: str) -> Iterator[Member]:
    """Yield the files of an archive in its order; each stream is closed when the next one is asked for.

    Sizes are counted while unpacking, because the declared ones may lie. Folders and the shadow files of macOS
    are left out.

    Raises:
        UnsafeArchive: more than 1,000 members, 300 MB in total, a ratio above 100, a link, a path that leads
            outside, a password, an archive within.
        DamagedArchive: it cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if len(entries) > MEMBERS_MAX:
                raise TooManyMembers(name=name)
            for entry in entries:
                _check(entry, name=name)
            total = 0
            for entry in entries:
                if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
                    continue
                with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as unpacked:
                    total += _unpack(archive, entry, unpacked, name=name, before=total)
                    unpacked.seek(0)
                    yield Member(entry.filename, unpacked)  # type: ignore[arg-type]  # it is one in all but name
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, UnicodeDecodeError) as error:
        raise DamagedArchive(name=name) from error


def _check(entry: zipfile.ZipInfo, *, name: str) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        raise PathOutside(name=name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise LinkInside(name=name)
    if entry.flag_bits & 0x1:
        raise EncryptedArchive(name=name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: IO[bytes], *, name: str, before: int) -> int:
    size = 0
    with archive.open(entry) as packed:
        while chunk := packed.read(_CHUNK):
            if size == 0 and is_zip(chunk):
                raise NestedArchive(name=name)
            size += len(chunk)
            if before + size > TOTAL_BYTES_MAX:
                raise TooLargeUnpacked(name=name)
            if size > _RATIO_FREE_BYTES and size > RATIO_MAX * max(entry.compress_size, 1):
                raise TooDense(name=name)
            target.write(chunk)
    return size
