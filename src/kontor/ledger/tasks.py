"""What the ledger does by itself: posting what comes again, each night and on demand."""

from __future__ import annotations

from typing import Any

from django.db import connections
from procrastinate.contrib.django import app

from kontor.core import clock
from kontor.core.jobs import RESCUE_QUEUE, job, start_job
from kontor.core.progress import Progress
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import tenant
from kontor.ledger.actions.recurring import post_recurring
from kontor.ledger.queries.recurring import has_due
from kontor.organisations.models import Tenant

RECURRING = "ledger.recurring"
EACH_NIGHT = "17 3 * * *"


@job(RECURRING, label=gettext_noop("Recurring entries are posted"), shows="recurring")
def post_due(progress: Progress) -> dict[str, Any]:
    """Post what is due in the books; returns `{"posted", "refused": [{name, day, sentence, facts}]}`."""
    books = Tenant.objects.get(id=progress.tenant_id)
    on = clock.today(books.country)
    with tenant(progress.tenant_id, by=progress.by):
        run = post_recurring(on=on, currency=books.base_currency, at=clock.now())
    refused = [
        {
            "name": one.name, "day": one.day.isoformat(), "sentence": one.refusal.sentence,
            "facts": {name: str(fact) for name, fact in one.refusal.facts.items()},
        }
        for one in run.refused
    ]  # fmt: skip
    progress.step(1, 1)
    return {"posted": len(run.written), "refused": refused}


@app.periodic(cron=EACH_NIGHT)
@app.task(name="post_recurring_entries", queue=RESCUE_QUEUE, queueing_lock="post_recurring_entries")
def post_recurring_entries(timestamp: int) -> int:  # the queue says for which tick
    """Start a job in every set of books where something is due; return how many. What is posted is not due again."""
    started = 0
    try:
        for books in Tenant.objects.order_by("id").only("id", "country"):
            with tenant(books.id):
                if has_due(on=clock.today(books.country)):
                    start_job(RECURRING, arguments={}, by=None, at=clock.now())
                    started += 1
    finally:
        connections.close_all()
    return started
