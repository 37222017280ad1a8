"""The journal."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kontor.ledger.tables import journal_table
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of


@require_safe
@permit("ledger.view")
def journal(request: TenantRequest) -> HttpResponseBase:
    """Show all entries, narrowed by the address, and hand them out as a file."""
    table = journal_table(request)
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "ledger/journal.html", {"table": table})
