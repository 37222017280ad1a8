"""The rail, the phone's bars and the menu of books as HTML: written, not rendered, as every page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.ui.addresses import address_or_none
from kontor.ui.navigation import Group, Link
from kontor.ui.quick_html import quoted
from kontor.ui.tags.signs import icon, initials

BOOKS_MAX = 12


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
    start, rest = _written(link.url, link.icon, link.label, link.keys)
    return f"{start}{current}{rest}{badge}</a>"


@lru_cache(maxsize=2048)
def _written(url: str, sign: str, label: str, keys: str) -> tuple[str, str]:
    """Return what stands in a link before and behind the mark of the current page."""
    pressed = f' data-key="{quoted(keys)}"' if keys else ""
    return f'<a href="{quoted(url)}"', f"{pressed}>{icon(sign, 'm')}{quoted(label)}"


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
    return _jumps(tuple([(link.keys, link.label) for group in groups for link in group.links if link.keys]))


@lru_cache(maxsize=512)
def _jumps(pairs: tuple[tuple[str, str], ...]) -> SafeString:
    return SafeString(
        "".join(
            [
                f"<dt>{''.join(f'<kbd>{quoted(key.upper())}</kbd> ' for key in keys.split())}</dt><dd>{quoted(label)}</dd>"
                for keys, label in pairs
            ]
        )
    )


def books_of(request: HttpRequest, books: Sequence[tuple[str, str]]) -> SafeString:
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


def all_books(books: Sequence[tuple[str, str]], *, screen: str, here: str) -> SafeString:
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
