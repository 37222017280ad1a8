"""Tidying the archive; storing has a room of its own (`store`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django_subatomic import db

from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import StoredFile
from kontor.documents.shelves import shelf

ORPHAN_AGE = timedelta(days=2)


@db.transaction_required
def sweep_orphans(*, at: datetime) -> int:
    """Remove bytes without a row that are older than two days; return how many.

    They stem from transactions that failed after their bytes were safe. Younger ones may still get their row.
    """
    tenant_id, oldest = current_tenant_id(), (at - ORPHAN_AGE).timestamp()
    aged = [sha256 for sha256, stored in shelf().listed(tenant_id=tenant_id) if stored < oldest]
    known = set(StoredFile.objects.filter(sha256__in=aged).values_list("sha256", flat=True))
    orphans = [sha256 for sha256 in aged if sha256 not in known]
    for sha256 in orphans:
        shelf().remove(sha256, tenant_id=tenant_id)
    return len(orphans) + _sweep_incoming(tenant_id, oldest)


def _sweep_incoming(tenant_id: int, oldest: float) -> int:
    left = [
        path
        for path in (Path(settings.FILES_ROOT) / str(tenant_id) / ".incoming").glob("*")
        if path.stat().st_mtime < oldest
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
