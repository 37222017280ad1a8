"""What the ledger asks before a month is closed, and when it must be committed (decisions.md 39)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Aggregate, Count, Min, Q, QuerySet
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
    last = _proofs.first()
    url = _url(request, "check_books")
    if last is None or last.finished_at is None:
        return Standing(is_done=False, note=_("not checked yet"), url=url)
    day, count = _day(last.finished_at), (last.result or {}).get("count", 0)
    note = ngettext("%(n)s finding", "%(n)s findings", count) % {"n": count} if count else _("nothing found")
    is_done = not count and day > month.last_day
    return Standing(is_done=is_done, note=note, by=_written(day), url=url, is_late=bool(count))


def _closed(request: HttpRequest, month: Month) -> Standing | None:
    period = _period(request, month)
    if period is None:
        return None
    by = _written(_day(period.state_at)) if period.state_at and period.state in CLOSED else ""
    earlier = foreseen(request, _open_before.of(month.first_day))["n"]
    words = ngettext("%(n)s earlier month is open", "%(n)s earlier months are open", earlier)
    note = words % {"n": earlier} if earlier and period.state not in CLOSED else ""
    return Standing(is_done=period.state in CLOSED, note=note, by=by, url=_url(request, "periods"))


def _committed(request: HttpRequest, month: Month) -> Standing | None:
    """Tell until when the month must be committed, and whether it or an earlier one is late."""
    period = _period(request, month)
    if period is None:
        return None
    if period.state == PeriodState.COMMITTED:
        by = _written(_day(period.state_at)) if period.state_at else ""
        return Standing(is_done=True, by=by, url=_url(request, "periods"))
    span = PeriodSpan(period.number, period.first_day, period.last_day)
    on, due = _today(request), _due(span, period.fiscal_year.last_day)
    late = [key for key, span, last_day in _uncommitted_until(month.last_day) if _due(span, last_day) < on]
    if due < on:
        note = _("was due on %(day)s") % {"day": _written(due)}
    else:
        note = _("due until %(day)s") % {"day": _written(due)}
    if earlier := len([key for key in late if key != period.id]):
        note += " · " + ngettext("%(n)s earlier month is due", "%(n)s earlier months are due", earlier) % {"n": earlier}
    return Standing(
        is_done=False, note=note, url=_url(request, "periods"), is_late=bool(late),
        is_locked=period.state == PeriodState.OPEN and not late,
    )  # fmt: skip


def _period(request: HttpRequest, month: Month) -> Period | None:
    """Return the month's period; asked once per request, for both steps."""
    known: dict[date, Period | None] = vars(request).setdefault("ledger_periods", {})
    if month.first_day not in known:
        known[month.first_day] = _periods_from.first(month.first_day)
    return known[month.first_day]


@kept
def _periods_from(first_day: date) -> QuerySet[Period]:
    return Period.objects.select_related("fiscal_year").filter(first_day=first_day)


@kept_figures
def _open_before(day: date) -> tuple[QuerySet[Period], dict[str, Aggregate]]:
    return Period.objects.filter(state=PeriodState.OPEN, last_day__lt=day), {"n": Count("id")}


def _uncommitted_until(last_day: date) -> list[tuple[int, PeriodSpan, date]]:
    """Return the periods up to this day that hold entries and are not committed, each with its year's last day."""
    return [(key, PeriodSpan(*span), year_end) for key, *span, year_end in _uncommitted.rows(last_day)]


@kept
def _uncommitted(last_day: date) -> QuerySet[Period, Any]:
    used = JournalEntry.objects.filter(state=EntryState.POSTED).values("period_id")
    rows = Period.objects.filter(~Q(state=PeriodState.COMMITTED), last_day__lte=last_day, id__in=used)
    rows = rows.order_by("first_day")
    return rows.values_list("id", "number", "first_day", "last_day", "fiscal_year__last_day")


@kept
def _proofs() -> QuerySet[Job]:
    return Job.objects.filter(kind=CHECK, state=JobState.DONE).order_by("-id")


@kept_figures
def _drafts_between(first_day: date, last_day: date) -> tuple[QuerySet[JournalEntry], dict[str, Aggregate]]:
    rows = JournalEntry.objects.filter(state=EntryState.DRAFT, entry_date__range=(first_day, last_day))
    return rows, {"n": Count("id"), "oldest": Min("recorded_at")}


def _due(span: PeriodSpan, year_last_day: date) -> date:
    return commitment_due(span, year_last_day=year_last_day)


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
          query=_proved, order=20),
    _step(label=gettext_noop("Month closed"), action=gettext_noop("To the closing"), group="Month end", query=_closed,
          figures=lambda month: _open_before.of(month.first_day), order=10),
    _step(label=gettext_noop("Month committed"), action=gettext_noop("To the closing"), group="Month end", query=_committed,
          order=20),
)  # fmt: skip
