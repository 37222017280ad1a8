"""Which files are taken as receipts, told by their first bytes and checked against their name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from kontor.documents.rules.files import is_active, media_type_of, safe_name
from kontor.documents.rules.unreadable import (
    ActiveContent,
    ArchiveInstead,
    EmptyFile,
    NotWhatItClaims,
    TooLargeReceipt,
    UnknownKind,
)

FILE_MEGABYTES_MAX = 25
FILE_BYTES_MAX = FILE_MEGABYTES_MAX * 1024**2
PICTURE_PIXELS_MAX = 80_000_000  # phones make up to 50 million, few 64
PICTURE_SIDE_MAX = 20_000
PAGES_MAX = 60
PAGE_POINTS_MAX = 2_880.0  # 40 inches: A2 lies below
XML_BYTES_MAX = 10 * 1024**2
ACCEPT = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf,.xml"


class FileKind(StrEnum):
    """What a receipt can arrive as."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"
    XML = "xml"

    @property
    def is_picture(self) -> bool:
        """Whether it is a single picture."""
        return self not in {FileKind.PDF, FileKind.XML}


_KINDS = {
    "image/jpeg": FileKind.JPEG,
    "image/png": FileKind.PNG,
    "image/webp": FileKind.WEBP,
    "image/heic": FileKind.HEIC,
    "application/pdf": FileKind.PDF,
    "application/xml": FileKind.XML,
}
# Phones and mail programs mix up the suffixes of pictures; that harms nobody.
_SUFFIXES = {
    ".jpg": "picture", ".jpeg": "picture", ".png": "picture", ".webp": "picture", ".heic": "picture",
    ".heif": "picture", ".jfif": "picture", ".pdf": "pdf", ".xml": "xml", ".zip": "zip", ".svg": "svg", ".html": "html",
}  # fmt: skip
_WORDS = {"picture": "JPG/PNG/WebP/HEIC", "pdf": "PDF", "xml": "XML"}  # the same in every language


def check_receipt_file(head: bytes, *, name: str, size: int) -> FileKind:
    """Return what kind of receipt a file is, by its first 4096 bytes.

    Raises:
        BadReceiptFile: empty, too large, an archive, a web page or program, an unknown kind, or another kind than
            its name says.
    """
    shown = safe_name(name)
    if size == 0:
        raise EmptyFile(name=shown)
    if size > FILE_BYTES_MAX:
        raise TooLargeReceipt(name=shown, megabytes=FILE_MEGABYTES_MAX)
    media_type = media_type_of(head, name=shown)
    kind = _KINDS.get(media_type)
    if kind is None:
        raise _refusal(media_type, head, shown)
    _check_suffix(kind, shown)
    if kind is FileKind.XML and size > XML_BYTES_MAX:
        raise TooLargeReceipt(name=shown, megabytes=XML_BYTES_MAX // 1024**2)
    return kind


def _refusal(media_type: str, head: bytes, shown: str) -> EmptyFile | ArchiveInstead | ActiveContent | UnknownKind:
    if media_type.startswith(("application/zip", "application/gzip", "application/vnd.")):
        return ArchiveInstead(name=shown)
    if is_active(head):
        return ActiveContent(name=shown)
    return UnknownKind(name=shown)


def _check_suffix(kind: FileKind, shown: str) -> None:
    family = "picture" if kind.is_picture else kind.value
    claimed = _SUFFIXES.get(PurePosixPath(shown.lower()).suffix)
    if claimed is not None and claimed != family:
        raise NotWhatItClaims(name=shown, kind=_WORDS[family])
