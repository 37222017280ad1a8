"""What is drawn once: parts of the shell, addresses, icons, words."""

from __future__ import annotations

from html import escape

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import override_settings
from django.urls import NoReverseMatch, path, reverse
from django.utils import translation

from kontor.ui.addresses import address, address_or_none, address_writer
from kontor.ui.quick_html import quoted
from kontor.ui.tags.kept import KEPT_MAX, KeptNode, KeptTemplate


def _page(_request: HttpRequest, **_places: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("t/<slug:tenant>/items/<int:item_id>", _page, name="item"),
    path("t/<slug:tenant>/sheet/<str:number>/", _page, name="sheet"),
    path("plain/", _page, name="plain"),
]


def drawn(text: str, **values: object) -> str:
    return Template("{% load i18n kontor %}" + text).render(Context(values))


def test_kept_content_is_drawn_once_and_its_holes_are_filled_for_each_page() -> None:
    page = Template("{% load kontor %}{% kept theme here=place %}<i>{{ theme }}</i>{{ here }}{{ here }}{% endkept %}")

    assert page.render(Context({"theme": "dark", "place": "/a?b=1&c=2"})) == "<i>dark</i>/a?b=1&amp;c=2/a?b=1&amp;c=2"
    assert page.render(Context({"theme": "dark", "place": "/b"})) == "<i>dark</i>/b/b"
    assert page.render(Context({"theme": "light", "place": "/b"})) == "<i>light</i>/b/b"
    kept = next(node for node in page.nodelist if isinstance(node, KeptNode))
    assert len(kept.drawn) == 2


def test_nothing_of_a_page_stays_in_what_is_kept_for_the_next() -> None:
    page = Template("{% load kontor %}{% kept %}[{{ name }}{{ request.user }}{% csrf_token %}]{% endkept %}")

    first = page.render(Context({"name": "Ada", "request": {"user": "Ada"}, "csrf_token": "k1"}))
    second = page.render(Context({"name": "Mira", "request": {"user": "Mira"}, "csrf_token": "k2"}))

    assert "Ada" not in first
    assert 'value="k1"' in first
    assert second == first.replace("k1", "k2")


def test_a_kept_template_knows_its_key_and_its_holes_only() -> None:
    search = KeptTemplate("ui/parts/search.html")

    with translation.override("de"):
        first = search.fill({"has_palette": True}, {"palette_url": "/t/a/palette/"})
        second = search.fill({"has_palette": True}, {"palette_url": "/t/b/palette/"})
        without = search.fill({"has_palette": False}, {"palette_url": ""})
    with translation.override("en"):
        english = search.fill({"has_palette": True}, {"palette_url": "/t/a/palette/"})

    assert 'href="/t/a/palette/"' in first
    assert second == first.replace("/t/a/", "/t/b/")
    assert "k-search" not in without
    assert "Search or command" in english
    assert "Search or command" not in first


def test_what_a_person_typed_cannot_fill_another_hole() -> None:
    page = Template("{% load kontor %}{% kept here=place %}{{ here }}{% endkept %}")

    assert page.render(Context({"place": "<b>\x02csrf_token\x03", "csrf_token": "secret"})).count("secret") == 0


def test_kept_content_is_bounded() -> None:
    page = Template("{% load kontor %}{% kept n %}{{ n }}{% endkept %}")

    shown = [page.render(Context({"n": n})) for n in range(KEPT_MAX + 5)]

    assert shown[-1] == str(KEPT_MAX + 4)
    assert len(next(node for node in page.nodelist if isinstance(node, KeptNode)).drawn) <= KEPT_MAX


def test_words_are_translated_for_each_reader() -> None:
    page = Template('{% load i18n kontor %}{% translate "Close" %}|{% translate "Close" as word %}{{ word }}')

    with translation.override("en"):
        english = page.render(Context())
    with translation.override("de"):
        german = page.render(Context())

    assert english == "Close|Close"
    assert german == "Schließen|Schließen"


@override_settings(ROOT_URLCONF=__name__)
def test_addresses_are_those_of_django() -> None:
    for name, places in (
        ("item", {"tenant": "werkhof", "item_id": 17}),
        ("sheet", {"tenant": "werkhof", "number": "12 ä"}),
        ("sheet", {"tenant": "werkhof", "number": "1200"}),
        ("plain", {}),
    ):
        assert address(name, **places) == reverse(name, kwargs=places)
    assert drawn('{% url "sheet" tenant=code number="1200" %}', code="werkhof") == "/t/werkhof/sheet/1200/"
    assert drawn('{% url "nowhere" as found %}[{{ found }}]') == "[]"


@override_settings(ROOT_URLCONF=__name__)
def test_an_address_that_does_not_fit_is_refused_as_by_django() -> None:
    with pytest.raises(NoReverseMatch):
        address("item", tenant="werkhof", item_id=-1)
    with pytest.raises(NoReverseMatch):
        address("item", tenant="no slug!", item_id=1)
    with pytest.raises(NoReverseMatch):
        address("nowhere")
    assert address_or_none("item", tenant="werkhof") == ""


@override_settings(ROOT_URLCONF=__name__)
def test_the_addresses_of_a_list_are_those_of_the_page() -> None:
    write = address_writer("item", "item_id", tenant="werkhof")

    assert [write(number) for number in (0, 7, 918_273_645_000_000)] == [
        reverse("item", kwargs={"tenant": "werkhof", "item_id": number}) for number in (0, 7, 918_273_645_000_000)
    ]
    with pytest.raises(NoReverseMatch):
        address_writer("nowhere", "item_id", tenant="werkhof")


@pytest.mark.parametrize("text", ["", "Journal", "a & b", "<b>", "\"'", "schön", "&amp;"])
def test_a_text_is_escaped_as_the_library_does(text: str) -> None:
    assert quoted(text) == escape(text)
