from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from kontor.ui.marks import Mark
from kontor.ui.tags.signs import initials


def shown(source: str, *, country: str = "DE", **values: object) -> str:
    request = RequestFactory().get("/")
    request.tenant = SimpleNamespace(country=country, base_currency="CHF" if country == "CH" else "EUR")  # type: ignore[attr-defined]
    return Template("{% load kontor %}" + source).render(Context({"request": request, **values}))


@pytest.mark.parametrize(
    ("country", "text"), [("DE", "−1.234,50\u00a0€"), ("AT", "−1.234,50\u00a0€"), ("CH", "CHF\u00a0−1’234.50")]
)
def test_money_is_written_as_the_region_does(country: str, text: str) -> None:
    assert text in shown("{% money -123450 %}", country=country)


def test_a_gain_can_carry_its_sign_and_colour() -> None:
    html = shown('{% money 206465 "EUR" plus=True tone=True %}')

    assert "+2.064,65" in html
    assert "is-in" in html


def test_no_amount_is_a_dash_not_a_zero() -> None:
    assert shown("{% amount nothing %}", nothing=None) == "–"


def test_a_state_has_word_and_shape() -> None:
    html = shown("{% status mark %}", mark=Mark("überfällig", "neg"))

    assert "is-neg" in html
    assert "überfällig" in html


def test_a_mark_escapes_what_people_wrote() -> None:
    assert "<script>" not in shown("{% chip word %}", word="<script>alert(1)</script>")


def test_days_and_dues_are_in_german() -> None:
    with translation.override("de"):
        assert "03.11.2026" in shown("{% day d %}", d=date(2026, 11, 3))
        assert "2 Tage überfällig" in shown("{% due d on %}", d=date(2026, 11, 1), on=date(2026, 11, 3))
        assert "in 1 Tag" in shown("{% due d on %}", d=date(2026, 11, 4), on=date(2026, 11, 3))


def test_how_long_ago_is_said_in_the_largest_unit() -> None:
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    with translation.override("en"):
        assert "2 hours ago" in shown("{% ago then at %}", then=at - timedelta(minutes=150), at=at)
        assert "3 days ago" in shown("{% ago then at %}", then=at - timedelta(days=3), at=at)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sabine Brandt", "SB"),
        ("Anna Maria Vogel", "AV"),
        ("Kontor", "K"),
        ("Werkhof Hannover e.V.", "WH"),
        ("s@x.de", "SX"),
        ("", "?"),
    ],
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_card_holds_its_content_under_its_heading() -> None:
    html = shown('{% card "Auf einen Blick" flush=True %}<p>Inhalt</p>{% endcard %}')

    assert "Auf einen Blick</h2>" in html
    assert "<p>Inhalt</p>" in html
    assert "k-body" not in html


def test_a_bar_never_leaves_its_track() -> None:
    assert 'width="40"' in shown("{% bar 90 40 %}")
    assert 'width="0"' in shown("{% bar empty 40 %}", empty=-5)
