"""What happens by itself: the day's anchors, the week's tidying. Doing any of it twice changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from procrastinate.contrib.django import app

from kontor.core.anchors import take_anchor
from kontor.core.clock import now, today
from kontor.core.jobs import DEFAULT_QUEUE, closed_connections
from kontor.core.mail import forget_old_mails
from kontor.core.tenancy import tenant
from kontor.documents.actions.tidying import sweep_orphans
from kontor.organisations.models import Tenant

logger = logging.getLogger("kontor.schedule")


class SomeBooksFailed(RuntimeError):
    """The work was done for the other tenants; the log says for which it was not."""


# Hourly, not at midnight: a machine that was off gets its anchor as soon as it is back.
@app.periodic(cron="7 * * * *")
@app.task(name="take_anchors", queue=DEFAULT_QUEUE, queueing_lock="take_anchors")
def take_anchors(timestamp: int) -> int:  # the queue says for which tick
    """Take the day's anchor of every tenant whose record has grown; returns how many were taken."""
    return _for_all_books(
        "anchor", lambda books: int(take_anchor(tenant_code=books.code, on=today(books.country), at=now()) is not None)
    )


@app.periodic(cron="23 2 * * 0")
@app.task(name="tidy_up", queue=DEFAULT_QUEUE, queueing_lock="tidy_up")
def tidy_up(timestamp: int) -> int:  # the queue says for which tick
    """Remove bytes that no row names and mails that were delivered long ago; returns how many files went."""
    swept = _for_all_books("sweep", lambda _books: sweep_orphans(at=now()))
    with closed_connections():
        forget_old_mails(at=now())
    return swept


def _for_all_books(what: str, work: Callable[[Tenant], int]) -> int:
    """Do the work in every tenant, each in a transaction of its own; what fails in one does not keep the others.

    Raises:
        SomeBooksFailed: at the end.
    """
    done, failed = 0, 0
    with closed_connections():
        for books in Tenant.objects.order_by("id"):
            try:
                with tenant(books.id):
                    done += work(books)
            except Exception:
                logger.exception("%s failed for tenant %s", what, books.id)
                failed += 1
    if failed:
        raise SomeBooksFailed(f"{what}: {failed}")
    return done
