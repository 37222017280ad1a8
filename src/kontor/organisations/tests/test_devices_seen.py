"""Who is signed in, and when their device is written down."""

from __future__ import annotations

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.organisations.models import Tenant, TenantAccess, User
from tests.builders import a_member, a_tenant

NOW = "2026-11-22T09:00:00Z"


@pytest.fixture
def books(database: None) -> Tenant:
    return a_tenant()


def page(client: Client, books: Tenant, **headers: str) -> int:
    return client.get(f"/t/{books.code}/projects/", headers=headers).status_code


def writes(client: Client, books: Tenant, **headers: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert page(client, books, **headers) == 200
    return sum("usersessions" in each["sql"] and each["sql"].startswith(("INSERT", "UPDATE")) for each in seen)


def test_a_device_is_written_down_at_once_and_then_every_few_minutes(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books))

    with time_machine.travel(NOW, tick=False) as clock:
        counted = [writes(client, books), writes(client, books)]
        clock.shift(299)
        counted.append(writes(client, books))
        clock.shift(2)
        counted += [writes(client, books), writes(client, books)]

    assert counted == [1, 0, 0, 1, 0]


def test_another_browser_under_the_same_session_is_written_down_at_once(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books))
    page(client, books, user_agent="Firefox")

    assert writes(client, books, user_agent="Firefox") == 0
    assert writes(client, books, user_agent="Chromium") == 1
    assert UserSession.objects.get(session_key=client.session.session_key).user_agent == "Chromium"


def test_whoever_is_turned_out_has_nothing_with_the_next_page(books: Tenant, client: Client) -> None:
    person = a_member(books)
    client.force_login(person)
    assert page(client, books) == 200

    TenantAccess.objects.filter(user=person).delete()

    assert page(client, books) == 404


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!another"}])
def test_a_closed_account_or_another_password_ends_the_session(
    books: Tenant, client: Client, change: dict[str, object]
) -> None:
    person = a_member(books)
    client.force_login(person)
    assert page(client, books) == 200

    User.objects.filter(id=person.id).update(**change)

    assert page(client, books) == 302


def test_a_session_that_was_ended_is_nobody_s(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books))
    assert page(client, books) == 200

    Session.objects.filter(session_key=client.session.session_key).delete()

    assert page(client, books) == 302


def test_a_device_list_that_names_somebody_else_makes_nobody_somebody_else(books: Tenant, client: Client) -> None:
    """The session says who it is; the row of the device only spares a statement."""
    person, other = a_member(books, name="Ada"), a_member(books, name="Eve")
    client.force_login(person)
    page(client, books)
    UserSession.objects.filter(user=person).update(user=other)

    shown = client.get(f"/t/{books.code}/projects/").content.decode()

    assert "Ada" in shown
    assert "Eve" not in shown
