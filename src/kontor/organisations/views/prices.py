"""What plans cost, for everybody to read (OC-24)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kontor.organisations.subscribing import offered_plans
from kontor.organisations.views.plans import offers


@require_safe
def prices(request: HttpRequest) -> HttpResponse:
    """Show the plans on offer; without any everything is unlimited and free of charge."""
    return render(request, "organisations/prices.html", {"offers": offers(offered_plans())})
