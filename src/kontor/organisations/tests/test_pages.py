"""The pages of organisations, as the people of an office use them."""

import json

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from kontor.core.anchors import is_genuine
from kontor.core.chain import chain_status
from kontor.core.clock import now
from kontor.core.jobs import job, start_job
from kontor.core.progress import Progress
from kontor.core.tenancy import tenant
from kontor.organisations.history import activities, moments_of
from kontor.organisations.models import Role, User
from kontor.organisations.queries import members_of, rights_of, tenants_of, user_by_email
from tests.builders import a_member, a_party, a_tenant

FRAGMENT = {"X-Fragment": "job"}


@job("test.page", label="Counting")
def _count(progress: Progress) -> dict[str, object]:
    return {}


def test_one_set_of_books_is_entered_at_once_and_several_are_chosen(database: None, client: Client) -> None:
    books = a_tenant()
    person = a_member(books)
    client.force_login(person)

    assert client.get("/")["Location"] == f"/t/{books.code}/"

    other = a_tenant()
    from kontor.organisations.actions import grant_access  # noqa: PLC0415

    with tenant(other.id):
        grant_access(person, tenant=other, role="reader", by=None)
    page = client.get("/").content.decode()
    assert books.name in page
    assert other.name in page


def test_strangers_see_the_sign_in_and_never_whether_books_exist(database: None, client: Client) -> None:
    books = a_tenant()
    assert client.get(f"/t/{books.code}/").status_code == 302
    client.force_login(a_member(a_tenant()))
    assert client.get(f"/t/{books.code}/").status_code == client.get("/t/none-such/").status_code == 404


@pytest.mark.parametrize("path", ["", "palette?q=a", "record/", "jobs/", "people/", "people/new"])
def test_every_page_answers_its_administrator(database: None, client: Client, path: str) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="administrator"))

    assert client.get(f"/t/{books.code}/{path}").status_code == 200


def test_a_reader_sees_neither_record_nor_people(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="reader"))

    assert client.get(f"/t/{books.code}/record/").status_code == 403
    assert client.get(f"/t/{books.code}/people/").status_code == 403
    assert client.post(f"/t/{books.code}/record/anchor").status_code == 403
    assert "record/" not in client.get(f"/t/{books.code}/").content.decode()


def test_the_record_names_who_opened_the_books_and_is_exported(database: None, client: Client) -> None:
    books = a_tenant()
    sabine = a_member(books, role="administrator", name="Sabine Brandt")
    with tenant(books.id, by=sabine):
        Role.objects.filter(preset="reader").update(name="Gäste")
    client.force_login(sabine)

    page = client.get(f"/t/{books.code}/record/?by={sabine.pk}&day=").content.decode()
    assert "Sabine Brandt" in page
    assert "Kontor</" in page
    found = client.get(f"/t/{books.code}/record/?by={sabine.pk}&export=csv")
    assert "Sabine Brandt" in found.content.decode()
    assert client.get(f"/t/{books.code}/record/?export=xlsx").status_code == 200
    with tenant(books.id):
        told = activities()
        moments = moments_of("organisations.role", Role.objects.get(name="Gäste").id)
    assert told[0].who == "Sabine Brandt"
    assert moments[0].changes == (("Name", "Lesezugriff", "Gäste"),)


def test_an_entry_shows_what_changed(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="administrator"))
    with tenant(books.id):
        event_id = activities()[0].event_id

    assert client.get(f"/t/{books.code}/record/{event_id}/").status_code == 200
    assert client.get(f"/t/{books.code}/record/{event_id + 10**9}/").status_code == 404


def test_the_anchor_is_signed_and_a_changed_one_is_not_genuine(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="administrator"))

    anchor = json.loads(client.post(f"/t/{books.code}/record/anchor").content)

    with tenant(books.id):
        status = chain_status()
    assert (anchor["number"], anchor["hash"], status.broken) == (status.number, status.hash, 0)
    assert is_genuine(anchor)
    assert not is_genuine(anchor | {"number": anchor["number"] - 1})
    assert not is_genuine({})


def test_a_tampered_record_breaks_the_chain(database: None, superuser_connection: psycopg.Connection) -> None:
    books = a_tenant()
    with tenant(books.id):
        assert chain_status().broken == 0
    with superuser_connection.transaction():
        superuser_connection.execute("SET LOCAL session_replication_role = replica")
        superuser_connection.execute(
            "UPDATE core_auditevent SET verb = 'nothing.happened' WHERE tenant_id = %s AND verb = 'organisations.create_tenant'",
            [books.id],
        )
    with tenant(books.id):
        assert chain_status().broken == 1


def test_as_many_links_are_proved_as_have_so_many_events_together_and_the_head_in_any_case(database: None) -> None:
    books = a_tenant()
    for _ in range(3):
        with tenant(books.id):
            a_party()

    with tenant(books.id):
        whole = chain_status()
        counts = [chain_status(events_max=most).checked for most in (0, 10**6)]
        few = chain_status(links_max=2)
    assert whole.checked >= 4
    assert counts == [1, whole.checked]
    assert (few.checked, few.number, few.hash, few.broken) == (2, whole.number, whole.hash, 0)


