"""Choosing books, the home page, the palette."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kontor.core.clock import today
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.models import User
from kontor.organisations.queries import tenants_of
from kontor.ui import views as shell_views
from kontor.ui.navigation import tiles_for


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead into the only books, or let the person choose."""
    assert isinstance(request.user, User)
    tenants = tenants_of(request.user)
    if len(tenants) == 1:
        return redirect("overview", tenant=tenants[0].code)
    return render(request, "organisations/choose.html", {"tenants": tenants})


@require_safe
@permit("org.view")
def overview(request: TenantRequest) -> HttpResponse:
    """Show the home page, put together from the tiles that contexts register."""
    columns = {column: bool(tiles_for(request, column=column)) for column in ("strip", "main", "side")}
    context = {"has_strip": columns["strip"], "has_main": columns["main"], "on": today(request.tenant.country)}
    return render(request, "organisations/overview.html", context)


@require_safe
@permit("org.view")
def palette(request: TenantRequest) -> HttpResponse:
    """Search pages, commands and things of these books."""
    return shell_views.palette(request)
