"""Answers for search fields."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kontor.matching.queries.choices import find_accounts
from kontor.organisations.access import TenantRequest, permit


@require_safe
@permit("matching.view")
def accounts(request: TenantRequest) -> HttpResponse:
    """Answer accounts as options of a combobox."""
    return render(request, "matching/accounts.html", {"accounts": find_accounts(request.GET.get("q", ""))})
