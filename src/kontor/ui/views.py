"""The shell's own pages: appearance, keys, palette, gallery of components."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from kontor.ui import samples
from kontor.ui.context import THEME_COOKIE, THEMES
from kontor.ui.palette import commands_for, hits_for
from kontor.ui.tables.export import export_response

YEAR_SECONDS = 365 * 24 * 3600
QUERY_LENGTH_MAX = 100


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen appearance with the person and, for the time before sign-in, in a cookie."""
    chosen = request.POST.get("theme", "system")
    chosen = chosen if chosen in THEMES else "system"
    response = HttpResponseRedirect(_safe_next(request))
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    if request.user.is_authenticated and hasattr(request.user, "theme"):
        request.user.theme = chosen
        request.user.save(update_fields=["theme"])
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show all keyboard shortcuts as a page; with scripts the same stands in a dialog."""
    return render(request, "ui/keys.html")


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Search pages, commands and things; as a page, or only the hits for `k-palette`. Call it inside the tenant's door."""
    text = request.GET.get("q", "")[:QUERY_LENGTH_MAX].strip()
    context = {
        "q": text,
        "commands": commands_for(request, text),
        "found": hits_for(request, text) if text else [],
    }
    is_fragment = request.headers.get("X-Fragment") == "palette"
    return render(request, "ui/palette.html#hits" if is_fragment else "ui/palette.html", context)


@require_safe
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Show every component with its states."""
    if request.GET.get("export") in {"csv", "xlsx"}:
        return export_response(samples.sample_table(request), "csv" if request.GET["export"] == "csv" else "xlsx")
    return render(request, "ui/gallery.html", samples.gallery(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # Django's signature
    """Say that the request could not be read."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # Django's signature
    """Say that this is not allowed."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # Django's signature
    """Say that there is no such page."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; without context, because anything may be broken."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # Django's signature
    """Say that the page was open for too long."""
    return _error(request, 403, template="403_csrf.html")


def _error(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    return render(request, template or f"{status}.html", status=status)
