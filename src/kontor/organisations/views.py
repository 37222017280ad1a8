"""Pages of organisations."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.models import User
from kontor.organisations.queries import tenants_of
from kontor.ui import views as shell_views


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead into the only tenant, or let the person choose."""
    assert isinstance(request.user, User)
    tenants = tenants_of(request.user)
    if len(tenants) == 1:
        return redirect("overview", tenant=tenants[0].code)
    return render(request, "organisations/choose.html", {"tenants": tenants})


@permit("org.view")
def overview(request: TenantRequest) -> HttpResponse:
    """Show the home page, put together from the tiles that contexts register."""
    return render(request, "organisations/overview.html", {})


@permit("org.view")
def palette(request: TenantRequest) -> HttpResponse:
    """Search pages, commands and things of these books."""
    return shell_views.palette(request)


@permit("org.audit")
def record(request: TenantRequest) -> HttpResponse:
    """Show what was done."""
    return render(request, "organisations/record.html", {})


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Change language, appearance and single keys."""
    return render(request, "organisations/preferences.html", {})
