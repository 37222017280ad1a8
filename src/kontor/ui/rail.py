"""The rail, the phone's bars and the menu of books as HTML: written, not rendered, as every page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.ui.addresses import address_or_none
from kontor.ui.outside import groups_outside
from kontor.ui.places import BOOKS_MAX, Group, Link, Places, Standing, phone_links
from kontor.ui.quick_html import quoted
from kontor.ui.tags.signs import icon, initials

WRITTEN_MAX = 1_024


@dataclass(frozen=True, slots=True)
class Rail:
    """The links of one rail as HTML: in the rail, in the phone's menu and its bottom bar, and the keys that jump to them."""

    links: SafeString
    areas: SafeString
    phone: SafeString
    jumps: SafeString


def rail_outside(request: HttpRequest) -> Rail:
    """Return the rail of a request outside of any books."""
    return _rail(groups_outside(request))


def rail_of(standing: Standing) -> Rail:
    """Return the rail of a request, written once for all that it depends on: its places, the current entry, the counts."""
    return _written(standing.places, standing.current, standing.counts)


@lru_cache(maxsize=WRITTEN_MAX)
def _written(places: Places, current: str, counts: tuple[int, ...]) -> Rail:
    """Return a rail; one bound holds for all books together, as each is as long as a page."""
    return _rail(Standing(places, current, counts, ()).groups())


def _rail(groups: Sequence[Group]) -> Rail:
    return Rail(links_of(groups, place="rail"), links_of(groups), phone_links_of(phone_links(groups)), jumps_of(groups))


def links_of(groups: Sequence[Group], *, place: str = "") -> SafeString:
    """Return the groups with their links; `place` names the groups, so that the page can tell them apart."""
    opened = pgettext("badge", "open")
    parts: list[str] = []
    for number, group in enumerate(groups, start=1):
        name = f' id="{place}-{number}"' if place else ""
        head = f"<h2>{quoted(group.label)}</h2>" if group.label else ""
        links = "".join([_rail_link(link, opened) for link in group.links])
        parts.append(f'<div class="k-nav"{name}>{head}{links}</div>\n')
    return SafeString("".join(parts))


def _rail_link(link: Link, opened: str) -> str:
    current = ' aria-current="page"' if link.is_current else ""
    badge = f'<span class="k-n">{link.badge}<span class="k-vh"> {opened}</span></span>' if link.badge else ""
    pressed = f' data-key="{quoted(link.keys)}"' if link.keys else ""
    return f'<a href="{quoted(link.url)}"{current}{pressed}>{icon(link.icon, "m")}{quoted(link.label)}{badge}</a>'


def phone_links_of(links: Iterable[Link]) -> SafeString:
    """Return the links of the phone's bottom bar."""
    return SafeString(
        "".join(
            [
                f'<a href="{quoted(link.url)}"{' aria-current="page"' if link.is_current else ""}>'
                f"{icon(link.icon, 'm')}{quoted(link.phone_label)}</a>"
                for link in links
            ]
        )
    )


def jumps_of(groups: Iterable[Group]) -> SafeString:
    """Return the pages that keys jump to, as entries of a definition list."""
    return SafeString(
        "".join(
            [
                f"<dt>{''.join(f'<kbd>{quoted(key.upper())}</kbd> ' for key in link.keys.split())}</dt>"
                f"<dd>{quoted(link.label)}</dd>"
                for group in groups
                for link in group.links
                if link.keys
            ]
        )
    )


def books_of(request: HttpRequest, books: Sequence[Sequence[str]]) -> SafeString:
    """Return the menu of (code, name) of books; each leads to the same screen in them.

    More than `BOOKS_MAX` are fetched when the menu is opened.
    """
    if not books:
        return SafeString(f'<li class="k-mhead">{_("No other books")}</li>')
    screen = _same_screen(request)
    here = getattr(getattr(request, "tenant", None), "code", "")
    if len(books) > BOOKS_MAX and (url := address_or_none("books", tenant=here)):
        return SafeString(
            f'<li hx-get="{quoted(url)}?screen={quoted(screen)}" hx-trigger="toggle once from:&lt;closest details/&gt;" '
            f'hx-target="closest ul" hx-swap="innerHTML"><a href="{quoted(address_or_none("organisations"))}">'
            f"{icon('building-2')}{_('Organisations and tenants')}</a></li>\n"
        )
    return all_books(books, screen=screen, here=here)


def all_books(books: Sequence[Sequence[str]], *, screen: str, here: str) -> SafeString:
    """Return the whole menu of (code, name); each leads to `screen`, `here` is the one that is open."""
    return SafeString(
        "".join(
            [
                f'<li><a href="{quoted(address_or_none(screen, tenant=code) or f"/t/{code}/")}"'
                f"{' aria-current="true"' if code == here else ''}>"
                f'<span class="k-tile k-tile-s" aria-hidden="true">{quoted(initials(name))}</span>'
                f'<span class="k-ell">{quoted(name)}</span></a></li>\n'
                for code, name in books
            ]
        )
    )


def _same_screen(request: HttpRequest) -> str:
    """Return the name of this screen where it has no further part in its address, else of the home page."""
    match = request.resolver_match
    return match.view_name if match is not None and set(match.kwargs) == {"tenant"} else "overview"
