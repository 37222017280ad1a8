"""What the shell shows of the contexts: rail items, home tiles, palette commands, search.

Contexts register in their `AppConfig.ready`. Rights are permission codes looked up in `request.rights`;
an empty right means that everybody may see it. `url_name` is reversed with the tenant's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kontor.core.clock import today
from kontor.core.tenancy import current_tenant_id
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
PHONE_ITEMS_MAX = 4
HITS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What waits behind an entry, as a scalar statement; one statement asks for all that a page shows.

    `sql` may name %(tenant)s, %(user)s and %(today)s, and names the tenant of each table it reads. Where a figure needs
    more than counting, `exact` says it, and is asked only if `sql` finds any.
    """

    sql: str
    exact: Callable[[HttpRequest], int] | None = None


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
    """One tile of the home page: a template and the query that gives its context; column "main" or "side"."""

    template: str
    query: Callable[[HttpRequest], Mapping[str, Any] | None]
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
    rights = frozenset(getattr(request, "rights", ()))
    faces = _faces(get_language() or "", rights, tuple(_items))
    seen = [(face, url) for face in faces if (url := url_of(request, face.item.url_name))]
    current = _current_url(request, seen)
    counts = _counts(request, [face.item for face, _url in seen])
    groups: dict[str, list[Link]] = {}
    for face, url in seen:
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


@lru_cache(maxsize=256)
def _faces(_language: str, rights: frozenset[str], items: tuple[NavItem, ...]) -> tuple[_Face, ...]:
    """Return the entries of somebody with these rights, in the order of the rail."""
    may_see = [item for item in items if item.group in GROUPS and (not item.right or item.right in rights)]
    ordered = sorted(may_see, key=lambda item: (GROUPS.index(item.group), item.order))
    return tuple(
        _Face(item, _(item.group) if item.group else "", _(item.label), _(item.phone_label or item.label))
        for item in ordered
    )


def _counts(request: HttpRequest, items: list[NavItem]) -> dict[str, int]:
    """Return what waits behind each entry by the name of its page, in one statement."""
    counted = {item.url_name: item.badge for item in items if item.badge is not None}
    if not counted:
        return {}
    country = getattr(getattr(request, "tenant", None), "country", "DE")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({count.sql})' for count in counted.values())}",
            {"tenant": current_tenant_id(), "user": request.user.pk, "today": today(country)},
        )
        row = cursor.fetchone() or ()
    return {
        name: count.exact(request) if found and count.exact is not None else found
        for (name, count), found in zip(counted.items(), row, strict=True)
    }


def _current_url(request: HttpRequest, seen: list[tuple[_Face, str]]) -> str:
    """Return the address of the entry whose pages the request's path lies under; the home page counts only for itself."""
    home = url_of(request, "overview")
    pages = [(url, url) for _face, url in seen]
    pages += [(url_of(request, name), url) for face, url in seen for name in face.item.also]
    fitting = [
        (page, url)
        for page, url in pages
        if page and (request.path == page or (page != home and request.path.startswith(page)))
    ]
    return max(fitting, key=lambda pair: len(pair[0]), default=("", ""))[1]


def phone_links(groups: Iterable[Group]) -> list[Link]:
    """Return the links of the phone's bottom bar, the lowest place first."""
    links = [link for group in groups for link in group.links if link.phone]
    return sorted(links, key=lambda link: link.phone)[:PHONE_ITEMS_MAX]


def tiles_for(request: HttpRequest, *, column: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return template and context of each tile in `column`; a tile whose query gives None stays away."""
    tiles = sorted((t for t in _tiles if t.column == column and may(request, t.right)), key=lambda tile: tile.order)
    filled = [(tile.template, tile.query(request)) for tile in tiles]
    return [(template, context) for template, context in filled if context is not None]


def commands_for(request: HttpRequest, text: str) -> list[Hit]:
    """Return pages and commands whose words hold every word of `text`."""
    entries: list[tuple[str, str, str, str, str]] = [
        *((c.label, c.url_name, c.icon, c.right, c.words) for c in _commands),
        *((i.label, i.url_name, i.icon, i.right, i.group) for i in _items),
    ]
    words = text.casefold().split()
    hits = []
    for label, url_name, icon, right, more in entries:
        haystack = f"{_(label)} {_(more) if more else ''} {label} {more}".casefold()
        if all(word in haystack for word in words) and may(request, right) and (url := url_of(request, url_name)):
            hits.append(Hit(label=_(label), url=url, icon=icon))
    return sorted(hits, key=lambda hit: not any(word.startswith(tuple(words)) for word in hit.label.casefold().split()))


def hits_for(request: HttpRequest, text: str) -> list[tuple[str, list[Hit]]]:
    """Return what each context finds for `text`, without those that find nothing."""
    found = [(_(s.label), list(s.find(request, text))[:HITS_MAX]) for s in _searches if may(request, s.right)]
    return [(label, hits) for label, hits in found if hits]


def may(request: HttpRequest, right: str) -> bool:
    """Return whether the person holds `right`; an empty right is held by all."""
    return not right or right in getattr(request, "rights", ())


def url_of(request: HttpRequest, url_name: str) -> str:
    """Return the address of `url_name` in the request's tenant, else its address without one, else ""."""
    tenant = getattr(request, "tenant", None)
    inside = address_or_none(url_name, tenant=tenant.code) if tenant is not None else ""
    return inside or address_or_none(url_name)
