"""Deleting an account: what holds it, what is forgotten, what stays."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from kontor.core.models import PlatformAudit
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import tenant
from kontor.organisations import farewells
from kontor.organisations.farewells import register_farewell_check
from kontor.organisations.models import Membership, MembershipState, User
from kontor.organisations.queries import rights_of
from kontor.organisations.tests.test_joining import PASSWORD, a_client
from tests.builders import a_member, a_tenant


class ReceiptsAreOpen(Refusal):
    """Something of the person is not finished."""

    sentence = gettext_noop("Books of this test hold an open receipt.")


_holders: set[int] = set()


def _check(user_id: int) -> Refusal | None:
    return ReceiptsAreOpen() if user_id in _holders else None


@pytest.fixture(autouse=True)
def one_check(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(farewells, "_checks", [])
    register_farewell_check(_check)
    yield
    _holders.clear()


def test_an_account_goes_and_what_it_did_stays() -> None:
    books = a_tenant()
    a_member(books, role="administrator")
    jonas = a_member(books, name="Jonas Lenz")
    email = jonas.email
    client, phone = a_client(jonas, fresh=True), Client(HTTP_HOST="127.0.0.1")
    phone.force_login(User.objects.get(pk=jonas.pk))
    phone.get("/preferences/")

    page = client.post("/preferences/delete", {"sure": "on"})

    assert "Konto gelöscht" in page.content.decode()
    jonas.refresh_from_db()
    assert (jonas.name, jonas.is_active, jonas.email) == (
        "Gelöschtes Konto",
        False,
        f"deleted-{jonas.pk}@deleted.invalid",
    )
    assert Membership.objects.get(user=jonas).state == MembershipState.ENDED
    with tenant(books.id):
        assert rights_of(jonas) == frozenset()
    assert phone.get("/preferences/").status_code == 302
    assert not Session.objects.filter(session_key=phone.session.session_key).exists()
    again = Client(HTTP_HOST="127.0.0.1").post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert again.status_code != 302
    record = PlatformAudit.objects.filter(object_type="organisations.user", object_id=jonas.pk).order_by("-id")
    assert email not in str(list(record.values_list("details", flat=True)))
    assert "email" in record[0].details["changed"]


def test_open_receipts_hold_the_account() -> None:
    books = a_tenant()
    a_member(books, role="administrator")
    jonas = a_member(books)
    _holders.add(jonas.pk)
    client = a_client(jonas, fresh=True)

    assert "hold an open receipt" in client.get("/preferences/delete").content.decode()
    assert client.post("/preferences/delete", {"sure": "on"}).status_code == 409

    jonas.refresh_from_db()
    assert jonas.is_active


def test_the_only_administrator_must_hand_over_first() -> None:
    books = a_tenant()
    ada = a_member(books, role="administrator")
    client = a_client(ada, fresh=True)

    page = client.post("/preferences/delete", {"sure": "on"})

    assert page.status_code == 409
    assert books.organisation.name in page.content.decode()
    ada.refresh_from_db()
    assert ada.is_active


def test_deleting_asks_for_the_password_and_for_the_tick() -> None:
    books = a_tenant()
    a_member(books, role="administrator")
    jonas = a_member(books)

    jonas.set_password(PASSWORD)
    jonas.save(update_fields=["password"])
    assert "/reauthenticate/" in a_client(jonas).post("/preferences/delete", {"sure": "on"})["Location"]
    assert a_client(jonas, fresh=True).post("/preferences/delete", {}).status_code == 422
    jonas.refresh_from_db()
    assert jonas.is_active
