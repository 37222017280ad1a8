"""A form that is sent after the session has ended is not lost."""

import pytest
from django.test import Client

from kontor.contacts.models import Party
from kontor.core.tenancy import tenant
from kontor.organisations import signing_in
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

pytestmark = pytest.mark.usefixtures("database")

TYPED = {
    "kind": "organisation", "name": "Neu & Alt GbR", "country": "DE", "language": "de", "channel": "letter",
    "debtor_number": "+", "street": "Lägenstraße",
}  # fmt: skip


@pytest.fixture
def books() -> Tenant:
    return a_tenant()


def _new(books: Tenant) -> str:
    return f"/t/{books.code}/contacts/new"


def test_what_was_typed_waits_behind_the_sign_in_and_is_sent_by_hand(books: Tenant, client: Client) -> None:
    answer = client.post(
        _new(books), TYPED | {"password": "streng-geheim"}, headers={"Referer": f"http://testserver{_new(books)}"}
    )

    assert answer["Location"] == "/accounts/login/?next=/accounts/typed/"
    person = a_member(books, role="bookkeeper")
    person.set_password("korrekt-pferd-batterie")
    person.save(update_fields=["password"])
    signed_in = client.post(
        "/accounts/login/?next=/accounts/typed/", {"login": person.email, "password": "korrekt-pferd-batterie"}
    )
    assert signed_in["Location"] == "/accounts/typed/"
    page = client.get("/accounts/typed/").content.decode()
    assert f'action="{_new(books)}"' in page
    assert 'name="name" value="Neu &amp; Alt GbR"' in page
    assert "streng-geheim" not in page
    with tenant(books.id):
        assert not Party.objects.exists()

    assert client.post(_new(books), TYPED).status_code == 302

    with tenant(books.id):
        assert Party.objects.get().name == "Neu & Alt GbR"


def test_what_was_typed_is_offered_once(books: Tenant, client: Client) -> None:
    client.post(_new(books), TYPED)
    kept = client.session[signing_in.KEPT]
    client.force_login(a_member(books))
    later = client.session
    later[signing_in.KEPT] = kept
    later.save()

    assert client.get("/accounts/typed/").status_code == 200
    assert client.get("/accounts/typed/")["Location"] == "/"


def test_what_was_typed_long_ago_is_forgotten(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books))
    session = client.session
    session[signing_in.KEPT] = {"at": 0, "action": "/", "page": "/", "fields": [["name", "x"]], "has_files": False}
    session.save()

    assert client.get("/accounts/typed/")["Location"] == "/"
    assert signing_in.KEPT not in client.session


def test_a_book_is_not_kept(books: Tenant, client: Client) -> None:
    answer = client.post(_new(books), TYPED | {"note": "x" * (signing_in.CHARACTERS_MAX + 1)})

    assert answer["Location"] == "/accounts/login/?next=/"
    assert signing_in.KEPT not in client.session


def test_a_page_that_was_asked_for_comes_after_the_sign_in(books: Tenant, client: Client) -> None:
    assert (
        client.get(f"{_new(books)}?kind=person")["Location"] == f"/accounts/login/?next={_new(books)}%3Fkind%3Dperson"
    )


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(books: Tenant, client: Client) -> None:
    here = f"http://testserver/t/{books.code}/match/"

    part = client.get(f"/t/{books.code}/match/items", headers={"HX-Request": "true", "HX-Current-URL": here})
    foreign = client.get(
        f"/t/{books.code}/match/items", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}
    )
    job = client.get(f"/t/{books.code}/palette", headers={"X-Fragment": "palette"})

    assert part.status_code == 401
    assert part["HX-Redirect"] == f"/accounts/login/?next=/t/{books.code}/match/"
    assert "evil" not in foreign["HX-Redirect"]
    assert job.status_code == 401
