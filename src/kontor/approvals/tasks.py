"""What approvals do by themselves: telling what an answer led to, and the morning's list."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time

from django.conf import settings
from procrastinate.contrib.django import app

from kontor.approvals.notices import TELL_TASK, tell_decision, tell_digest
from kontor.core import clock
from kontor.core.jobs import DEFAULT_QUEUE, closed_connections
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant

DIGEST_AT = time(7, 0)

logger = logging.getLogger("kontor.approvals")


@app.task(name=TELL_TASK, queue=DEFAULT_QUEUE)
def tell(tenant_id: int, decision_id: int, base: str) -> None:
    """Tell what follows from one answer, if it still stands; a second run posts the same mails, which are there already."""
    with closed_connections(), tenant(tenant_id):
        tell_decision(decision_id, base=base, at=clock.now())


# Hourly, not at seven: books in other time zones, and machines that were off, get theirs at the next hour.
@app.periodic(cron="3 * * * *")
@app.task(name="approvals.digests", queue=DEFAULT_QUEUE, queueing_lock="approvals.digests")
def digests(timestamp: int) -> int:
    """Post the morning's list in every set of books where it is past seven; returns how many mails it stands for."""
    with closed_connections():
        return sum(
            digest_of(books, at=datetime.fromtimestamp(timestamp, tz=UTC)) for books in Tenant.objects.order_by("id")
        )


def digest_of(books: Tenant, *, at: datetime) -> int:
    """Post the list of the day of `at` in one set of books; 0 before seven o'clock there and where it failed.

    Nobody's request says here under which address Kontor is reached: without KONTOR_URL a mail could only name paths, so
    none is sent, and the set-up pages say why.
    """
    if not settings.PUBLIC_URL:
        return 0
    local = at.astimezone(clock.ZONES[books.country])
    seven = datetime.combine(local.date(), DIGEST_AT, tzinfo=local.tzinfo)
    if local < seven:
        return 0
    try:
        with tenant(books.id):
            return tell_digest(on=local.date(), before=seven)
    except Exception:
        logger.exception("the approvals' list failed for tenant %s", books.id)
        return 0
