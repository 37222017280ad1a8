"""Who comes in and who does not: accounts, invitations and access, through the pages where people meet them.

The first two acceptance checks: an unconfirmed account cannot sign in, one without an organisation sees the join page
only, a member without access sees nothing of the books; codes that do not hold are refused, and guessing is limited.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from kontor.core.clock import today
from kontor.organisations.attempts import WINDOW, WRONG_MAX_ADDRESS, WRONG_MAX_PERSON
from kontor.organisations.door import acting
from kontor.organisations.founding import create_activation_code
from kontor.organisations.models import CodeAttempt, Membership, Organisation, Tenant, User
from kontor.organisations.queries import user_by_email
from kontor.organisations.tests.mails import last_mail_to, link_in
from tests.builders import a_member, a_tenant, a_user
from tests.flows.test_receipts_story import PASSWORD, Person, registered, text_of
from tests.tenancy.furnished import CANARY, Furnished, a_furnished_office
from tests.tenancy.test_pages import METHODS, ORGANISATION_ROUTES, ROUTES, address, routes_with, shut

EVERYWHERE = sorted(set(routes_with("")))
OUTSIDE = [route for route in EVERYWHERE if route not in {*ROUTES, *ORGANISATION_ROUTES}]
ANYBODY = {
    "healthz", "readyz", "manifest.webmanifest", "sw.js", "offline/", "terms/", "plans/", "accounts/signup/",
    "accounts/inactive/", "accounts/confirm-email/", "accounts/confirmed/", "accounts/password/reset/",
    "accounts/password/reset/done/", "accounts/password/reset/key/done/", "accounts/login/", "accounts/2fa/webauthn/login/",
    "keys/", r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}  # fmt: skip
"""Addresses that answer without an account; none of them knows any books."""
OWN_ACCOUNT = {
    "join/", "preferences/", "preferences/notifications", "preferences/delete", "organisations/", "organisations/add",
    "organisations/new", "accounts/logout/", "accounts/email/", "accounts/password/change/", "accounts/reauthenticate/",
    "accounts/sessions/", "accounts/2fa/", "accounts/2fa/totp/activate/", "accounts/2fa/webauthn/",
    "accounts/2fa/webauthn/add/",
}  # fmt: skip
"""What an account without an organisation has: the join page, its own settings, the founding of an organisation."""
CODES = {"pk": "1", "token": "x1"}
WRONG = "Dieser Einladungscode gehört zu keiner Organisation."


@pytest.fixture(scope="module")
def victim(test_database: None, django_db_blocker: DjangoDbBlocker) -> Furnished:
    with django_db_blocker.unblock():
        return a_furnished_office()


@pytest.fixture(autouse=True)
def nobody_has_guessed(database: None) -> Iterator[None]:
    cache.clear()
    CodeAttempt.objects.all().delete()
    yield
    CodeAttempt.objects.all().delete()


def place(route: str, of: Furnished) -> str:
    """Fill in any route of the program, those of the sign-in included."""
    plain = re.sub(r"\(\?P<\w+>[^()]*\)", "x1", route).replace("^", "").replace("$", "")
    for name, value in (CODES | {"tenant_id": str(of.office.tenant.id)}).items():
        plain = re.sub(rf"<\w+:{name}>", value, plain) if not plain.startswith("t/") else plain
    return address(plain, of)


def answers(client: Client, routes: list[str], of: Furnished) -> set[str]:
    """Return the routes that show a page; fail where one shows or leads to anything of the books."""
    shown = set[str]()
    for route in routes:
        response = client.get(place(route, of))
        content = b"".join(response).decode(errors="replace") + response.headers.get("Location", "")
        assert response.status_code < 500, route
        for word in (CANARY, of.office.tenant.code, of.office.tenant.name, "Lena Vogt"):
            assert word not in content.replace(f"next=/t/{of.office.tenant.code}", ""), (route, word)
        if response.status_code == 200:
            shown.add(route)
    return shown


def typed(email: str) -> dict[str, object]:
    names: dict[str, object] = {"first_name": "Mira", "last_name": "Okonkwo", "email": email}
    return names | {"password1": PASSWORD, "password2": PASSWORD, "terms": "on"}


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_an_account_whose_address_is_not_confirmed_cannot_sign_in_anywhere(victim: Furnished) -> None:
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    visitor = Person()
    visitor.sends("/accounts/signup/", typed(email))
    assert not is_signed_in(visitor.client)
    link = link_in(last_mail_to(email))

    refused = visitor.client.post("/accounts/login/", {"login": email, "password": PASSWORD}, follow=True)
    assert "Eine E-Mail ist unterwegs" in refused.content.decode()
    visitor.sends("/accounts/password/reset/", {"email": email})
    again = visitor.client.get(link_in(last_mail_to(email)), follow=True)
    if again.redirect_chain:  # a forgotten password does not stand in for the confirmation
        visitor.client.post(again.redirect_chain[-1][0], {"password1": f"{PASSWORD}-2", "password2": f"{PASSWORD}-2"})
    for word in (PASSWORD, f"{PASSWORD}-2"):
        visitor.client.post("/accounts/login/", {"login": email, "password": word})
        assert not is_signed_in(visitor.client)
    assert answers(visitor.client, EVERYWHERE, victim) <= ANYBODY

    visitor.client.get(link)
    visitor.sends(link, {})
    assert not is_signed_in(visitor.client)
    passwords = [word for word in (PASSWORD, f"{PASSWORD}-2") if _right(email, word)]
    assert visitor.sends("/accounts/login/", {"login": email, "password": passwords[0]}) == "/"
    assert is_signed_in(visitor.client)


def _right(email: str, word: str) -> bool:
    found = user_by_email(email)
    return found is not None and found.check_password(word)


def test_whoever_belongs_nowhere_sees_the_join_page_and_nothing_of_any_books(victim: Furnished) -> None:
    mira, _user = registered()

    first = mira.client.get("/", follow=True)
    assert first.redirect_chain == [("/join/", 302)]
    assert "Organisation beitreten" in first.content.decode()
    assert 'href="/t/' not in first.content.decode()

    shown = answers(mira.client, EVERYWHERE, victim)
    assert not shown & {*ROUTES, *ORGANISATION_ROUTES}
    assert shown <= ANYBODY | OWN_ACCOUNT
    assert "join/" in shown
    assert mira.client.get("/share/", follow=True).redirect_chain[-1][0] == "/join/"
    shut(mira.client, [*ROUTES, *ORGANISATION_ROUTES], victim, allowed={404, 405}, methods=("post",))


def test_a_member_who_was_accepted_but_given_no_access_sees_no_data_on_any_verb(victim: Furnished) -> None:
    mira, user = registered()
    organisation = Organisation.objects.get(id=victim.office.tenant.organisation_id)
    mira.sends("/join/", {"code": organisation.invitation_code})
    ada = Person(a_member(victim.office.tenant, role="administrator", name="Olga Admin"))
    Membership.objects.filter(user__name="Olga Admin").update(is_admin=True)
    membership = Membership.objects.get(user=user)
    ada.sends(f"/organisations/{organisation.id}/users/{membership.id}/accept", {})
    assert Membership.objects.get(user=user).state == "active"

    shut(mira.client, ROUTES, victim, allowed={404, 405}, methods=METHODS)
    shut(mira.client, ORGANISATION_ROUTES, victim, allowed={404, 405}, methods=("get", "post"))
    assert mira.client.get("/", follow=True).redirect_chain == [("/join/", 302)]
    for route in OUTSIDE:
        content = b"".join(mira.client.get(place(route, victim))).decode(errors="replace")
        for word in (CANARY, f"/t/{victim.office.tenant.code}"):
            assert word not in content, route


@dataclass(frozen=True, slots=True)
class Invited:
    """Books with somebody who administers them, and somebody who wants to come in."""

    books: Tenant
    admin: Person
    mira: Person
    user: User

    @property
    def code(self) -> str:
        return Organisation.objects.get(id=self.books.organisation_id).invitation_code

    def asks(self, code: str) -> tuple[int, str]:
        """Type a code; returns status and words of the answer."""
        answer = self.mira.client.post("/join/", {"code": code})
        return answer.status_code, text_of(answer.content.decode()) if answer.content else ""

    @property
    def has_asked(self) -> bool:
        return Membership.objects.filter(user=self.user).exists()


@pytest.fixture
def invited(database: None) -> Invited:
    books = a_tenant()
    ada, user = a_member(books, role="administrator", name="Ada Admin"), a_user(name="Jonas Lenz")
    return Invited(books, Person(ada), Person(user), user)


@pytest.mark.parametrize("code", ["AAAAAA", "", "AB", "ABCDEFGHJKLM", "ABC 23", "ÄÖÜ234", "' OR 1", "000000", "%%%%%%"])
def test_a_wrong_code_is_refused_with_a_sentence_and_asks_nobody(invited: Invited, code: str) -> None:
    status, words = invited.asks(code)

    assert status == 422
    assert WRONG in words or not code
    assert not invited.has_asked
    assert "Jonas Lenz" not in invited.admin.sees(f"/organisations/{invited.books.organisation_id}/users/")


def test_a_renewed_code_makes_the_old_one_wrong_on_the_page_and_in_the_link(invited: Invited) -> None:
    old = invited.code
    own = f"/organisations/{invited.books.organisation_id}/invitation"
    invited.admin.client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    invited.admin.sends(f"{own}/renew", {})

    page = invited.admin.sees(own)
    assert invited.code != old
    assert invited.code in page
    assert old not in page
    assert old in invited.mira.sees(f"/join/?code={old}")
    for typed_code in (old, old.lower(), f"{old[:3]}-{old[3:]}"):
        status, words = invited.asks(typed_code)
        assert status == 422
        assert WRONG in words
    assert not invited.has_asked
    assert invited.asks(invited.code)[0] == 302
    assert invited.has_asked


def test_a_code_to_found_an_organisation_holds_until_its_day_and_once(invited: Invited, settings: Settings) -> None:
    settings.NEW_ORGANISATIONS = "code"
    with acting(by=None):
        over = create_activation_code(note="", plan=None, days=1, on=today() - timedelta(days=2), by=None)
        good = create_activation_code(note="", plan=None, days=1, on=today(), by=None)
    name = f"Werkhof {uuid.uuid4().hex[:8]}"
    asked: dict[str, object] = {
        "name": name, "official_email": "buero@example.org", "kind": "association", "country": "DE", "chart": "",
        "first_year": "2026",
    }  # fmt: skip

    _refuses(invited.mira, asked | {"activation": over})
    assert not Organisation.objects.filter(name=name).exists()
    place = invited.mira.sends("/organisations/new", asked | {"activation": good})
    invited.mira.sends(place, {"plan": "free"})
    assert Organisation.objects.filter(name=name, main_admin=invited.user).count() == 1
    _refuses(Person(a_user(name="Dana Okafor")), asked | {"activation": good})


def _refuses(person: Person, asked: dict[str, object]) -> None:
    answer = person.client.post("/organisations/new", asked)
    assert answer.status_code == 422
    assert "Dieser Freischaltcode ist unbekannt, verbraucht oder abgelaufen." in text_of(answer.content.decode())


def test_guessing_codes_ends_after_ten_with_a_sentence_and_goes_on_after_an_hour(invited: Invited) -> None:
    for _ in range(WRONG_MAX_PERSON):
        assert invited.asks("AAAAAA")[0] == 422

    for code in ("BBBBBB", invited.code):
        status, words = invited.asks(code)
        assert status == 429
        assert "zu viele falsche Codes" in words
        assert "der nächste Versuch erst in einer Stunde" in words
    assert not invited.has_asked
    neighbour = Person(other := a_user(name="Dana Okafor"))
    neighbour.sends("/join/", {"code": invited.code})
    assert Membership.objects.filter(user=other).exists()

    for attempt in CodeAttempt.objects.all():
        CodeAttempt.objects.filter(id=attempt.id).update(at=attempt.at - WINDOW)
    assert invited.asks(invited.code)[0] == 302
    assert invited.has_asked


def test_guessing_with_many_accounts_from_one_place_ends_as_well(invited: Invited) -> None:
    crowd = [Person(a_user()) for _ in range(WRONG_MAX_ADDRESS // WRONG_MAX_PERSON)]
    for guesser in crowd:
        for _ in range(WRONG_MAX_PERSON):
            assert guesser.client.post("/join/", {"code": "AAAAAA"}).status_code == 422

    status, words = invited.asks(invited.code)

    assert status == 429
    assert "zu viele falsche Codes" in words
    assert not invited.has_asked
