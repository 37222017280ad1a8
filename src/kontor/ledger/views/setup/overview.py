"""The set-up of the ledger at a glance, and its numbering series."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.core import clock
from kontor.ledger.queries.opening import opening_of_books
from kontor.ledger.queries.settings import numbering, set_up
from kontor.ledger.wording import SERIES, regime_words
from kontor.organisations.access import TenantRequest, permit


@require_safe
@permit("ledger.view")
def overview(request: TenantRequest) -> HttpResponse:
    """Show every room of the set-up with what is set up in it."""
    state, opening = set_up(clock.today(request.tenant.country)), opening_of_books()
    regime = state.regime
    context = {
        "state": state, "opening": opening,
        "opened": sum(1 for row in opening.rows if row.by_hand or row.elsewhere) if opening else 0,
        "regime": "" if regime is None else ", ".join(filter(None, regime_words(regime))),
    }  # fmt: skip
    return render(request, "ledger/setup/overview.html", context)


@require_safe
@permit("ledger.view")
def numbers(request: TenantRequest) -> HttpResponse:
    """Show the numbering series with their next numbers."""
    rows = [(_(SERIES.get(row.series, row.series)), row) for row in numbering()]
    return render(request, "ledger/setup/numbers.html", {"rows": rows})
