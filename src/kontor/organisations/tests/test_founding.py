"""Setting up organisations: who may, with which code, and what they begin with."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from kontor.core.clock import now, today
from kontor.core.tenancy import tenant
from kontor.organisations.actions import reserve_tenant_id
from kontor.organisations.door import acting
from kontor.organisations.founding import (
    MayNotFound,
    NewOrganisation,
    TooManyFounded,
    WrongActivation,
    create_activation_code,
    found_organisation,
    proposed_chart,
    proposed_code,
)
from kontor.organisations.models import ActivationCode, Membership, Organisation, Plan, Subscription, Tenant, User
from kontor.organisations.queries import rights_of, tenants_of
from kontor.organisations.rules.plans import PRESETS
from kontor.organisations.subscribing import load_plans
from kontor.organisations.tests.test_joining import a_client
from tests.builders import a_tenant, a_user

FACTS = {
    "name": "Förderverein Süd e.V.", "official_email": "buero@sued.example", "kind": "association", "country": "DE",
    "chart": "", "first_year": "2026",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(database: None) -> None:
    cache.clear()


def an_activation(*, days: int = 3, plan: Plan | None = None) -> str:
    with acting(by=None):
        return create_activation_code(note="Test", days=days, plan=plan, on=today(), by=None)


def found(by: User, *, activation: str = "", name: str = "Werkhof") -> Tenant:
    new = NewOrganisation(
        name=name, official_email="a@b.example", kind="company", country="DE", chart="SKR03", first_year=2026
    )
    with tenant(reserve_tenant_id(), by=by):
        return found_organisation(new, plan=None, activation=activation, on=today(), at=now(), by=by)


def order(client: Client, **more: str) -> str:
    """Fill in both steps; return where the order leads."""
    assert client.post("/organisations/new", FACTS | more)["Location"] == "/organisations/new/plan"
    plan = "free" if Plan.objects.filter(is_offered=True).exists() else ""
    return str(client.post("/organisations/new/plan", {"plan": plan}).headers.get("Location", ""))


def test_a_new_organisation_has_books_a_code_a_plan_and_its_founder_as_administrator(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "anyone"
    with acting(by=None):
        load_plans(PRESETS)
    ada = a_user(name="Ada Admin")
    client = a_client(ada)

    where = order(client)

    organisation = Organisation.objects.get(main_admin=ada)
    books = Tenant.objects.get(organisation=organisation)
    assert where == f"/organisations/{organisation.id}/invitation"
    assert (books.code.startswith("foerderverein-sued-e-v"), books.chart) == (True, "SKR42")
    assert (organisation.kind, organisation.official_email) == ("association", "buero@sued.example")
    assert Membership.objects.get(user=ada).is_admin
    assert Subscription.objects.get(organisation=organisation).plan.code == "free"
    assert tenants_of(ada) == [books]
    page = client.get(where).content.decode()
    assert organisation.invitation_code in page
    assert "/accounts/2fa/" in page
    assert client.get(f"/organisations/{organisation.id}/")["Location"] == "/accounts/2fa/"
    assert "verlangt einen zweiten Faktor" in client.get("/accounts/2fa/").content.decode()
    assert client.get(f"/t/{books.code}/")["Location"] == "/accounts/2fa/"
    part = client.get(f"/t/{books.code}/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, "/accounts/2fa/")
    with tenant(books.id):
        assert "org.roles" in rights_of(ada)


def test_only_an_activation_code_opens_the_way_where_one_is_asked_for(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "code"
    ada = a_user()
    client = a_client(ada)
    refused = client.post("/organisations/new", FACTS | {"activation": "AAAA-BBBB-CCCC"})
    assert refused.status_code == 422
    assert "unbekannt, verbraucht oder abgelaufen" in refused.content.decode()
    code = an_activation()

    order(client, activation=code)

    assert Organisation.objects.filter(main_admin=ada).count() == 1
    used = ActivationCode.objects.get(used_by=ada)
    assert used.organisation is not None
    with pytest.raises(WrongActivation):
        found(ada, activation=code)


def test_an_activation_code_holds_until_its_day_and_is_kept_as_a_digest(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "code"
    code = an_activation(days=0)

    assert not ActivationCode.objects.filter(digest__icontains=code.replace("-", "")).exists()
    with pytest.raises(WrongActivation):
        found(a_user(), activation=code)


def test_where_the_operator_founds_nobody_else_does(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "admin"
    client = a_client(a_user())

    assert client.get("/organisations/new").status_code == 403
    assert "/organisations/new" not in client.get("/organisations/add").content.decode()
    with pytest.raises(MayNotFound):
        found(a_user())


def test_the_sixth_organisation_of_a_day_waits(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "anyone"
    ada = a_user()
    for _ in range(5):
        Organisation.objects.create(name="Verein", main_admin=ada)

    with pytest.raises(TooManyFounded):
        found(ada)

    Organisation.objects.filter(main_admin=ada).update(created_at=now() - timedelta(days=2))
    assert found(ada).organisation.main_admin == ada


def test_a_failed_order_leaves_no_half_organisation(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "code"
    ada = a_user()

    with pytest.raises(WrongActivation):
        found(ada, activation="nothing")

    assert not Organisation.objects.filter(main_admin=ada).exists()


@pytest.mark.parametrize(
    ("country", "kind", "chart"),
    [("DE", "association", "SKR42"), ("DE", "church", "SKR42"), ("DE", "company", "SKR03"), ("AT", "association", "EKR"),
     ("CH", "company", "KMU")],
)  # fmt: skip
def test_the_proposed_chart_fits_country_and_kind(country: str, kind: str, chart: str) -> None:
    assert proposed_chart(country=country, kind=kind) == chart


def test_a_chart_of_another_country_is_refused(settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "anyone"

    page = a_client(a_user()).post("/organisations/new", FACTS | {"country": "CH", "chart": "SKR03"})

    assert page.status_code == 422
    assert "gehört zu einem anderen Land" in page.content.decode()


def test_codes_of_books_are_made_of_the_name_and_free() -> None:
    taken = a_tenant().code

    assert proposed_code("Größe & Söhne") == "groesse-soehne"
    assert proposed_code(taken) == f"{taken}-2"
    assert proposed_code("!!!").startswith("books")


def test_demo_books_are_open_to_look_around_and_others_are_not() -> None:
    books = a_tenant()
    person = a_user()
    client = a_client(person)
    assert client.post(f"/join/demo/{books.id}").status_code == 404
    Tenant.objects.filter(id=books.id).update(is_demo=True)

    try:
        assert books.name in client.get("/organisations/add").content.decode()
        assert client.post(f"/join/demo/{books.id}")["Location"] == f"/t/{books.code}/"
        with tenant(books.id):
            assert "org.view" in rights_of(person)
            assert "ledger.post" not in rights_of(person)
    finally:
        Tenant.objects.filter(id=books.id).update(is_demo=False)
