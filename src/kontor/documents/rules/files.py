"""What a file is, told by its first bytes and not by its name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from kontor.core.refusal import Refusal, gettext_noop

OCTETS = "application/octet-stream"
HEAD_BYTES = 4096
NAME_LENGTH_MAX = 200
FILE_BYTES_MAX = 300 * 1024 * 1024
TENANT_BYTES_MAX = 200 * 1024**3

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc", b"avif"})
_OFFICE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
# Whatever a browser would run when it shows it; looked for anywhere in the head, for browsers do so too.
_ACTIVE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|[\w-]+:svg|[\w-]+:html)\b", re.IGNORECASE
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class FileTooLarge(Refusal):
    """More bytes than the archive takes at once."""

    sentence = gettext_noop(
        "The file is larger than %(megabytes)s MB and was not stored. Please split it or send a smaller one."
    )
    status = 413


class NoRoomLeft(Refusal):
    """The tenant's share of the archive is used up."""

    sentence = gettext_noop("The archive of these books is full (%(gigabytes)s GB). An administrator can make room.")
    status = 413


class FileMissing(Refusal):
    """A row without its bytes."""

    sentence = gettext_noop(
        "The contents of “%(name)s” are missing from the archive. An administrator finds them in the backup; "
        "nothing else is affected."
    )
    status = 404


def media_type_of(head: bytes, *, name: str) -> str:
    """Return the media type by content; what a browser might run (SVG, HTML, programs) is octets only."""
    if is_active(head):
        return OCTETS
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return _OFFICE.get(_suffix(name), media_type) if media_type == "application/zip" else media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return _text_type(head, name=name)


def is_active(head: bytes) -> bool:
    """Tell whether a browser or a system might run what begins like this."""
    return head.startswith(_PROGRAMS) or _ACTIVE.search(_as_ascii(head)) is not None


def _as_ascii(head: bytes) -> bytes:
    """Return the head so that markup in UTF-16 is seen as well."""
    return head.replace(b"\x00", b"")


def _text_type(head: bytes, *, name: str) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if plain.lstrip().startswith(b"<?xml") or (plain.lstrip().startswith(b"<") and _suffix(name) == ".xml"):
        return "application/xml"
    if not plain or _CONTROLS.search(plain):
        return OCTETS
    return {".csv": "text/csv", ".json": "application/json"}.get(_suffix(name), "text/plain")


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix


def safe_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 200 characters, its suffix kept."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(
        sign for sign in last if sign.isprintable() and sign not in "\u202a\u202b\u202c\u202d\u202e"
    ).strip(" .")
    if len(printable) > NAME_LENGTH_MAX:
        suffix = PurePosixPath(printable).suffix[:20]
        printable = printable[: NAME_LENGTH_MAX - len(suffix)] + suffix
    return printable or "file"
