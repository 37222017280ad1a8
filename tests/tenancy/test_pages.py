"""Every address of the program, as every role and as a stranger: nothing of other books or other people answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from kontor.organisations.models import Membership, User
from tests.builders import a_member, a_tenant, a_user

from .furnished import CANARY, CATEGORY, NOTE, Furnished, a_furnished_office

ROLES = ("administrator", "bookkeeper", "treasurer", "reader", "submitter", "reviewer")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes_with(part: str) -> Iterator[str]:
    """Yield every route of the program in which `part` stands."""
    yield from (route for route in _walk(get_resolver().url_patterns, "") if part in route)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


ROUTES = sorted(set(routes_with("<slug:tenant>")))
ORGANISATION_ROUTES = sorted(set(routes_with("<int:organisation_id>")))
OWN_RECEIPT = re.compile(r"receipts/(drafts|mine|files)/<int:")


@pytest.fixture(scope="module")
def victim(test_database: None, django_db_blocker: DjangoDbBlocker) -> Furnished:
    """Furnish books once: each test looks and is turned away, so it leaves them as they are."""
    with django_db_blocker.unblock():
        return a_furnished_office()


@pytest.fixture(autouse=True)
def undisturbed(database: None) -> None:
    cache.clear()


def address(route: str, of: Furnished) -> str:
    """Fill in the route with what stands in these books; a place without a fixture is an error."""

    def fill(match: re.Match[str]) -> str:
        name = match[2]
        return of.office.tenant.code if name == "tenant" else str(of.value_of(route, name))

    return "/" + _PLACE.sub(fill, route)


def signed_in(person: User | None) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    if person is not None:
        client.force_login(person)
    return client


def shut(client: Client, routes: list[str], victim: Furnished, *, allowed: set[int], methods: tuple[str, ...]) -> None:
    """Fail where an address answers otherwise than allowed or shows anything of the books."""
    for route in routes:
        for method in methods:
            response = getattr(client, method)(address(route, victim))
            assert response.status_code in allowed, (method, route, response.status_code)
            assert CANARY.encode() not in b"".join(response), (method, route)


def test_every_place_in_an_address_has_its_fixture(victim: Furnished) -> None:
    assert len(ROUTES) > 150
    for route in [*ROUTES, *ORGANISATION_ROUTES]:
        assert "<" not in address(route, victim)


def test_every_address_with_its_object_opens_for_whoever_may_see_it(victim: Furnished) -> None:
    """Proves that the attacks below are made on things that are there."""
    ada, mira = signed_in(victim.administrator), signed_in(victim.office.volunteer)
    asked = {"t/<slug:tenant>/match/items": f"?t={victim.value_of('', 'transaction_id')}"}  # these answer a question

    missed = {
        route: status
        for route in ROUTES
        if (
            status := (mira if OWN_RECEIPT.search(route) else ada)
            .get(address(route, victim) + asked.get(route, ""))
            .status_code
        )
        not in {200, 302, 405}
    }

    assert missed == {}


@pytest.mark.parametrize("role", ["administrator", "reader", "submitter"])
def test_no_address_of_other_books_answers_whatever_the_role_at_home(victim: Furnished, role: str) -> None:
    client = signed_in(a_member(a_tenant(), role=role))

    shut(client, ROUTES, victim, allowed={404, 405}, methods=("get", "post"))


def test_other_books_look_like_books_that_do_not_exist(victim: Furnished) -> None:
    client = signed_in(a_member(a_tenant()))
    code = victim.office.tenant.code

    foreign, unknown = client.get(f"/t/{code}/"), client.get("/t/no-such-books/")

    assert foreign.status_code == unknown.status_code == 404
    assert _without_tokens(foreign.content, code) == _without_tokens(unknown.content, "no-such-books")


def _without_tokens(page: bytes, code: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", page.decode()).replace(code, "")


def test_a_stranger_is_led_to_the_sign_in_everywhere(victim: Furnished) -> None:
    shut(signed_in(None), [*ROUTES, *ORGANISATION_ROUTES], victim, allowed={302, 405}, methods=("get", "post"))


@pytest.mark.parametrize("state", ["requested", "declined", "ended"])
def test_whoever_is_not_an_active_member_has_no_right_at_all(victim: Furnished, state: str) -> None:
    person = a_member(victim.office.tenant, role="administrator")
    Membership.objects.filter(user=person).update(state=state)

    shut(signed_in(person), ROUTES, victim, allowed={404, 405}, methods=METHODS)
    shut(signed_in(person), ORGANISATION_ROUTES, victim, allowed={404, 405}, methods=METHODS)


def test_an_accepted_member_without_access_sees_no_tenant_data(victim: Furnished) -> None:
    person = a_user()
    Membership.objects.create(user=person, organisation=victim.office.tenant.organisation, is_admin=True)

    shut(signed_in(person), ROUTES, victim, allowed={404, 405}, methods=("get", "post", "delete"))


@pytest.mark.parametrize("role", ["bookkeeper", "submitter", "reviewer"])
def test_whoever_does_not_administer_an_organisation_does_not_find_it(victim: Furnished, role: str) -> None:
    client = signed_in(a_member(victim.office.tenant, role=role))

    shut(client, ORGANISATION_ROUTES, victim, allowed={404, 405}, methods=("get", "post"))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_ones_own_books_breaks(victim: Furnished, role: str) -> None:
    client = signed_in(a_member(victim.office.tenant, role=role))

    for route in ROUTES:
        status = client.get(address(route, victim)).status_code
        assert status < 500, (route, status)


def test_a_reader_changes_nothing(victim: Furnished) -> None:
    client = signed_in(a_member(victim.office.tenant, role="reader"))

    statuses = {route: client.post(address(route, victim)).status_code for route in ROUTES}

    shown_all_the_same = ("palette", "contacts/<int:party_id>/")  # these answer as to a look
    assert {
        route: status
        for route, status in statuses.items()
        if status in {200, 302} and not route.endswith(shown_all_the_same)
    } == {}


def test_a_submitter_finds_nothing_of_what_another_one_handed_in(victim: Furnished) -> None:
    client = signed_in(a_member(victim.office.tenant, role="submitter", name="Jonas Lenz"))
    own = [route for route in ROUTES if OWN_RECEIPT.search(route)]
    assert len(own) > 8

    shut(client, own, victim, allowed={404, 405}, methods=("get", "post"))
    shut(
        client, [each for each in ROUTES if "<int:job_id>" in each], victim, allowed={404, 405}, methods=("get", "post")
    )
    for route in ROUTES:
        for method in (client.get, client.post):
            assert CANARY.encode() not in b"".join(method(address(route, victim))), route


@pytest.mark.parametrize("role", ["submitter", "reviewer"])
def test_whoever_hands_in_or_reviews_enters_no_room_of_the_office(victim: Furnished, role: str) -> None:
    client = signed_in(a_member(victim.office.tenant, role=role))
    office = [
        route for route in ROUTES
        if re.search(r"/(receipts/(desk|archive|letters|mailboxes|setup)|payments|documents|projects|ledger|bank|items|contacts|match|people|record)/",
                     route)
    ]  # fmt: skip
    assert len(office) > 100

    shut(client, office, victim, allowed={403, 404, 405}, methods=("get", "post"))


def test_a_reviewer_sees_only_documents_about_which_they_are_asked(victim: Furnished) -> None:
    stranger = signed_in(a_member(victim.office.tenant, role="reviewer", name="Dana Okafor"))
    of_request = [route for route in ROUTES if "<int:request_id>" in route]

    shut(stranger, of_request, victim, allowed={404, 405}, methods=("get", "post"))
    for route in ROUTES:
        assert CANARY.encode() not in b"".join(stranger.get(address(route, victim))), route
    asked = signed_in(victim.reviewer)
    picture = next(route for route in of_request if "picture_id" in route)
    assert asked.get(address(picture, victim)).status_code == 200


def test_no_page_shows_notes_or_categories_to_the_submitter_or_the_reviewer(victim: Furnished) -> None:
    for person in (victim.office.volunteer, victim.reviewer):
        client = signed_in(person)
        for route in ROUTES:
            path = address(route, victim)
            queries = ["", "?export=csv", "?tab=done", f"?r={victim.request_id}"]
            for query in queries if client.get(path).status_code == 200 else [""]:
                content = b"".join(client.get(path + query, follow=True)).decode(errors="replace")
                assert NOTE not in content, (person.name, route, query)
                assert CATEGORY not in content, (person.name, route, query)
    clerk = signed_in(victim.office.clerk)
    shown = clerk.get(f"/t/{victim.office.tenant.code}/receipts/desk/?tab=all&status=in_review&r={victim.document_id}")
    assert NOTE in shown.content.decode()


def test_somebody_without_access_to_these_books_stays_outside(victim: Furnished) -> None:
    assert signed_in(a_user()).get(f"/t/{victim.office.tenant.code}/").status_code == 404
    assert not transaction.get_connection().in_atomic_block
