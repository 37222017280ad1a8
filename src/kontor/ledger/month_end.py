"""What the ledger asks before a month is closed, and when it must be committed (decisions.md 39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from kontor.core import clock
from kontor.core.figures import format_day
from kontor.core.kept_statements import kept, kept_figures
from kontor.core.models import Job, JobState
from kontor.ledger.check_job import CHECK
from kontor.ledger.models.entries import EntryState, JournalEntry
from kontor.ledger.models.periods import Period, PeriodState
from kontor.ledger.rules.periods import PeriodSpan, commitment_due, is_stale_draft
from kontor.ui.addresses import address
from kontor.ui.checklist import Month, Standing, Step
from kontor.ui.foreseen import foreseen

CLOSED = frozenset({PeriodState.CLOSED, PeriodState.COMMITTED})


def _drafts(request: HttpRequest, month: Month) -> Standing:
    """Count the month's drafts; one that is older than ten days is late (GoBD Rz. 47)."""
    found = foreseen(request, _drafts_between.of(month.first_day, month.last_day))
    url = f"{_url(request, 'journal')}?state=draft"
    if not found["n"]:
        return Standing(is_done=True, note=_("no draft waits"), url=url)
    note = ngettext("%(n)s draft waits", "%(n)s drafts wait", found["n"]) % {"n": found["n"]}
    is_late = is_stale_draft(recorded_on=_day(found["oldest"]), on=_today(request))
    if is_late:
        note += " · " + _("the oldest since %(day)s") % {"day": _written(_day(found["oldest"]))}
    return Standing(is_done=False, note=note, url=url, is_late=is_late)


def _proved(request: HttpRequest, month: Month) -> Standing:
    """Tell whether a proof of the books since the month's end found nothing."""
    last = foreseen(request, _last_proof.of())
    url = _url(request, "check_books")
    if last["finished"] is None:
        return Standing(is_done=False, note=_("not checked yet"), url=url)
    day, count = _day(last["finished"]), last["count"] or 0
    note = ngettext("%(n)s finding", "%(n)s findings", count) % {"n": count} if count else _("nothing found")
    is_done = not count and day > month.last_day
    return Standing(is_done=is_done, note=note, by=_written(day), url=url, is_late=bool(count))


def _closed(request: HttpRequest, month: Month) -> Standing | None:
    period, others = _periods(request, month)
    if period is None:
        return None
    by = _written(_day(period.state_at)) if period.state_at and period.state in CLOSED else ""
    earlier = len([each for each in others if each.state == PeriodState.OPEN and each.span.last_day < month.first_day])
    words = ngettext("%(n)s earlier month is open", "%(n)s earlier months are open", earlier)
    note = words % {"n": earlier} if earlier and period.state not in CLOSED else ""
    return Standing(is_done=period.state in CLOSED, note=note, by=by, url=_url(request, "periods"))


def _committed(request: HttpRequest, month: Month) -> Standing | None:
    """Tell until when the month must be committed, and whether it or an earlier one is late."""
    period, others = _periods(request, month)
    if period is None:
        return None
    if period.state == PeriodState.COMMITTED:
        by = _written(_day(period.state_at)) if period.state_at else ""
        return Standing(is_done=True, by=by, url=_url(request, "periods"))
    on, due = _today(request), period.due
    late = [each.key for each in (*others, period) if each.is_used and each.due < on]
    if due < on:
        note = _("was due on %(day)s") % {"day": _written(due)}
    else:
        note = _("due until %(day)s") % {"day": _written(due)}
    if earlier := len([key for key in late if key != period.key]):
        note += " · " + ngettext("%(n)s earlier month is due", "%(n)s earlier months are due", earlier) % {"n": earlier}
    return Standing(
        is_done=False, note=note, url=_url(request, "periods"), is_late=bool(late),
        is_locked=period.state == PeriodState.OPEN and not late,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How far a period is; it `is_used` if entries are posted in it."""

    key: int
    span: PeriodSpan
    year_last_day: date
    state: str
    state_at: datetime | None
    is_used: bool

    @property
    def due(self) -> date:
        return commitment_due(self.span, year_last_day=self.year_last_day)


def _periods(request: HttpRequest, month: Month) -> tuple[_Standing | None, list[_Standing]]:
    """Return the month's period, and those up to its end that are not committed; asked once per request."""
    known: dict[Month, tuple[_Standing | None, list[_Standing]]] = vars(request).setdefault("ledger_periods", {})
    if month not in known:
        found = [
            _Standing(
                key=key, span=PeriodSpan(*span), year_last_day=year_end, state=state, state_at=state_at, is_used=entry is not None
            )
            for key, *span, year_end, state, state_at, entry in _uncommitted.rows(month.first_day, month.last_day)
        ]  # fmt: skip
        own = next((each for each in found if each.span.first_day == month.first_day), None)
        known[month] = own, [each for each in found if each is not own]
    return known[month]


@kept
def _uncommitted(first_day: date, last_day: date) -> QuerySet[Period, Any]:
    """Return the periods up to a day that are not committed, the one that begins on `first_day` in any case.

    An entry's day lies in its period (the database sees to it), and entries are found by their day.
    """
    posted = JournalEntry.objects.filter(
        state=EntryState.POSTED, entry_date__range=(OuterRef("first_day"), OuterRef("last_day"))
    )
    rows = Period.objects.filter(Q(first_day=first_day) | ~Q(state=PeriodState.COMMITTED) & Q(last_day__lte=last_day))
    rows = rows.annotate(entry=Subquery(posted.values("id")[:1])).order_by("first_day", "id")
    shown = ("id", "number", "first_day", "last_day", "fiscal_year__last_day", "state", "state_at", "entry")
    return rows.values_list(*shown)


@kept_figures
def _last_proof() -> tuple[QuerySet[Job], dict[str, Aggregate]]:
    """Return when the books were proved last, and how many findings there were."""
    found = Cast(KeyTextTransform("count", "result"), BigIntegerField())
    last = Job.objects.filter(kind=CHECK, state=JobState.DONE).annotate(found=found).order_by("-id")[:1]
    return last, {"finished": Max("finished_at"), "count": Max("found")}


@kept_figures
def _drafts_between(first_day: date, last_day: date) -> tuple[QuerySet[JournalEntry], dict[str, Aggregate]]:
    rows = JournalEntry.objects.filter(state=EntryState.DRAFT, entry_date__range=(first_day, last_day))
    return rows, {"n": Count("id"), "oldest": Min("recorded_at")}


def _url(request: HttpRequest, name: str) -> str:
    return address(name, tenant=request.tenant.code)  # type: ignore[attr-defined]  # inside the door


def _today(request: HttpRequest) -> date:
    return clock.today(request.tenant.country)  # type: ignore[attr-defined]  # inside the door


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _written(day: date) -> str:
    return format_day(day, language=get_language() or "de")


_step = partial(Step, right="ledger.view")
STEPS = (
    _step(label=gettext_noop("Drafts posted"), action=gettext_noop("To the drafts"), group="Books", query=_drafts,
          figures=lambda month: _drafts_between.of(month.first_day, month.last_day), order=10),
    _step(label=gettext_noop("Books proved without findings"), action=gettext_noop("Check the books"), group="Books",
          query=_proved, figures=lambda _month: _last_proof.of(), order=20),
    _step(label=gettext_noop("Month closed"), action=gettext_noop("To the closing"), group="Month end", query=_closed,
          order=10),
    _step(label=gettext_noop("Month committed"), action=gettext_noop("To the closing"), group="Month end", query=_committed,
          order=20),
)  # fmt: skip