def test_preferences_change_language_and_keys(database: None, client: Client) -> None:
    person = a_member(a_tenant())
    client.force_login(person)
    typed = {"name": "Sabine B.", "language": "en", "theme": "dark"}

    assert client.post("/preferences/", typed).status_code == 302

    person.refresh_from_db()
    assert (person.name, person.language, person.theme, person.single_keys) == ("Sabine B.", "en", "dark", False)
    assert 'data-theme="dark"' in client.get("/preferences/").content.decode()
    assert client.post("/preferences/", typed | {"theme": "pink"}).status_code == 422


def _administrator(client: Client) -> User:
    """Sign an administrator in who has just proved their password."""
    admin = a_member(a_tenant(), role="administrator", name="Ada Admin")
    admin.set_password("korrekt-pferd-batterie")
    admin.save()
    client.force_login(admin)
    client.post("/accounts/reauthenticate/", {"password": "korrekt-pferd-batterie"})
    return admin


def test_roles_are_changed_only_after_a_fresh_sign_in(database: None, client: Client) -> None:
    books = a_tenant()
    admin, other = a_member(books, role="administrator"), a_member(books, role="reader")
    admin.set_password("korrekt-pferd-batterie")
    admin.save()
    client.force_login(admin)

    answer = client.post(f"/t/{books.code}/people/{other.pk}/", {"roles": ["Administration"]})

    assert "/accounts/reauthenticate/" in answer["Location"]
    with tenant(books.id):
        assert "org.roles" not in rights_of(other)


def test_a_new_person_gets_a_link_that_is_shown_once(database: None, client: Client) -> None:
    books = tenants_of(_administrator(client))[0]
    typed = {"email": f"jonas-{books.id}@example.org", "name": "Jonas Lenz", "role": "Buchhaltung"}

    answer = client.post(f"/t/{books.code}/people/new", typed, follow=True)

    jonas = user_by_email(typed["email"])
    assert jonas is not None
    assert "/accounts/password/reset/key/" in answer.content.decode()
    assert "/accounts/password/reset/key/" not in client.get(f"/t/{books.code}/people/").content.decode()
    with tenant(books.id):
        assert "contacts.edit" in rights_of(jonas)
    assert tenants_of(jonas) == [books]


def test_roles_are_given_and_taken_and_the_last_administrator_stays(database: None, client: Client) -> None:
    admin = _administrator(client)
    books = tenants_of(admin)[0]
    other = a_member(books, role="reader")

    client.post(f"/t/{books.code}/people/{other.pk}/", {"roles": ["Buchhaltung"]})
    refused = client.post(f"/t/{books.code}/people/{admin.pk}/", {"roles": ["Lesezugriff"]})
    ended = client.post(f"/t/{books.code}/people/{admin.pk}/end")

    assert (refused.status_code, ended.status_code) == (422, 409)
    with tenant(books.id):
        assert "contacts.edit" in rights_of(other)
        assert "org.roles" in rights_of(admin)
        assert [member.user for member in members_of(books)] == [admin, other]
    client.post(f"/t/{books.code}/people/{other.pk}/end")
    assert tenants_of(other) == []


def test_a_job_is_shown_as_page_fragment_and_json_and_cancelled(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books))
    with tenant(books.id):
        started = start_job("test.page", arguments={}, by=None, at=now())
    url = reverse("job", kwargs={"tenant": books.code, "job_id": started.id})

    assert "<html" in client.get(url).content.decode()
    fragment = client.get(url, headers=FRAGMENT).content.decode()
    assert "<html" not in fragment
    assert f'data-src="{url}"' in fragment
    assert client.get(url, headers={"Accept": "application/json"}).json()["state"] == "waiting"
    assert client.post(f"{url}cancel").status_code == 302
    with tenant(books.id):
        started.refresh_from_db()
    assert started.cancel_asked
    assert client.get(f"/t/{books.code}/jobs/").status_code == 200
    client.force_login(a_member(a_tenant()))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("state", "word"), [("done", "fertig"), ("failed", "fehlgeschlagen"), ("cancelled", "abgebrochen")]
)
def test_an_ended_job_says_how_it_ended_and_not_that_it_runs(
    database: None, client: Client, state: str, word: str
) -> None:
    books = a_tenant()
    client.force_login(a_member(books))
    with tenant(books.id):
        started = start_job("test.page", arguments={}, by=None, at=now())
        started.state, started.finished_at = state, now()
        started.save(update_fields=["state", "finished_at"])

    page = client.get(
        reverse("job", kwargs={"tenant": books.code, "job_id": started.id}), headers=FRAGMENT
    ).content.decode()

    assert f">{word}</small>" in page
    assert "läuft" not in page
