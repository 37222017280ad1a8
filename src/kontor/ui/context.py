"""What every page's shell needs, computed only where a template asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from kontor.ui import rail
from kontor.ui.places import Places, Standing, places_of, standing_of

THEMES = ("system", "light", "dark")
THEME_COOKIE = "kontor_theme"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `shell`, `theme` and `region`."""
    drawn = getattr(request, "shell", None)
    if drawn is None:
        drawn = Shell(request)
        request.shell = drawn  # type: ignore[attr-defined]  # a page of many parts has one shell
    return {"shell": drawn, "theme": theme_of(request), "region": region_of(request)}


class Shell:
    """The rail, the phone's bars and the menus of one request; each is written when a template first asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _standing(self) -> Standing | None:
        is_inside = getattr(self._request, "tenant", None) is not None
        return standing_of(self._request) if is_inside else None

    @cached_property
    def _rail(self) -> rail.Rail:
        standing = self._standing
        return rail.rail_outside(self._request) if standing is None else rail.rail_of(standing)

    @property
    def rail(self) -> SafeString:
        """Return the links of the rail."""
        return self._rail.links

    @property
    def areas(self) -> SafeString:
        """Return the same links for the phone's menu."""
        return self._rail.areas

    @property
    def phone(self) -> SafeString:
        """Return the links of the phone's bottom bar."""
        return self._rail.phone

    @property
    def jumps(self) -> SafeString:
        """Return the keys that jump to a page."""
        return self._rail.jumps

    @cached_property
    def books(self) -> SafeString:
        """Return the menu of the books the person may open."""
        standing = self._standing
        return rail.books_of(self._request, () if standing is None else standing.books)

    @cached_property
    def _places(self) -> Places:
        return places_of(self._request)

    @property
    def palette_url(self) -> str:
        """Return the address of the palette, "" outside of books."""
        return self._places.palette

    @property
    def home_url(self) -> str:
        """Return the address of the home page."""
        return self._places.home or "/"


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "system": the person's choice, before sign-in that of the cookie."""
    chosen = getattr(getattr(request, "user", None), "theme", None) or request.COOKIES.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def region_of(request: HttpRequest | None) -> str:
    """Return the region that decides how figures are written: DE, AT or CH."""
    return str(getattr(getattr(request, "tenant", None), "country", "") or "DE")
