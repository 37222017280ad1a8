"""The rail outside of any books leads to the person's own pages, and the record names its objects."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.core.tenancy import tenant
from tests.builders import a_member, a_party, a_tenant


def test_pages_outside_of_books_have_a_rail_that_marks_where_one_is(database: None) -> None:
    client = Client()
    client.force_login(a_member(a_tenant()))

    page = client.get("/organisations/").content.decode()

    assert '<a href="/organisations/" aria-current="page">' in page
    assert '<a href="/preferences/">' in page


def test_nobody_signed_in_has_no_rail_of_pages(database: None, client: Client) -> None:
    assert 'href="/preferences/"' not in client.get("/accounts/login/").content.decode()


def test_the_record_calls_objects_by_name_and_asks_for_a_kind_once(database: None) -> None:
    books = a_tenant()
    client = Client()
    client.force_login(a_member(books, role="administrator"))
    with tenant(books.id):
        first = a_party(name="Nordlicht Verlag GmbH")
        a_party(name="Werkhof Celle")

    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/t/{books.code}/record/").content.decode()

    assert "Nordlicht Verlag GmbH</a>" in page
    assert "Werkhof Celle</a>" in page
    assert f'href="/t/{books.code}/contacts/{first}/"' in page
    assert sum('FROM "contacts_party"' in each["sql"] for each in asked) == 1


def test_the_record_as_a_file_has_the_names_too(database: None) -> None:
    books = a_tenant()
    client = Client()
    client.force_login(a_member(books, role="administrator"))
    with tenant(books.id):
        a_party(name="Nordlicht Verlag GmbH")

    file = client.get(f"/t/{books.code}/record/?export=csv&rows=25").content.decode("utf-8-sig")

    assert "Nordlicht Verlag GmbH" in file
