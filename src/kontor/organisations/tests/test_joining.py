"""Joining an organisation: code, request, decision, access."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from kontor.core.clock import now
from kontor.core.models import PlatformAudit
from kontor.core.tenancy import tenant
from kontor.organisations.attempts import WRONG_MAX_PERSON, TooManyCodes, begin_attempt
from kontor.organisations.door import acting
from kontor.organisations.models import (
    CODE_LETTERS,
    CodeAttempt,
    Membership,
    MembershipState,
    Organisation,
    Role,
    Tenant,
    User,
)
from kontor.organisations.notifications import OFF
from kontor.organisations.queries import rights_of, tenants_of
from kontor.organisations.tests.mails import last_mail_to, mails_to
from tests.builders import a_member, a_tenant, a_user

PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture(autouse=True)
def no_wrong_codes_yet(database: None) -> Iterator[None]:
    cache.clear()
    CodeAttempt.objects.all().delete()
    yield
    CodeAttempt.objects.all().delete()


def a_client(person: User, *, fresh: bool = False) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    if fresh:
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        client.force_login(person)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def an_organisation() -> tuple[Tenant, User]:
    """Open books with an administrator, who then administers the organisation."""
    books = a_tenant()
    return books, a_member(books, role="administrator", name="Ada Admin")


def code_of(books: Tenant) -> str:
    return Organisation.objects.get(id=books.organisation_id).invitation_code


def asked(person: User, books: Tenant) -> Membership:
    a_client(person).post("/join/", {"code": code_of(books)})
    return Membership.objects.get(user=person, organisation_id=books.organisation_id)


def url(name: str, membership: Membership) -> str:
    return reverse(name, kwargs={"organisation_id": membership.organisation_id, "membership_id": membership.id})


def test_a_code_has_six_letters_that_nobody_confuses() -> None:
    books, _ada = an_organisation()

    assert len(code_of(books)) == 6
    assert set(code_of(books)) <= set(CODE_LETTERS)
    assert not set("IJLO01") & set(CODE_LETTERS)


def test_the_first_administrator_of_books_administers_the_organisation() -> None:
    books, ada = an_organisation()
    second = a_member(books, role="administrator")

    assert Organisation.objects.get(id=books.organisation_id).main_admin == ada
    assert Membership.objects.get(user=ada).is_admin
    assert not Membership.objects.get(user=second).is_admin


def test_the_whole_way_from_code_to_books() -> None:
    books, ada = an_organisation()
    jonas = a_user(name="Jonas Lenz")
    visitor, admin = a_client(jonas), a_client(ada, fresh=True)
    assert visitor.get("/")["Location"] == "/join/"

    visitor.post("/join/", {"code": f" {code_of(books)[:3].lower()}-{code_of(books)[3:]} "})
    membership = Membership.objects.get(user=jonas)
    assert membership.state == MembershipState.REQUESTED
    assert visitor.get(f"/t/{books.code}/").status_code == 404
    assert "wartet auf Annahme" in visitor.get("/join/").content.decode()
    assert jonas.name in admin.get(f"/organisations/{books.organisation_id}/users/").content.decode()

    accepted = admin.post(url("organisation_accept", membership))
    assert accepted["Location"] == url("organisation_access", membership)
    assert visitor.get(f"/t/{books.code}/").status_code == 404
    assert tenants_of(jonas) == []

    admin.post(accepted["Location"], {f"books{books.id}": ["Einreichung"]})
    assert [one.code for one in tenants_of(jonas)] == [books.code]
    with tenant(books.id):
        assert rights_of(jonas) >= {"org.view"}
        assert "org.roles" not in rights_of(jonas)
    assert visitor.get("/")["Location"] == f"/t/{books.code}/"


def test_every_step_is_told_by_mail_in_the_language_of_the_person() -> None:
    books, ada = an_organisation()
    jonas, mary = a_user(name="Jonas Lenz"), a_user(name="Mary Jones")
    User.objects.filter(pk=mary.pk).update(language="en")
    admin = a_client(ada)

    first, second = asked(jonas, books), asked(mary, books)
    assert "wartet auf" in last_mail_to(jonas.email).text
    assert "waits for an administrator" in last_mail_to(mary.email).text
    assert [mail.subject.split()[0] for mail in mails_to(ada.email)] == ["Jonas", "Mary"]

    admin.post(url("organisation_accept", first))
    admin.post(url("organisation_decline", second))

    assert last_mail_to(jonas.email).subject == f"Willkommen bei {books.organisation.name}"
    assert "was declined" in last_mail_to(mary.email).subject


def test_an_administrator_who_wants_no_mails_gets_none() -> None:
    books, ada = an_organisation()
    a_client(ada).post("/preferences/notifications", {"organisations_request": OFF})

    asked(a_user(), books)

    assert mails_to(ada.email) == []


def test_a_wrong_code_is_refused_and_changes_nothing() -> None:
    person = a_user()

    page = a_client(person).post("/join/", {"code": "AAAAAA"})

    assert page.status_code == 422
    assert "gehört zu keiner Organisation" in page.content.decode()
    assert not Membership.objects.filter(user=person).exists()


def test_after_ten_wrong_codes_even_the_right_one_waits() -> None:
    books, _ada = an_organisation()
    person = a_user()
    client = a_client(person)
    for _ in range(WRONG_MAX_PERSON):
        assert client.post("/join/", {"code": "AAAAAA"}).status_code == 422

    refused = client.post("/join/", {"code": code_of(books)})

    assert refused.status_code == 429
    assert not Membership.objects.filter(user=person).exists()


def test_a_right_code_does_not_count_as_a_wrong_one() -> None:
    books, _ada = an_organisation()
    person = a_user()
    client = a_client(person)

    for _ in range(WRONG_MAX_PERSON + 2):
        assert client.post("/join/", {"code": code_of(books)}).status_code == 302

    assert CodeAttempt.objects.filter(user=person).count() == 0


def test_attempts_of_one_account_at_once_are_all_counted() -> None:
    person = a_user()

    def attempt(_: int) -> bool:
        try:
            with acting(by=person):
                begin_attempt(user=person, address="192.0.2.7", at=now())
        except TooManyCodes:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(attempt, range(WRONG_MAX_PERSON + 6)))

    assert passed.count(True) == WRONG_MAX_PERSON


def test_a_new_code_makes_the_old_one_void() -> None:
    books, ada = an_organisation()
    old = code_of(books)

    a_client(ada, fresh=True).post(f"/organisations/{books.organisation_id}/invitation/renew")

    assert code_of(books) != old
    assert a_client(a_user()).post("/join/", {"code": old}).status_code == 422
    assert a_client(a_user()).post("/join/", {"code": code_of(books)}).status_code == 302


def test_declined_and_ended_people_may_ask_again_and_members_need_not() -> None:
    books, ada = an_organisation()
    jonas = a_user()
    admin = a_client(ada, fresh=True)
    membership = asked(jonas, books)
    admin.post(url("organisation_decline", membership))
    assert asked(jonas, books).state == MembershipState.REQUESTED

    admin.post(url("organisation_accept", membership))
    assert a_client(jonas).post("/join/", {"code": code_of(books)}).status_code == 409
    admin.post(url("organisation_access", membership), {f"books{books.id}": ["Buchhaltung"]})
    admin.post(url("organisation_end", membership))

    assert asked(jonas, books).state == MembershipState.REQUESTED
    admin.post(url("organisation_accept", membership))
    assert tenants_of(jonas) == []
    with tenant(books.id):
        assert rights_of(jonas) == frozenset()


def test_a_request_is_decided_once() -> None:
    books, ada = an_organisation()
    membership = asked(a_user(), books)
    admin = a_client(ada)
    admin.post(url("organisation_accept", membership))

    assert admin.post(url("organisation_decline", membership)).status_code == 409
    membership.refresh_from_db()
    assert membership.state == MembershipState.ACTIVE


def test_one_account_belongs_to_several_organisations() -> None:
    jonas = a_user()
    for _ in range(2):
        books, ada = an_organisation()
        membership = asked(jonas, books)
        admin = a_client(ada, fresh=True)
        admin.post(url("organisation_accept", membership))
        admin.post(url("organisation_access", membership), {f"books{books.id}": ["Lesezugriff"]})

    assert len(tenants_of(jonas)) == 2
    page = a_client(jonas).get("/organisations/").content.decode()
    assert all(one.name in page for one in tenants_of(jonas))


def test_the_last_and_the_main_administrator_stay() -> None:
    books, ada = an_organisation()
    own = Membership.objects.get(user=ada)
    admin = a_client(ada, fresh=True)
    assert admin.post(url("organisation_admin", own), {"admin": "0"}).status_code == 409
    assert admin.post(url("organisation_end", own)).status_code == 409

    second = Membership.objects.get(user=a_member(books, role="administrator"))
    admin.post(url("organisation_admin", second), {"admin": "1"})
    assert admin.post(url("organisation_admin", own), {"admin": "0"}).status_code == 409
    changed = admin.post(
        f"/organisations/{books.organisation_id}/",
        {"name": "Werkhof", "official_email": "buero@werkhof.example", "main_admin": str(second.user_id)},
    )
    assert changed.status_code == 302
    assert admin.post(url("organisation_admin", own), {"admin": "0"}).status_code == 302

    own.refresh_from_db()
    organisation = Organisation.objects.get(id=books.organisation_id)
    assert (own.is_admin, organisation.name, organisation.main_admin_id) == (False, "Werkhof", second.user_id)
    assert admin.get(f"/organisations/{books.organisation_id}/").status_code == 404


def test_two_administrators_who_leave_at_once_do_not_both_succeed() -> None:
    books, ada = an_organisation()
    second = a_member(books, role="administrator")
    Membership.objects.filter(user=second).update(is_admin=True)
    Organisation.objects.filter(id=books.organisation_id).update(main_admin=None)

    def leave(person: User) -> int:
        try:
            membership = Membership.objects.get(user=person)
            return a_client(person, fresh=True).post(url("organisation_admin", membership), {"admin": "0"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(leave, [ada, second]))

    assert statuses == [302, 409]
    assert Membership.objects.filter(organisation_id=books.organisation_id, is_admin=True).count() == 1


def test_access_is_granted_per_books_and_a_missing_preset_is_made() -> None:
    books, ada = an_organisation()
    with tenant(reserve()) as opened:
        from kontor.organisations.founding import add_tenant  # noqa: PLC0415

        other = add_tenant(
            books.organisation, name="Zweiter Mandant", country="DE", chart="SKR03", first_year=2025, by=ada
        )
        assert opened.tenant_id == other.id
    with tenant(books.id):
        Role.objects.filter(preset="submitter").delete()
    jonas = a_user()
    membership = asked(jonas, books)
    admin = a_client(ada, fresh=True)
    admin.post(url("organisation_accept", membership))
    page = admin.get(url("organisation_access", membership)).content.decode()
    assert "Zweiter Mandant" in page
    assert "Protokoll einsehen" in page

    admin.post(url("organisation_access", membership), {f"books{books.id}": ["Einreichung", "Freigabe"]})

    assert [one.id for one in tenants_of(jonas)] == [books.id]
    with tenant(books.id):
        assert Role.objects.get(preset="submitter").name == "Einreichung"
    admin.post(url("organisation_access", membership), {f"books{other.id}": ["Lesezugriff"]})
    assert [one.id for one in tenants_of(jonas)] == [other.id]


def reserve() -> int:
    from kontor.organisations.actions import reserve_tenant_id  # noqa: PLC0415

    return reserve_tenant_id()


def test_who_did_what_with_memberships_stands_in_the_platforms_record() -> None:
    books, ada = an_organisation()
    membership = asked(a_user(), books)

    a_client(ada).post(url("organisation_accept", membership))

    last = PlatformAudit.objects.filter(object_type="organisations.membership", object_id=membership.id).order_by(
        "-id"
    )[0]
    assert last.actor_id == ada.pk
    assert (last.details["was"]["state"], last.details["is"]["state"]) == ("requested", "active")


def test_the_invitation_is_an_image_that_holds_no_foreign_code() -> None:
    books, ada = an_organisation()
    client = a_client(ada)

    image = client.get(f"/organisations/{books.organisation_id}/invitation.svg")
    page = client.get(f"/organisations/{books.organisation_id}/invitation").content.decode()

    assert image["Content-Type"] == "image/svg+xml"
    assert image.content.startswith(b"<svg ")
    assert code_of(books) in page
    assert "mailto:?subject=Einladung" in page


def test_the_link_of_an_invitation_survives_the_sign_in() -> None:
    books, _ada = an_organisation()
    client = Client(HTTP_HOST="127.0.0.1")
    person = a_user(password=PASSWORD)
    client.get(f"/join/?code={code_of(books)}")

    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    assert f'value="{code_of(books)}"' in client.get("/join/").content.decode()


@pytest.mark.parametrize("who", ["stranger", "requested", "declined", "ended", "member", "other administrator"])
def test_only_its_administrators_see_that_an_organisation_exists(who: str) -> None:
    books, _ada = an_organisation()
    person = _person(who, books)
    target = Membership.objects.get(user=_ada)
    names = [
        "organisation_settings", "organisation_invitation", "organisation_invitation_image", "organisation_renew_invitation",
        "organisation_new_tenant", "organisation_plan", "organisation_users",
    ]  # fmt: skip
    of_member = [
        "organisation_accept",
        "organisation_decline",
        "organisation_end",
        "organisation_admin",
        "organisation_access",
    ]
    client = a_client(person)

    for address in [reverse(name, args=[books.organisation_id]) for name in names] + [
        url(name, target) for name in of_member
    ]:
        for verb in ("get", "post", "put", "patch", "delete"):
            assert getattr(client, verb)(address).status_code in {404, 405}, (address, verb)


def _person(who: str, books: Tenant) -> User:
    if who == "stranger":
        return a_user()
    if who == "other administrator":
        return an_organisation()[1]
    person = a_member(books, role="bookkeeper")
    if who != "member":
        Membership.objects.filter(user=person).update(state=who, is_admin=True)
    return person


def test_members_of_another_organisation_cannot_be_decided_here() -> None:
    _books, ada = an_organisation()
    other, _boss = an_organisation()
    membership = asked(a_user(), other)
    own = Membership.objects.get(user=ada).organisation_id

    address = reverse("organisation_accept", kwargs={"organisation_id": own, "membership_id": membership.id})

    assert a_client(ada).post(address).status_code == 404
    membership.refresh_from_db()
    assert membership.state == MembershipState.REQUESTED
