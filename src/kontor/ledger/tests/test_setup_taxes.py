"""Tax codes and VAT regimes as the office sets them up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.ledger.actions.periods import close_period
from kontor.ledger.models.periods import Period
from kontor.ledger.models.taxes import TaxCode, VatRegime
from kontor.ledger.tests.setting_up import a_signed_in_office, post_taxed, url
from kontor.organisations.models import Tenant

REGIME = {
    "valid_from": "01.01.2027", "status": "regular", "output_timing": "received", "input_timing": "agreed",
    "return_period": "quarter",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    return a_signed_in_office(client)


def _tax_id(books: Tenant, code: str = "sale-standard") -> int:
    with tenant(books.id):
        return TaxCode.objects.filter(code=code).order_by("-valid_from")[0].id


VERSION = {
    "valid_from": "01.07.2027", "rate_percent": "20", "deductible_percent": "100", "name_de": "Umsatzsteuer Normalsatz",
    "name_en": "Output VAT", "base_box": "81", "category": "S",
}  # fmt: skip


def test_a_new_version_ends_the_one_before(books: Tenant, client: Client) -> None:
    key = _tax_id(books)

    answer = client.post(url(books, f"taxes/{key}/version"), VERSION)

    assert answer.status_code == 302
    with tenant(books.id):
        old, new = TaxCode.objects.filter(code="sale-standard").order_by("valid_from").reverse()[:2][::-1]
        assert (old.valid_to, new.valid_from, new.valid_to) == (date(2027, 6, 30), date(2027, 7, 1), None)
        assert (new.rate_percent, new.kind, new.tax_role, new.undue_role) == (
            Decimal(20), "output", "output_vat", "output_vat_undue",
        )  # fmt: skip


def test_a_version_does_not_reach_back_over_entries(books: Tenant, client: Client) -> None:
    post_taxed(books, on=date(2026, 3, 10))

    refused = client.post(url(books, f"taxes/{_tax_id(books)}/version"), VERSION | {"valid_from": "01.03.2026"})
    allowed = client.post(url(books, f"taxes/{_tax_id(books)}/version"), VERSION | {"valid_from": "11.03.2026"})

    assert refused.status_code == 422
    assert "2026-03-10" in refused.content.decode()
    assert allowed.status_code == 302


def test_a_version_is_ended_and_taken_back_only_without_entries(books: Tenant, client: Client) -> None:
    post_taxed(books, on=date(2026, 3, 10))
    key = _tax_id(books)

    refused = client.post(url(books, f"taxes/{key}/end"), {"valid_to": "09.03.2026"})
    client.post(url(books, f"taxes/{key}/end"), {"valid_to": "31.12.2026"})
    kept = client.post(url(books, f"taxes/{key}/remove"), follow=True).content.decode()

    assert refused.status_code == 422
    assert "2026-03-10" in kept
    with tenant(books.id):
        assert TaxCode.objects.get(id=key).valid_to == date(2026, 12, 31)


def test_a_mistaken_version_is_taken_back_and_the_one_before_runs_on(books: Tenant, client: Client) -> None:
    before = _tax_id(books)
    client.post(url(books, f"taxes/{before}/version"), VERSION)

    client.post(url(books, f"taxes/{_tax_id(books)}/remove"))

    with tenant(books.id):
        assert TaxCode.objects.get(id=before).valid_to is None
        assert TaxCode.objects.filter(valid_from=date(2027, 7, 1)).count() == 0


def test_a_tax_code_of_ones_own_works_like_another(books: Tenant, client: Client) -> None:
    key = _tax_id(books)

    taken = client.post(url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-reduced"})
    made = client.post(url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-hall", "rate_percent": "12,5"})
    wrong = client.post(url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-hill", "rate_percent": "125"})

    assert (taken.status_code, made.status_code, wrong.status_code) == (422, 302, 422)
    with tenant(books.id):
        assert TaxCode.objects.get(code="sale-hall").rate_percent == Decimal("12.5")


def test_a_regime_says_what_it_means_before_it_is_set(books: Tenant, client: Client) -> None:
    looked = client.post(url(books, "regimes/add"), REGIME | {"step": "look"})

    assert looked.status_code == 200
    assert "Vorsteuer" in looked.content.decode()
    with tenant(books.id):
        assert VatRegime.objects.count() == 1

    client.post(url(books, "regimes/add"), REGIME | {"step": "save"})

    with tenant(books.id):
        made = VatRegime.objects.get(valid_from=date(2027, 1, 1))
        assert (made.output_timing, made.return_period) == ("received", "quarter")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("15.01.2027", "ersten Tag eines Monats"), ("01.01.2025", "bereits"), ("01.01.2024", "beginnen"), ("01.02.2025", "abgeschlossen")],
)  # fmt: skip
def test_a_regime_begins_on_a_month_that_nothing_closed(books: Tenant, client: Client, day: str, sentence: str) -> None:
    with tenant(books.id):
        close_period(Period.objects.get(first_day=date(2025, 2, 1)).id)

    answer = client.post(url(books, "regimes/add"), REGIME | {"valid_from": day, "step": "save"})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_only_a_future_regime_is_removed(books: Tenant, client: Client) -> None:
    client.post(url(books, "regimes/add"), REGIME | {"valid_from": "01.01.2099", "step": "save"})
    with tenant(books.id):
        first, future = (row.id for row in VatRegime.objects.order_by("valid_from"))

    client.post(url(books, f"regimes/{first}/remove"))
    client.post(url(books, f"regimes/{future}/remove"))

    with tenant(books.id):
        assert [row.id for row in VatRegime.objects.all()] == [first]
