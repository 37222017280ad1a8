"""Tidying the archive; storing has a room of its own (`store`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django_subatomic import db

from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import StoredFile
from kontor.documents.shelves import shelf
from kontor.documents.store import locked_for_removal

ORPHAN_AGE = timedelta(days=2)


@db.transaction_required
def sweep_orphans(*, at: datetime) -> int:
    """Remove bytes without a row that are older than two days; return how many.

    They stem from transactions that failed after their bytes were safe. Younger ones may still get their row.
    """
    tenant_id, oldest = current_tenant_id(), (at - ORPHAN_AGE).timestamp()
    aged = [sha256 for sha256, stored in shelf().listed(tenant_id=tenant_id) if stored < oldest]
    known = set(StoredFile.objects.filter(sha256__in=aged).values_list("sha256", flat=True))
    count = 0
    for sha256 in aged:
        if sha256 not in known and _still_orphan(sha256):
            shelf().remove(sha256, tenant_id=tenant_id)
            count += 1
    return count + _sweep_incoming(tenant_id, oldest)


def _still_orphan(sha256: str) -> bool:
    """Tell whether nobody is storing these bytes right now, nor has since; whoever starts now waits for the sweep."""
    return locked_for_removal(sha256) and not StoredFile.objects.filter(sha256=sha256).exists()


def _sweep_incoming(tenant_id: int, oldest: float) -> int:
    left = [
        path
        for path in (Path(settings.FILES_ROOT) / str(tenant_id) / ".incoming").glob("*")
        if path.stat().st_mtime < oldest
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
