"""The journal."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kontor.ledger.tables import day_in_address, journal_table
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of

PRINT_MAX = 5_000
NOT_KEPT = frozenset({"from", "to", "after", "before", "n", "p", "period", "print"})


@require_safe
@permit("ledger.view")
def journal(request: TenantRequest) -> HttpResponseBase:
    """Show all entries, narrowed by the address, and hand them out as a file or for printing."""
    is_print = "print" in request.GET
    table = journal_table(request, size=PRINT_MAX if is_print else 50)
    if (file := export_of(request, table)) is not None:
        return file
    first, last = (day_in_address(request, key) for key in ("from", "to"))
    context = {
        "table": table, "is_print": is_print, "print_url": table.url(print="yes"), "from": first, "to": last,
        "is_range": bool(first or last),
        "kept": [(key, value) for key, value in request.GET.items() if key not in NOT_KEPT],
    }  # fmt: skip
    return render(request, "ledger/journal.html", context)
