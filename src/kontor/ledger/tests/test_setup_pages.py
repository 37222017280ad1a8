"""The set-up rooms of the ledger as the office uses them: who may, what each costs, kinds of documents."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import DocumentType
from kontor.ledger.tests.setting_up import ACCOUNT, a_signed_in_office, post_some, url
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

ROOMS = ("", "accounts/", "roles/", "taxes/", "regimes/", "rates/", "types/", "opening/", "numbers/")


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    return a_signed_in_office(client)


@pytest.fixture(scope="module")
def untouched(test_database: None, django_db_blocker: DjangoDbBlocker) -> Tenant:
    """Open books once for those who only look or are turned away."""
    with django_db_blocker.unblock():
        return a_tenant()


@pytest.fixture
def looked_at(database: None, untouched: Tenant) -> Tenant:
    return untouched


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("role", ["administrator", "bookkeeper", "reader"])
def test_every_room_can_be_read(looked_at: Tenant, client: Client, room: str, role: str) -> None:
    client.force_login(a_member(looked_at, role=role))

    assert client.get(url(looked_at, room)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "accounts/new", "accounts/1/switch", "roles/1/", "taxes/1/version", "taxes/1/copy", "taxes/1/end",
        "taxes/1/remove", "regimes/add", "regimes/1/remove", "rates/add", "rates/upload", "rates/confirm",
        "rates/1/remove", "types/new", "types/1/", "opening/save", "opening/read",
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["reader", "treasurer"])
def test_whoever_may_not_set_up_changes_nothing(looked_at: Tenant, client: Client, path: str, role: str) -> None:
    client.force_login(a_member(looked_at, role=role))

    assert client.post(url(looked_at, path), ACCOUNT).status_code == 403


@pytest.mark.parametrize("room", ["accounts/", "opening/", ""])
def test_a_room_asks_as_often_for_many_entries_as_for_few(books: Tenant, client: Client, room: str) -> None:
    post_some(books)
    few = _queries(client, url(books, room))

    for number in ("4940", "4950", "4900"):
        post_some(books, debit=number)

    assert _queries(client, url(books, room)) == few


TYPE = {"movement": "underpayment", "code": "fee", "name_de": "Bankspesen", "name_en": "Bank fees", "account": "4970"}


def test_a_document_type_is_made_and_changed(books: Tenant, client: Client) -> None:
    client.post(url(books, "types/new"), TYPE)
    with tenant(books.id):
        made = DocumentType.objects.get(code="fee")
        assert made.account is not None
        assert (made.account.number, made.takes_tax_of_item) == ("4970", False)

    client.post(url(books, f"types/{made.id}/"), TYPE | {"account": "4980", "takes_tax_of_item": "on"})

    with tenant(books.id):
        changed = DocumentType.objects.select_related("account").get(code="fee")
        assert changed.account is not None
        assert (changed.account.number, changed.takes_tax_of_item) == ("4980", True)


@pytest.mark.parametrize(
    ("typed", "sentence"), [({"code": "underpayment"}, "bereits"), ({"account": "1400"}, "Sammelkonto"), ({"account": "7777"}, "aus der Liste")]
)  # fmt: skip
def test_a_wrong_document_type_is_refused(books: Tenant, client: Client, typed: dict[str, str], sentence: str) -> None:
    answer = client.post(url(books, "types/new"), TYPE | typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Bankspesen" in answer.content.decode()


def test_the_next_number_is_shown(books: Tenant, client: Client) -> None:
    post_some(books)
    post_some(books)

    assert "2026-000003" in client.get(url(books, "numbers/")).content.decode()
