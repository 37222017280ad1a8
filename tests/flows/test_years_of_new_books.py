"""Books whose fiscal year is not the calendar's, from each door that opens books."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from kontor.cli.main import main
from kontor.core.clock import today
from kontor.core.tenancy import tenant
from kontor.ledger.models.periods import FiscalYear
from kontor.organisations.models import Plan, Tenant
from tests.builders import a_user

FACTS = {
    "name": "Schulverein Lindental e.V.", "official_email": "buero@lindental.example", "kind": "association",
    "country": "DE", "chart": "", "first_month": "8", "first_year": "2024",
}  # fmt: skip


def years_of(books: Tenant) -> list[tuple[date, date]]:
    with tenant(books.id):
        return list(FiscalYear.objects.order_by("first_day").values_list("first_day", "last_day"))


def follow_each_other_through_today(years: list[tuple[date, date]]) -> bool:
    joined = all(
        later[0] == earlier[1] + timedelta(days=1) for earlier, later in itertools.pairwise(years)
    )  # fmt: skip
    return joined and years[-1][0] <= today("DE") <= years[-1][1]


def test_the_wizard_opens_school_years(database: None, settings: Settings) -> None:
    cache.clear()
    settings.NEW_ORGANISATIONS = "anyone"
    founder, client = a_user(), Client()
    client.force_login(founder)
    page = client.get("/organisations/new").content.decode()
    assert "Geschäftsjahr beginnt im" in page
    assert ">August</option>" in page

    assert client.post("/organisations/new", FACTS)["Location"] == "/organisations/new/plan"
    offered = Plan.objects.filter(is_offered=True).exists()  # other tests may have loaded plans
    client.post("/organisations/new/plan", {"plan": "free" if offered else ""})

    years = years_of(Tenant.objects.get(name=FACTS["name"], organisation__main_admin=founder))
    assert years[0] == (date(2024, 8, 1), date(2025, 7, 31))
    assert follow_each_other_through_today(years)


def test_the_command_line_opens_years_from_october_on(database: None, capsys: pytest.CaptureFixture[str]) -> None:
    code = f"oktober-{a_user().id}"
    words = ["create-tenant", code, "--name", "Oktober", "--first-year", "2024", "--first-month", "10", "--json"]

    assert main(words) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["first_year"], told["first_month"]) == (2024, 10)
    years = years_of(Tenant.objects.get(code=code))
    assert years[0] == (date(2024, 10, 1), date(2025, 9, 30))
    assert follow_each_other_through_today(years)


@pytest.mark.parametrize("month", ["0", "13", "Mai"])
def test_a_month_that_is_none_opens_nothing(database: None, month: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["create-tenant", "kein-monat", "--name", "Keiner", "--first-month", month])
    assert ended.value.code == 2
    assert "--first-month" in capsys.readouterr().err
    assert not Tenant.objects.filter(code="kein-monat").exists()
