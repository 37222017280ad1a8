"""What the shell shows of the contexts: rail items, home tiles, palette commands, search.

Contexts register in their `AppConfig.ready`. Rights are permission codes looked up in `request.rights`;
an empty right means that everybody may see it. `url_name` is reversed with the tenant's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kontor.core.clock import today
from kontor.core.kept_statements import Figures
from kontor.core.tenancy import current_tenant_id
from kontor.ui.addresses import address_or_none, address_space

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
PHONE_ITEMS_MAX = 4
HITS_MAX = 8
PLACES_MAX = 512


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


@dataclass(frozen=True, slots=True)
class Link:
    """A rail item as one request sees it."""

    label: str
    url: str
    icon: str
    badge: int
    is_current: bool
    keys: str
    phone: int
    phone_label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A headed part of the rail."""

    label: str
    links: tuple[Link, ...]


_items: list[NavItem] = []
_tiles: list[Tile] = []
_commands: list[Command] = []
_searches: list[Search] = []
_known_places: tuple[list[NavItem], dict[tuple[object, ...], _Places]] = ([], {})


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


def groups_for(request: HttpRequest) -> list[Group]:
    """Return the rail of this request: the groups in their order, without empty ones."""
    places = _places_of(request)
    current = places.current(request.path)
    counts = _counts(request, places.counted)
    groups: dict[str, list[Link]] = {}
    for face, url in places.seen:
        item = face.item
        badge = counts.get(item.url_name, 0)
        groups.setdefault(face.group, []).append(
            Link(face.label, url, item.icon, badge, url == current, item.keys, item.phone, face.phone_label)
        )
    return [Group(label, tuple(links)) for label, links in groups.items()]


@dataclass(frozen=True, slots=True)
class _Face:
    """An entry in the words of one language."""

    item: NavItem
    group: str
    label: str
    phone_label: str


@dataclass(frozen=True, slots=True)
class _Places:
    """The rail of whoever holds some rights in some books: `seen` are entries with addresses, `pages` all that belong to them."""

    seen: tuple[tuple[_Face, str], ...]
    pages: tuple[tuple[str, str], ...]
    home: str
    counted: dict[str, Count]

    def current(self, path: str) -> str:
        """Return the address of the entry whose pages `path` lies under; the home page counts only for itself."""
        home = self.home
        fitting = [
            (page, url)
            for page, url in self.pages
            if page and (path == page or (page != home and path.startswith(page)))
        ]
        return max(fitting, key=lambda pair: len(pair[0]), default=("", ""))[1]


def _places_of(request: HttpRequest) -> _Places:
    """Return the rail of the request's person, worked out once for language, rights, books and entries."""
    global _known_places  # noqa: PLW0603  # forgotten when an entry is registered
    items, known = _known_places
    if items != _items or len(known) >= PLACES_MAX:
        items, known = _known_places = list(_items), {}
    books = getattr(request, "tenant", None)
    rights = frozenset(getattr(request, "rights", ()))
    key = (get_language(), rights, books.code if books is not None else None, address_space())
    found = known.get(key)
    if found is None:
        found = known[key] = _places(request, rights)
    return found


def _places(request: HttpRequest, rights: frozenset[str]) -> _Places:
    seen = tuple((face, url) for face in _faces(rights) if (url := url_of(request, face.item.url_name)))
    pages = [(url, url) for _face, url in seen]
    pages += [(url_of(request, name), url) for face, url in seen for name in face.item.also]
    counted = {face.item.url_name: face.item.badge for face, _url in seen if face.item.badge is not None}
    return _Places(seen, tuple(pages), url_of(request, "overview"), counted)


def _faces(rights: frozenset[str]) -> list[_Face]:
    """Return the entries of somebody with these rights, in the order of the rail."""
    may_see = [item for item in _items if item.group in GROUPS and (not item.right or item.right in rights)]
    ordered = sorted(may_see, key=lambda item: (GROUPS.index(item.group), item.order))
    return [
        _Face(item, _(item.group) if item.group else "", _(item.label), _(item.phone_label or item.label))
        for item in ordered
    ]


def _counts(request: HttpRequest, counted: Mapping[str, Count]) -> dict[str, int]:
    """Return what waits behind each entry by the name of its page, in one statement."""
    if not counted:
        return {}
    country = getattr(getattr(request, "tenant", None), "country", "DE")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([f'({count.sql})' for count in counted.values()])}",
            {"tenant": current_tenant_id(), "user": request.user.pk, "today": today(country)},
        )
        row = cursor.fetchone() or ()
    return dict(zip(counted, row, strict=True))


def phone_links(groups: Iterable[Group]) -> list[Link]:
    """Return the links of the phone's bottom bar, the lowest place first."""
    links = [link for group in groups for link in group.links if link.phone]
    return sorted(links, key=lambda link: link.phone)[:PHONE_ITEMS_MAX]


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
