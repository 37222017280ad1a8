"""Closing, reopening and committing periods."""

from __future__ import annotations

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.periods import Period, PeriodState
from kontor.ledger.rules.periods import State, check_step


class EarlierStillOpen(Refusal):
    """Commitment goes in order."""

    sentence = gettext_noop("Periods before %(first)s are not committed yet. Please commit them first.")


@act("ledger.close_period")
def close_period(period_id: int, *, reason: str = "") -> None:
    """Close an open period: nothing is posted into it any more.  Raises: ForbiddenPeriodStep."""
    _step(period_id, PeriodState.CLOSED, reason=reason)


@act("ledger.reopen_period")
def reopen_period(period_id: int, *, reason: str) -> None:
    """Open a closed period again, for a reason.  Raises: ForbiddenPeriodStep, MissingReason."""
    _step(period_id, PeriodState.OPEN, reason=reason)


@act("ledger.commit_period")
def commit_period(period_id: int) -> None:
    """Commit a period for good [festschreiben]; an open one is closed along.  Raises: EarlierStillOpen."""
    period = Period.objects.get(id=period_id)
    earlier = Period.objects.filter(last_day__lt=period.first_day).exclude(state=PeriodState.COMMITTED)
    if earlier.exists():
        raise EarlierStillOpen(first=period.first_day.isoformat())
    if period.state == PeriodState.OPEN:
        _step(period_id, PeriodState.CLOSED)
    _step(period_id, PeriodState.COMMITTED)


def _step(period_id: int, to: PeriodState, *, reason: str = "") -> None:
    # Not the whole key: a poster holding the advisory lock checks its foreign key on this row meanwhile.
    period = Period.objects.select_for_update(no_key=True).get(id=period_id)
    check_step(State(period.state), State(to), reason=reason)
    Period.objects.filter(id=period_id).update(state=to, state_reason=reason.strip())
