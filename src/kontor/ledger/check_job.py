"""Proving the books as a job, from the page; the same proof as the command."""

from __future__ import annotations

from typing import Any

from django.db import connection

from kontor.core.invariants import proven_inside, violations
from kontor.core.jobs import job
from kontor.core.progress import Progress
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import tenant
from kontor.ledger import check  # noqa: F401  # registers the ledger's invariants

CHECK = "ledger.check"
SHOWN_MAX = 500


@job(CHECK, label=gettext_noop("The books are proved"), shows="check_books")
def prove_books(progress: Progress) -> dict[str, Any]:
    """Prove every invariant over the open tenant; returns `{"violations": [{code, sentence, object_type, object_id, facts}]}`."""
    with tenant(progress.tenant_id, by=progress.by):
        with connection.cursor() as cursor:
            found = list(violations(progress.tenant_id, cursor=cursor))
        found += proven_inside()
    shown = [
        {
            "code": v.code,
            "sentence": v.sentence,
            "object_type": v.object_type,
            "object_id": v.object_id,
            "facts": v.facts,
        }
        for v in found[:SHOWN_MAX]
    ]
    return {"violations": shown, "count": len(found)}
