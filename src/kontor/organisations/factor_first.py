"""Somebody enters an organisation that demands a second factor and has none: they are led to where it is set up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kontor.organisations.models import Organisation


def second_factor_first(request: HttpRequest, organisation: Organisation) -> HttpResponseBase:
    """Lead to the second factor and say who demands it; a part of a page leads the whole page there."""
    if request.headers.get("X-Fragment"):
        return HttpResponse(status=401)
    words = _("%(name)s demands a second factor. Please set up a passkey or an app first; the books open after that.")
    messages.warning(request, words % {"name": organisation.name})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("mfa_index")})
    return redirect("mfa_index")
