"""The rail of a request: which entries its person sees, where they stand, what waits behind each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.clock import today
from kontor.core.tenancy import current_tenant_id
from kontor.ui.addresses import address_space
from kontor.ui.navigation import GROUPS, Count, NavItem, findable, url_of

BOOKS_MAX = 12
PHONE_ITEMS_MAX = 4
PLACES_MAX = 512


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


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a request's rail depends on: its places, the address of the current entry, and the counts in their order.

    `books` are (code, name) of the first books that its person may open.
    """

    places: Places
    current: str
    counts: tuple[int, ...]
    books: Sequence[Sequence[str]]

    def groups(self) -> list[Group]:
        """Return the groups in their order, without empty ones."""
        counts = dict(zip(self.places.counted, self.counts, strict=True))
        groups: dict[str, list[Link]] = {}
        for face, url in self.places.seen:
            item = face.item
            badge, is_current = counts.get(item.url_name, 0), url == self.current
            link = Link(face.label, url, item.icon, badge, is_current, item.keys, item.phone, face.phone_label)
            groups.setdefault(face.group, []).append(link)
        return [Group(label, tuple(links)) for label, links in groups.items()]


@dataclass(frozen=True, slots=True)
class Face:
    """An entry in the words of one language."""

    item: NavItem
    group: str
    label: str
    phone_label: str


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The rail of whoever holds some rights in some books: `seen` are entries with addresses, `pages` all that belong to them."""

    seen: tuple[tuple[Face, str], ...]
    pages: tuple[tuple[str, str], ...]
    home: str
    palette: str
    counted: dict[str, Count]
    asked: tuple[str, ...]

    def current(self, path: str) -> str:
        """Return the address of the entry whose pages `path` lies under; the home page counts only for itself."""
        home, longest, found = self.home, 0, ""
        for page, url in self.pages:
            if len(page) > longest and path.startswith(page) and (page != home or path == home):
                longest, found = len(page), url
        return found


_known: tuple[list[NavItem], dict[tuple[object, ...], Places]] = ([], {})


def groups_for(request: HttpRequest) -> list[Group]:
    """Return the rail of this request: the groups in their order, without empty ones."""
    return standing_of(request).groups()


def standing_of(request: HttpRequest) -> Standing:
    """Return where a request stands; asks for counts and books in one statement."""
    places = places_of(request)
    counts, books = _asked(request, places)
    return Standing(places, places.current(request.path), counts, books)


def phone_links(groups: Iterable[Group]) -> list[Link]:
    """Return the links of the phone's bottom bar, the lowest place first."""
    links = [link for group in groups for link in group.links if link.phone]
    return sorted(links, key=lambda link: link.phone)[:PHONE_ITEMS_MAX]


def places_of(request: HttpRequest) -> Places:
    """Return the rail of the request's person, worked out once for language, rights, books and entries."""
    global _known  # noqa: PLW0603  # forgotten when an entry is registered
    registered, (items, known) = findable()[1], _known
    if items != registered or len(known) >= PLACES_MAX:
        items, known = _known = list(registered), {}
    books = getattr(request, "tenant", None)
    rights = frozenset(getattr(request, "rights", ()))
    key = (get_language(), rights, books.code if books is not None else None, address_space())
    found = known.get(key)
    if found is None:
        found = known[key] = _places(request, rights)
    return found


def _places(request: HttpRequest, rights: frozenset[str]) -> Places:
    seen = tuple((face, url) for face in _faces(rights) if (url := url_of(request, face.item.url_name)))
    pages = [(url, url) for _face, url in seen]
    pages += [(url_of(request, name), url) for face, url in seen for name in face.item.also]
    counted = {face.item.url_name: face.item.badge for face, _url in seen if face.item.badge is not None}
    asked = tuple(f"({count.sql})" for count in counted.values())
    return Places(seen, tuple(pages), url_of(request, "overview"), url_of(request, "palette"), counted, asked)


def _faces(rights: frozenset[str]) -> list[Face]:
    """Return the entries of somebody with these rights, in the order of the rail."""
    may_see = [item for item in findable()[1] if item.group in GROUPS and (not item.right or item.right in rights)]
    ordered = sorted(may_see, key=lambda item: (GROUPS.index(item.group), item.order))
    return [
        Face(item, _(item.group) if item.group else "", _(item.label), _(item.phone_label or item.label))
        for item in ordered
    ]


def _asked(request: HttpRequest, places: Places) -> tuple[tuple[int, ...], Sequence[Sequence[str]]]:
    """Return what waits behind each entry that counts, and the books: `request.books` brings its part of the statement."""
    books: str = getattr(getattr(request, "books", None), "sql", "")
    asked = (*places.asked, f"({books})") if books else places.asked
    if not asked:
        return (), ()
    country = getattr(getattr(request, "tenant", None), "country", "DE")
    values = {"tenant": current_tenant_id(), "user": request.user.pk, "today": today(country), "books": BOOKS_MAX + 1}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        row: list[Any] = list(cursor.fetchone() or ())
    return (tuple(row[:-1]), row[-1]) if books else (tuple(row), ())
