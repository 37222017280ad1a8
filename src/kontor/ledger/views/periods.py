"""Periods and fiscal years: closing, reopening, committing, carrying forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.ledger.actions.periods import close_period, commit_period, reopen_period
from kontor.ledger.actions.years import carry_forward
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.models.periods import FiscalYear, Period, PeriodState
from kontor.ledger.queries.names import Span
from kontor.ledger.tables import span_words
from kontor.ledger.views.attempts import attempt
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated


@require_safe
@permit("ledger.view")
def periods(request: TenantRequest) -> HttpResponse:
    """Show each fiscal year with the state of its months and what can be done."""
    counts = {
        row["period_id"]: row
        for row in JournalEntry.objects.values("period_id").annotate(
            posted=Count("id", filter=Q(state="posted")), drafts=Count("id", filter=Q(state="draft"))
        )
    }
    by_year: dict[int, list[dict[str, Any]]] = {}
    for period in Period.objects.order_by("-first_day"):
        by_year.setdefault(period.fiscal_year_id, []).append(_month(period, counts.get(period.id, {})))
    years = list(FiscalYear.objects.order_by("-first_day"))
    rights = request.rights
    context = {
        "years": [(year, _year_words(year), by_year.get(year.id, [])) for year in years],
        "may_close": "ledger.close" in rights, "may_commit": "ledger.commit" in rights, "may_check": "ledger.check" in rights,
    }  # fmt: skip
    return render(request, "ledger/periods.html", context)


@require_POST
@permit("ledger.close")
def close(request: TenantRequest, period_id: int) -> HttpResponse:
    """Close a month."""
    return _step(
        request, lambda: close_period(period_id), _("The month is closed; nothing is posted into it any more.")
    )


@require_POST
@permit("ledger.close")
def reopen(request: TenantRequest, period_id: int) -> HttpResponse:
    """Open a closed month again, for a reason."""
    reason = request.POST.get("reason", "").strip()
    return _step(request, lambda: reopen_period(period_id, reason=reason), _("The month is open again."))


@require_POST
@permit("ledger.commit", fresh=True)
def commit(request: TenantRequest, period_id: int) -> HttpResponse:
    """Commit a month for good."""
    return _step(request, lambda: commit_period(period_id), _("The month is committed: its entries are final."))


@require_POST
@permit("ledger.close")
def carry(request: TenantRequest, year_id: int) -> HttpResponse:
    """Carry a year's result forward."""

    def act() -> None:
        carry_forward(year_id, base_currency=request.tenant.base_currency, at=clock.now())

    return _step(request, act, _("The result of the year is carried forward."))


def _step(request: TenantRequest, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        attempt(act)
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, done)
    return redirect("periods", tenant=request.tenant.code)


def _month(period: Period, counts: Mapping[str, Any]) -> dict[str, Any]:
    tones = {
        PeriodState.OPEN: ("open", _("open")),
        PeriodState.CLOSED: ("half", _("closed")),
        PeriodState.COMMITTED: ("done", _("committed")),
    }
    tone, word = tones[PeriodState(period.state)]
    span = Span(
        f"{period.first_day:%Y-%m}", period.first_day, period.last_day, is_year=False, year_first_day=period.first_day
    )
    return {
        "period": period, "name": span_words(span), "key": span.key, "tone": tone, "word": word,
        "posted": counts.get("posted", 0), "drafts": counts.get("drafts", 0),
    }  # fmt: skip


def _year_words(year: FiscalYear) -> str:
    return span_words(Span(str(year.label), year.first_day, year.last_day, is_year=True, year_first_day=year.first_day))
