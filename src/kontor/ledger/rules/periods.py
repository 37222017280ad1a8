"""Fiscal years, their periods, and when entries are committed [festgeschrieben]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from kontor.core.refusal import Refusal, gettext_noop

DRAFT_DAYS_MAX: Final = 10


class State(StrEnum):
    """State of a period: open ⇄ closed → committed."""

    OPEN = "open"
    CLOSED = "closed"
    COMMITTED = "committed"


STEPS: Final[Mapping[State, frozenset[State]]] = {
    State.OPEN: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN, State.COMMITTED}),
    State.COMMITTED: frozenset(),
}


class ForbiddenPeriodStep(Refusal):
    """The period cannot go from its state to the wished one."""

    sentence = gettext_noop(
        "The period cannot take this step. Open periods are closed first; committed ones stay as they are."
    )


class MissingReason(Refusal):
    """Reopening a period needs a reason."""

    sentence = gettext_noop("Opening a closed period needs a reason. Please say why it is opened again.")


class PeriodNotOpen(Refusal):
    """Nothing may be posted into the period."""

    sentence = gettext_noop(
        "The period of %(day)s is closed. Post on a day of an open period, or open the period first."
    )


class NoPeriod(Refusal):
    """No fiscal year covers the day."""

    sentence = gettext_noop("No fiscal year covers %(day)s. Create the fiscal year first, or correct the date.")


class BadFiscalYear(Refusal):
    """A fiscal year starts on the first of a month and has at most 12 months (§ 240 (2) HGB)."""

    sentence = gettext_noop("A fiscal year starts on the first day of a month and has 1 to 12 months.")


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A month of a fiscal year; both days included, numbered from 1."""

    number: int
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether `day` belongs to it."""
        return self.first_day <= day <= self.last_day


def periods_of_year(first_day: date, *, months: int = 12) -> tuple[PeriodSpan, ...]:
    """Return the monthly periods of a fiscal year, short years included.

    Raises:
        BadFiscalYear: `first_day` is not the first of a month, or months not 1 to 12.
    """
    if first_day.day != 1 or not 1 <= months <= 12:
        raise BadFiscalYear
    starts = [first_of_month_after(first_day, months=index) for index in range(months + 1)]
    return tuple(
        PeriodSpan(number, start, following - timedelta(days=1))
        for number, (start, following) in enumerate(pairwise(starts), start=1)
    )


def year_label(first_day: date, *, months: int = 12) -> int:
    """Return the calendar year in which a fiscal year ends, which its numbers carry."""
    return periods_of_year(first_day, months=months)[-1].last_day.year


def period_on(periods: Iterable[PeriodSpan], *, day: date) -> PeriodSpan:
    """Return the period of `day`.

    Raises:
        NoPeriod: none covers it.
    """
    for period in periods:
        if period.covers(day):
            return period
    raise NoPeriod(day=day.isoformat())


def check_step(old: State, new: State, *, reason: str = "") -> None:
    """Refuse a step of a period that the office does not know.

    Raises:
        ForbiddenPeriodStep: no such step.
        MissingReason: a closed period is opened without a reason.
    """
    if new not in STEPS[old]:
        raise ForbiddenPeriodStep(old=old.value, new=new.value)
    if new is State.OPEN and not reason.strip():
        raise MissingReason


def check_may_post(state: State, *, day: date) -> None:
    """Refuse to post into a period that is not open.

    Raises:
        PeriodNotOpen: closed or committed.
    """
    if state is not State.OPEN:
        raise PeriodNotOpen(day=day.isoformat(), state=state.value)


def commitment_due(
    period: PeriodSpan,
    *,
    year_last_day: date,
    return_sent_on: date | None = None,
    locking_export_on: date | None = None,
) -> date:
    """Return the day by which `period` is committed: the earliest of VAT return, locking export, end of the following
    month and year end, but never before its own last day by the calendar ones (decisions.md 39, GoBD Rz. 50).
    """
    following = first_of_month_after(period.last_day.replace(day=1), months=2) - timedelta(days=1)
    year_end = max(year_last_day, period.last_day)
    days = [following, year_end, return_sent_on, locking_export_on]
    return min(day for day in days if day is not None)


def is_stale_draft(*, recorded_on: date, on: date) -> bool:
    """Whether a draft is older than 10 days on `on` and should warn (decisions.md 39, GoBD Rz. 47)."""
    return (on - recorded_on).days > DRAFT_DAYS_MAX


def first_of_month_after(first_day: date, *, months: int) -> date:
    """Return the first day of the month `months` after that of `first_day`."""
    index = first_day.year * 12 + first_day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
