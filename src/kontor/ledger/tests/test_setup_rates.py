"""Exchange rates as the office notes and uploads them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.ledger.models.taxes import ExchangeRate
from kontor.ledger.tests.setting_up import a_signed_in_office, url
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    return a_signed_in_office(client)


@pytest.mark.parametrize(
    ("typed", "rate"),
    [({"rate": "0,92", "direction": "per_unit"}, "0.92"), ({"rate": "1,25", "direction": "per_base"}, "0.8")],
)
def test_a_rate_is_noted_from_either_side(books: Tenant, client: Client, typed: dict[str, str], rate: str) -> None:
    client.post(url(books, "rates/add"), {"currency": "usd", "day": "01.03.2026"} | typed)

    with tenant(books.id):
        row = ExchangeRate.objects.get()
        assert (row.currency, row.day, row.rate) == ("USD", date(2026, 3, 1), Decimal(rate))


@pytest.mark.parametrize("typed", [{"rate": "0"}, {"rate": "x"}, {"currency": "EUR"}, {"currency": "KWD"}])
def test_a_wrong_rate_is_refused(books: Tenant, client: Client, typed: dict[str, str]) -> None:
    whole = {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"}

    answer = client.post(url(books, "rates/add"), whole | typed)

    assert answer.status_code == 422
    assert 'value="01.03.2026"' in answer.content.decode()
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0


def _send_rates(books: Tenant, client: Client, text: str, direction: str = "per_base") -> str:
    sent = SimpleUploadedFile("kurse.csv", text.encode(), content_type="text/csv")
    return client.post(url(books, "rates/upload"), {"file": sent, "direction": direction}).content.decode()


def _token(page: str) -> str:
    return page.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def test_rates_of_the_ecb_are_shown_and_then_saved(books: Tenant, client: Client) -> None:
    text = "KEY,CURRENCY,TIME_PERIOD,OBS_VALUE\nx,USD,2026-03-02,1.25\nx,CHF,2026-03-02,0.8\n"
    page = _send_rates(books, client, text)
    assert "1 USD = 0,8 EUR" in page
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0

    client.post(url(books, "rates/confirm"), {"token": _token(page)})

    with tenant(books.id):
        rows = {row.currency: row.rate for row in ExchangeRate.objects.all()}
        assert rows == {"USD": Decimal("0.8"), "CHF": Decimal("1.25")}


def test_a_file_with_one_bad_line_saves_nothing_and_names_the_line(books: Tenant, client: Client) -> None:
    page = _send_rates(books, client, "date;currency;rate\n2026-03-02;USD;0,92\n2026-13-02;USD;0,93\n", "per_unit")

    assert "Zeile 3" in page
    assert "2026-13-02" in page
    client.post(url(books, "rates/confirm"), {"token": _token(page)})
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0


def test_a_rate_far_from_the_last_one_is_marked(books: Tenant, client: Client) -> None:
    client.post(
        url(books, "rates/add"),
        {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"},
    )

    page = _send_rates(books, client, "date,currency,rate\n2026-03-02,USD,9.20\n", "per_unit")

    assert "900 %" in page


def test_the_preview_of_other_books_is_worth_nothing_here(books: Tenant, client: Client) -> None:
    page = _send_rates(books, client, "date,currency,rate\n2026-03-02,USD,1.25\n")
    other = a_tenant()
    client.force_login(a_member(other, role="administrator"))

    client.post(url(other, "rates/confirm"), {"token": _token(page)})

    with tenant(other.id):
        assert ExchangeRate.objects.count() == 0


def test_a_rate_is_removed(books: Tenant, client: Client) -> None:
    client.post(
        url(books, "rates/add"),
        {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"},
    )
    with tenant(books.id):
        key = ExchangeRate.objects.get().id

    client.post(url(books, f"rates/{key}/remove"))

    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0
