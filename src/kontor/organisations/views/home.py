"""Choosing books, the home page, the palette."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kontor.core.clock import today
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.home_parts import month_of
from kontor.organisations.models import User
from kontor.organisations.queries import tenants_of
from kontor.ui import views as shell_views
from kontor.ui.checklist import Month, checklist_for, figures_of_steps
from kontor.ui.foreseen import foresee
from kontor.ui.navigation import drawn_tiles, figures_of_tiles
from kontor.ui.rail import all_books


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
    """Show the home page, put together from the tiles and steps that contexts register; `?month=` is the one to close."""
    on = today(request.tenant.country)
    this = Month.of(on)
    month = _month(request.GET.get("month", "")) or this.before
    foresee(request, [*figures_of_tiles(request), *figures_of_steps(request, month)])
    checklist = checklist_for(request, month)
    context = {
        "columns": {column: drawn_tiles(request, column=column) for column in ("strip", "main", "side")}, "on": on,
        "checklist": checklist,
        "month": month_of(checklist, has_next=month.first_day < this.first_day) if checklist is not None else "",
    }  # fmt: skip
    return render(request, "organisations/overview.html", context)


def _month(text: str) -> Month | None:
    try:
        return Month.of(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None


@require_safe
@permit("org.view")
def books(request: TenantRequest) -> HttpResponse:
    """Answer the menu of books, for those who may enter many; `?screen=` names the page that each leads to."""
    screen = request.GET.get("screen", "")
    return HttpResponse(all_books(request.books.all(), screen=screen, here=request.tenant.code))


@require_safe
@permit("org.view")
def palette(request: TenantRequest) -> HttpResponse:
    """Search pages, commands and things of these books."""
    return shell_views.palette(request)
