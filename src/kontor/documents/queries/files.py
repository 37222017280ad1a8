"""Reading the archive, and proving that it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet, Sum

from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import StoredFile
from kontor.documents.shelves import CHUNK, shelf


@dataclass(frozen=True, slots=True)
class FileFault:
    """A stored file whose bytes are missing, shortened or changed."""

    file_id: int
    name: str
    fault: Literal["missing", "changed"]


def stored_files() -> QuerySet[StoredFile]:
    """Return the archive with who stored each file, latest first."""
    return StoredFile.objects.select_related("stored_by").order_by("-id")


def file_by_id(file_id: int) -> StoredFile | None:
    """Return one stored file."""
    return StoredFile.objects.filter(id=file_id).first()


def bytes_used() -> int:
    """Return how many bytes the tenant's archive holds."""
    used: int | None = StoredFile.objects.aggregate(used=Sum("size"))["used"]
    return used or 0


def verify_files() -> Iterator[FileFault]:
    """Read every stored file of the open tenant and yield those that are not what they were; for check-books."""
    tenant_id = current_tenant_id()
    for file in StoredFile.objects.order_by("id").iterator(chunk_size=500):
        if not shelf().has(file.sha256, tenant_id=tenant_id):
            yield FileFault(file.id, file.name, "missing")
        elif _hash_on_shelf(file.sha256, tenant_id) != (file.sha256, file.size):
            yield FileFault(file.id, file.name, "changed")


def _hash_on_shelf(sha256: str, tenant_id: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with shelf().open(sha256, tenant_id=tenant_id) as opened:
        for chunk in iter(lambda: opened.read(CHUNK), b""):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
