from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import translation

from kontor.core.tenancy import tenant
from kontor.ui import navigation, palette, places, rail
from kontor.ui.navigation import Count, Hit, NavItem, Search, Tile
from tests.builders import a_tenant, a_user


def _page(request: HttpRequest, tenant: str) -> HttpResponse:
    return HttpResponse(tenant)


urlpatterns = [
    path("t/<slug:tenant>/", _page, name="overview"),
    path("t/<slug:tenant>/bank/", _page, name="bank"),
    path("t/<slug:tenant>/bank/match/", _page, name="match"),
]


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_items", "_tiles", "_commands", "_searches"):
        monkeypatch.setattr(navigation, name, [])
    with override_settings(ROOT_URLCONF=__name__), translation.override("en"):
        yield


def a_request(path_: str = "/t/werkhof/bank/match/", *rights: str) -> HttpRequest:
    request = RequestFactory().get(path_)
    request.tenant = SimpleNamespace(code="werkhof", country="DE")  # type: ignore[attr-defined]
    request.rights = frozenset(rights)  # type: ignore[attr-defined]
    return request


def register_bank() -> None:
    navigation.register(
        NavItem(label="Match", url_name="match", icon="x", group="Bank", order=2, right="bank.match", phone=1)
    )
    navigation.register(NavItem(label="Accounts", url_name="bank", icon="x", group="Bank", order=1))
    navigation.register(NavItem(label="Overview", url_name="overview", icon="house"))


def test_the_rail_shows_only_what_the_person_may_see() -> None:
    register_bank()

    assert [link.label for group in places.groups_for(a_request()) for link in group.links] == [
        "Overview",
        "Accounts",
    ]
    assert [g.label for g in places.groups_for(a_request("/t/werkhof/", "bank.match"))] == ["", "Bank"]


def test_addresses_carry_the_tenant_and_the_deepest_match_is_current() -> None:
    register_bank()

    links = [
        link for group in places.groups_for(a_request("/t/werkhof/bank/match/", "bank.match")) for link in group.links
    ]

    assert [link.url for link in links if link.is_current] == ["/t/werkhof/bank/match/"]


def test_an_entry_is_current_on_further_pages_that_it_names() -> None:
    navigation.register(NavItem(label="Overview", url_name="overview", icon="house", also=("match",)))
    navigation.register(NavItem(label="Accounts", url_name="bank", icon="x"))

    current = [
        link.label
        for path_ in ("/t/werkhof/bank/match/", "/t/werkhof/bank/", "/t/werkhof/")
        for group in places.groups_for(a_request(path_))
        for link in group.links
        if link.is_current
    ]

    assert current == ["Overview", "Accounts", "Overview"]


def test_all_figures_of_the_rail_are_one_statement(database: None) -> None:
    counts = {
        "overview": Count(sql="SELECT %(tenant)s - %(tenant)s + 7"),
        "bank": Count(sql="SELECT 0"),
        "match": Count(sql="SELECT 5"),
    }
    for url_name, badge in counts.items():
        navigation.register(NavItem(label=url_name, url_name=url_name, icon="x", badge=badge))
    books, request = a_tenant(), a_request("/t/werkhof/")
    request.user = a_user()

    with tenant(books.id), CaptureQueriesContext(connection) as statements:
        links = [link for group in places.groups_for(request) for link in group.links]

    assert {link.label: link.badge for link in links} == {"overview": 7, "bank": 0, "match": 5}
    assert len(statements) == 1


def test_a_written_rail_is_kept_for_its_books_rights_and_counts_and_one_bound_holds_for_all() -> None:
    navigation.register(NavItem(label="Overview", url_name="overview", icon="x", badge=Count(sql="SELECT 1")))
    navigation.register(NavItem(label="Match", url_name="match", icon="x", right="bank.match"))
    other = a_request()
    other.tenant = SimpleNamespace(code="chor", country="DE")  # type: ignore[attr-defined]

    def links(request: HttpRequest, count: int) -> str:
        known = places.places_of(request)
        return rail.rail_of(places.Standing(known, known.home, (count,), ())).links

    first = links(a_request(), 3)

    assert links(a_request(), 3) is first
    assert ">3<" in first
    assert ">4<" in links(a_request(), 4)
    assert 'href="/t/chor/"' in links(other, 3)
    assert "werkhof" not in links(other, 3)
    assert "Match" not in first
    assert "Match" in links(a_request("/t/werkhof/", "bank.match"), 3)
    assert rail._written.cache_info().maxsize == rail.WRITTEN_MAX


def test_an_item_is_registered_once_even_if_asked_twice() -> None:
    register_bank()
    item = NavItem(label="Home", url_name="overview", icon="house")
    navigation.register(item)
    navigation.register(item)

    assert sum(link.label == "Home" for group in places.groups_for(a_request()) for link in group.links) == 1


def test_an_item_whose_page_does_not_exist_stays_away() -> None:
    navigation.register(NavItem(label="Nowhere", url_name="nowhere", icon="x"))

    assert places.groups_for(a_request()) == []


def test_a_tile_without_content_stays_away() -> None:
    navigation.register_tile(Tile(template="a.html", query=lambda _r: None))
    navigation.register_tile(Tile(template="b.html", query=lambda _r: {"n": 1}, order=2))
    navigation.register_tile(Tile(template="c.html", query=lambda _r: {"n": 2}, right="secret"))

    shown = navigation.tiles_for(a_request(), column="main")

    assert [(tile.template, context) for tile, context in shown] == [("b.html", {"n": 1})]


def test_the_palette_finds_pages_by_every_word_and_things_by_their_context() -> None:
    register_bank()
    navigation.register_search(Search(label="Items", find=lambda _r, q: [Hit(label=q, url="/x", icon="x")]))

    assert [hit.label for hit in palette.commands_for(a_request(), "acc ban")] == ["Accounts"]
    assert palette.hits_for(a_request(), "0398")[0][1][0].label == "0398"
