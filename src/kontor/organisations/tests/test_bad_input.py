"""What no keyboard sends is refused or not found: never a broken page, and nothing is changed."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from kontor.contacts.models import Party
from kontor.core.tenancy import tenant
from kontor.ledger.models.periods import Period
from kontor.organisations.models import Tenant, User
from tests.builders import a_member, a_party, a_tenant

BEYOND = "9" * 24
NOT_A_NUMBER = "²"


@pytest.fixture(scope="module")
def administrator(test_database: None, django_db_blocker: DjangoDbBlocker) -> tuple[Tenant, User]:
    """Open books once: whatever is sent to them is refused, so it leaves them as they are."""
    with django_db_blocker.unblock():
        made = a_tenant()
        return made, a_member(made, role="administrator")


@pytest.fixture
def books(database: None, administrator: tuple[Tenant, User]) -> Tenant:
    return administrator[0]


@pytest.fixture
def client(database: None, administrator: tuple[Tenant, User]) -> Client:
    found = Client()
    found.force_login(administrator[1])
    return found


def url(books: Tenant, tail: str) -> str:
    return f"/t/{books.code}/{tail}"


@pytest.mark.parametrize("tail", ["contacts/", "items/", "items/payables", "bank/", "ledger/", "receipts/desk/"])
@pytest.mark.parametrize("text", ["a\0b", BEYOND, "9" * 5_000, NOT_A_NUMBER, "\u202eabc\u200b", "x" * 5_000])
def test_no_search_breaks_a_list(books: Tenant, client: Client, tail: str, text: str) -> None:
    assert client.get(url(books, tail), {"q": text}).status_code in {200, 422}


@pytest.mark.parametrize(
    "tail",
    [
        "items/write-off", "items/set-off", "match/certain/post", "match/return", "approvals/undo",
        "approvals/clean/approve", "payments/choose", "bank/relevance",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", [BEYOND, "9" * 5_000, NOT_A_NUMBER, "a\0b", "-1"])
def test_no_chosen_id_breaks_an_act(books: Tenant, client: Client, tail: str, key: str) -> None:
    answer = client.post(url(books, tail), {"ids": key, "items": key, "transaction": key, "allocations": key, "t": key})

    assert answer.status_code < 500


def test_a_nul_character_in_a_form_is_refused_and_nothing_is_kept(books: Tenant, client: Client) -> None:
    answer = client.post(url(books, "contacts/new"), {"name": "a\0b", "is_debtor": "on", "once": "a\0b"})

    assert answer.status_code == 422
    with tenant(books.id):
        assert not Party.objects.exists()


@pytest.mark.parametrize("step", ["close", "reopen", "commit"])
def test_an_act_on_what_is_not_there_is_not_found(books: Tenant, client: Client, step: str) -> None:
    other = a_tenant()
    with tenant(other.id):
        of_others = Period.objects.order_by("id").values_list("id", flat=True)[0]

    for period_id in (of_others, BEYOND):
        answer = client.post(url(books, f"ledger/periods/{period_id}/{step}"), {"reason": "Prüfung"})

        assert answer.status_code == 404


def test_a_contact_of_other_books_is_not_found(books: Tenant, client: Client) -> None:
    other = a_tenant()
    with tenant(other.id):
        party_id = a_party(name="Kanarienvogel GmbH")

    answers = [
        client.get(url(books, f"contacts/{party_id}/")),
        client.post(url(books, f"contacts/{party_id}/"), {"name": "x"}),
    ]

    assert [each.status_code for each in answers] == [404, 404]
    with tenant(other.id):
        assert Party.objects.get(id=party_id).name == "Kanarienvogel GmbH"
