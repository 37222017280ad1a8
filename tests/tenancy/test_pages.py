"""Every address below a tenant, as every role and as a stranger: nothing of another tenant answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kontor.core.tenancy import tenant
from kontor.organisations.models import Membership, Tenant
from tests.builders import a_member, a_party, a_tenant, a_user

ROLES = ("administrator", "bookkeeper", "treasurer", "reader")
CANARY = "Kanarienvogel GmbH"
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


def tenant_routes() -> Iterator[str]:
    """Yield every route below /t/<tenant>/."""
    yield from (route for route in _walk(get_resolver().url_patterns, "") if "<slug:tenant>" in route)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def address(route: str, code: str) -> str:
    """Fill the route with the tenant's code and the first number or word for the rest."""

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if name == "tenant":
            return code
        return {"int": "1", "uuid": "00000000-0000-0000-0000-000000000001"}.get(kind or "str", "x")

    return "/" + _PLACE.sub(fill, route)


ROUTES = sorted(set(tenant_routes()))


@pytest.fixture
def victim(database: None) -> Tenant:
    books = a_tenant()
    with tenant(books.id):
        a_party(name=CANARY)
    return books


def test_there_are_addresses_to_attack() -> None:
    assert len(ROUTES) > 20


@pytest.mark.parametrize("role", ROLES)
def test_no_address_of_other_books_answers_whatever_the_role_at_home(victim: Tenant, role: str) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(a_tenant(), role=role))

    for route in ROUTES:
        for method in (client.get, client.post):
            response = method(address(route, victim.code))
            assert response.status_code in {404, 405}, (route, response.status_code)
            assert CANARY.encode() not in response.content


def test_other_books_look_like_books_that_do_not_exist(victim: Tenant) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(a_tenant()))

    foreign, unknown = client.get(f"/t/{victim.code}/"), client.get("/t/no-such-books/")

    assert foreign.status_code == unknown.status_code == 404
    assert _without_tokens(foreign.content, victim.code) == _without_tokens(unknown.content, "no-such-books")


def _without_tokens(page: bytes, code: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", page.decode()).replace(code, "")


def test_a_stranger_is_led_to_the_sign_in_everywhere(victim: Tenant) -> None:
    client = Client(HTTP_HOST="127.0.0.1")

    for route in ROUTES:
        response = client.get(address(route, victim.code))
        assert response.status_code in {302, 405}, (route, response.status_code)


@pytest.mark.parametrize("state", ["requested", "declined", "ended"])
def test_whoever_is_not_an_active_member_has_no_right_at_all(victim: Tenant, state: str) -> None:
    person = a_member(victim, role="administrator")
    Membership.objects.filter(user=person).update(state=state)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)

    for route in ROUTES:
        for method in (client.get, client.head, client.post, client.put, client.patch, client.delete, client.options):
            response = method(address(route, victim.code))
            assert response.status_code in {404, 405}, (route, response.status_code)
            assert CANARY.encode() not in response.content


def test_an_accepted_member_without_access_sees_no_tenant_data(victim: Tenant) -> None:
    person = a_user()
    Membership.objects.create(user=person, organisation=victim.organisation, is_admin=True)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)

    for route in ROUTES:
        for method in (client.get, client.post, client.delete):
            assert method(address(route, victim.code)).status_code in {404, 405}, route


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_ones_own_books_breaks(victim: Tenant, role: str) -> None:
    client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=True)
    client.force_login(a_member(victim, role=role))

    for route in ROUTES:
        status = client.get(address(route, victim.code)).status_code
        assert status < 500, (route, status)


def test_a_reader_changes_nothing(victim: Tenant) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(victim, role="reader"))

    statuses = {route: client.post(address(route, victim.code)).status_code for route in ROUTES}

    assert {
        route: status for route, status in statuses.items() if status in {200, 302} and "palette" not in route
    } == {}


def test_somebody_without_access_to_these_books_stays_outside(victim: Tenant) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_user())

    assert client.get(f"/t/{victim.code}/").status_code == 404
