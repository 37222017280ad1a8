"""What the shell shows of the contexts: rail items, home tiles, palette commands, search.

Contexts register in their `AppConfig.ready`. Rights are permission codes looked up in `request.rights`;
an empty right means that everybody may see it. `url_name` is reversed with the tenant's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from kontor.core.kept_statements import Figures
from kontor.ui.addresses import address_or_none

GROUPS = (
    "",
    gettext_noop("Receipts"),
    gettext_noop("Orders"),
    gettext_noop("Customers"),
    gettext_noop("Bank"),
    gettext_noop("Books"),
    gettext_noop("Evaluation"),
    gettext_noop("Settings"),
)
HITS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What waits behind an entry, as a scalar statement; one statement asks for all that a page shows.

    `sql` may name %(tenant)s, %(user)s and %(today)s, and names the tenant of each table it reads.
    """

    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the rail; `keys` is the jump ("g u"), `phone` its place in the bottom bar (0: none).

    `also` names further pages that belong to the entry, though their addresses do not lie under its own.
    """

    label: str
    url_name: str
    icon: str
    right: str = ""
    badge: Count | None = None
    group: str = ""
    order: int = 50
    keys: str = ""
    phone: int = 0
    phone_label: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile of the home page: a template and the query that gives its context; column "strip", "main" or "side".

    Instead of a template, `write` makes HTML of the context. `figures` are what the query is going to need
    (`ui.foreseen`): the page asks those of all its parts in one statement.
    """

    template: str = ""
    query: Callable[[HttpRequest], Mapping[str, Any] | None]
    write: Callable[[HttpRequest, Mapping[str, Any]], SafeString] | None = None
    figures: Callable[[HttpRequest], Figures] | None = None
    right: str = ""
    order: int = 50
    column: str = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of the palette; `words` are further words that find it."""

    label: str
    url_name: str
    icon: str
    right: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing the search found."""

    label: str
    url: str
    icon: str
    sub: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A context's share of the palette's search: at most `HITS_MAX` hits for what was typed."""

    label: str
    find: Callable[[HttpRequest, str], Iterable[Hit]]
    right: str = ""


_items: list[NavItem] = []
_tiles: list[Tile] = []
_commands: list[Command] = []
_searches: list[Search] = []


def register(item: NavItem) -> None:
    """Show `item` in the rail of those who hold its right."""
    _add(_items, item)


def register_tile(tile: Tile) -> None:
    """Show `tile` on the home page of those who hold its right."""
    _add(_tiles, tile)


def register_command(command: Command) -> None:
    """Offer `command` in the palette."""
    _add(_commands, command)


def register_search(search: Search) -> None:
    """Ask `search` when somebody types into the palette."""
    _add(_searches, search)


def _add[T](registry: list[T], entry: T) -> None:
    if entry not in registry:
        registry.append(entry)


def tiles_for(request: HttpRequest, *, column: str) -> list[tuple[Tile, Mapping[str, Any]]]:
    """Return the tiles of `column` with their contexts; a tile whose query gives None stays away."""
    tiles = sorted((t for t in _tiles if t.column == column and may(request, t.right)), key=lambda tile: tile.order)
    filled = [(tile, tile.query(request)) for tile in tiles]
    return [(tile, context) for tile, context in filled if context is not None]


def drawn_tiles(request: HttpRequest, *, column: str) -> list[SafeString]:
    """Return the tiles of `column` as HTML."""
    return [
        render_to_string(tile.template, dict(context), request=request)
        if tile.write is None
        else tile.write(request, context)
        for tile, context in tiles_for(request, column=column)
    ]


def figures_of_tiles(request: HttpRequest) -> list[Figures]:
    """Return the figures that the request's tiles need."""
    return [tile.figures(request) for tile in _tiles if tile.figures is not None and may(request, tile.right)]


def findable() -> tuple[list[Command], list[NavItem], list[Search]]:
    """Return what the palette looks through."""
    return _commands, _items, _searches


def may(request: HttpRequest, right: str) -> bool:
    """Return whether the person holds `right`; an empty right is held by all."""
    return not right or right in getattr(request, "rights", ())


def url_of(request: HttpRequest, url_name: str) -> str:
    """Return the address of `url_name` in the request's tenant, else its address without one, else ""."""
    tenant = getattr(request, "tenant", None)
    inside = address_or_none(url_name, tenant=tenant.code) if tenant is not None else ""
    return inside or address_or_none(url_name)
