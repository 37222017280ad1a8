"""Long work of the matching: a run over many transactions, taking a large run back."""

from __future__ import annotations

from kontor.core import clock
from kontor.core.jobs import Facts, job
from kontor.core.progress import Progress
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import tenant
from kontor.matching.actions.confirming import undo_run
from kontor.matching.actions.own_orders import settle_sent_orders, take_returned_orders
from kontor.matching.actions.running import run_match

RUN = "matching.run"
UNDO = "matching.undo_run"


@job(RUN, label=gettext_noop("Open items are matched"), shows="match")
def run_matching(progress: Progress, /) -> Facts:
    """Match everything that is unassigned."""
    progress.step(0, 1, gettext_noop("The payments are compared with the open items"))
    with tenant(progress.tenant_id, by=progress.by):
        outcome = run_match(at=clock.now())
        posted = settle_sent_orders(outcome, at=clock.now())
        take_returned_orders(outcome, at=clock.now())
        proposed = outcome.run.automatic + outcome.run.proposed - posted
        found = {"transactions": outcome.run.transactions, "proposed": proposed}
    progress.step(1, 1, gettext_noop("%(proposed)s of %(transactions)s payments have a proposal"), **found)
    return found


@job(UNDO, label=gettext_noop("A run is taken back"), shows="match")
def undo_matching_run(progress: Progress, /, run_key: str, country: str) -> Facts:
    """Take a run back as a whole."""
    with tenant(progress.tenant_id, by=progress.by):
        return {"entries": undo_run(run_key, day=clock.today(country), at=clock.now(), by=progress.by)}
