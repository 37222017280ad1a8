"""What every page's shell needs, computed only where a template asks for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from kontor.ui import navigation

THEMES = ("system", "light", "dark")
THEME_COOKIE = "kontor_theme"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `nav`, `phone_nav`, `tenants`, `theme`, `region`, `home_url` and `palette_url`."""
    nav = SimpleLazyObject(lambda: navigation.groups_for(request))
    return {
        "nav": nav,
        "phone_nav": SimpleLazyObject(lambda: navigation.phone_links(nav)),
        "tenants": SimpleLazyObject(lambda: _tenants(request)),
        "theme": theme_of(request),
        "region": region_of(request),
        "palette_url": SimpleLazyObject(lambda: navigation.url_of(request, "palette")),
        "home_url": SimpleLazyObject(lambda: navigation.url_of(request, "overview") or "/"),
    }


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "system": the person's choice, before sign-in that of the cookie."""
    chosen = getattr(getattr(request, "user", None), "theme", None) or request.COOKIES.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def region_of(request: HttpRequest | None) -> str:
    """Return the region that decides how figures are written: DE, AT or CH."""
    return str(getattr(getattr(request, "tenant", None), "country", "") or "DE")


def _tenants(request: HttpRequest) -> list[tuple[Any, str]]:
    """Return (tenant, address) of each set of books the person may open; the address keeps the screen."""
    return [(tenant, _same_screen(request, tenant.code)) for tenant in getattr(request, "tenants", ())]


def _same_screen(request: HttpRequest, code: str) -> str:
    """Return the same screen in other books where it has no further part in its address, else their home page."""
    match = request.resolver_match
    same = [match.view_name] if match is not None and set(match.kwargs) == {"tenant"} else []
    for name in (*same, "overview"):
        try:
            return reverse(name, kwargs={"tenant": code})
        except NoReverseMatch:
            continue
    return f"/t/{code}/"
