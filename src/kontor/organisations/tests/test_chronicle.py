"""What happened to an organisation: by whose act, told to its administrators only, written by the database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from kontor.core.models import OutgoingMail, PlatformAudit
from kontor.core.tenancy import tenant
from kontor.organisations.actions import give_role, take_role
from kontor.organisations.chronicle import chronicle
from kontor.organisations.models import Membership, MembershipState, User
from kontor.organisations.rules.plans import PRESETS
from kontor.organisations.subscribing import load_plans
from tests.builders import NOW, a_member, a_tenant, a_user

pytestmark = pytest.mark.usefixtures("database")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(organisation: object) -> list[tuple[str, str, str]]:
    with override("en"):
        happenings, _older = chronicle(organisation)  # type: ignore[arg-type]  # an organisation
    return [(one.who, one.what, one.about) for one in happenings]


def test_every_act_on_members_code_and_plan_stands_with_its_verb() -> None:
    books = a_tenant()
    own = books.organisation
    boss = a_member(books, role="administrator")
    nina = a_user(name="Nina Neu")
    asked = Membership.objects.create(user=nina, organisation=own, state=MembershipState.REQUESTED, requested_at=NOW)
    other = Membership.objects.create(
        user=a_user(name="Otto Ohne"), organisation=own, state=MembershipState.REQUESTED, requested_at=NOW
    )
    load_plans_once()
    client, at = signed_in(boss), f"/organisations/{own.id}/"

    client.post(f"{at}users/{asked.id}/accept")
    client.post(f"{at}users/{other.id}/decline")
    client.post(f"{at}users/{asked.id}/access", {f"books{books.id}": ["Buchhaltung"]})
    client.post(f"{at}users/{asked.id}/admin", {"admin": "1"})
    client.post(f"{at}invitation/renew")
    client.post(f"{at}plan", {"plan": "basic", "extra_seats": "0", "extra_units": "0"})
    client.post(f"{at}users/{asked.id}/admin", {"admin": "0"})
    client.post(f"{at}users/{asked.id}/end")

    found = told(own)
    whats = [what for _who, what, _about in found]
    assert whats[:8] == [
        "Membership ended", "Access ended", "Administrator of the organisation changed", "Plan ordered",
        "Invitation code renewed", "Administrator of the organisation changed", "Person let in", "Request declined",
    ]  # fmt: skip
    assert whats[8] == "Member accepted"
    assert {who for who, _what, _about in found[:9]} == {boss.name}
    assert "Nina Neu" in found[0][2]
    assert "Buchhaltung" in found[6][2]
    assert "Basic" in found[3][2]
    assert "Otto Ohne" in found[7][2]
    page = client.get(f"{at}history").text
    assert "Einladungscode erneuert" in page
    assert own.invitation_code not in page


def test_roles_given_and_taken_in_the_books_stand_there_too() -> None:
    books = a_tenant()
    boss = a_member(books, role="administrator")
    clerk = a_member(books)
    with tenant(books.id, by=boss):
        give_role(clerk, role="treasurer", by=boss)
        take_role(clerk, role="treasurer", by=boss)

    found = told(books.organisation)

    assert [what for _who, what, _about in found[:2]] == ["Role taken away", "Role given"]
    assert "Schatzmeister" in found[0][2]


def test_the_history_is_for_the_organisations_own_administrators() -> None:
    books, others = a_tenant(), a_tenant()
    boss, clerk = a_member(books, role="administrator"), a_member(books)
    stranger = a_member(others, role="administrator", name="Fred Fremd")
    address = f"/organisations/{books.organisation_id}/history"

    assert signed_in(boss).get(address).status_code == 200
    assert signed_in(clerk).get(address).status_code == 404
    assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert stranger.name not in signed_in(boss).get(address).text


def test_earlier_acts_are_on_the_next_page() -> None:
    books = a_tenant()
    boss = a_member(books, role="administrator")
    for _turn in range(30):
        with tenant(books.id, by=boss):
            give_role(boss, role="treasurer", by=boss)
            take_role(boss, role="treasurer", by=boss)

    first, older = chronicle(books.organisation)
    assert older is not None
    second, last = chronicle(books.organisation, before=older)

    assert len(first) == 50
    assert last is None
    assert {one.id for one in first}.isdisjoint(one.id for one in second)


def test_the_application_cannot_write_the_record() -> None:
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:  # database error
        cursor.execute("UPDATE core_platformaudit SET details = '{}'")
    assert PlatformAudit.objects.exclude(details={}).exists()


def test_whoever_is_given_access_is_told_which_books_are_open() -> None:
    books = a_tenant()
    boss = a_member(books, role="administrator")
    nina = a_user(name="Nina Neu")
    member = Membership.objects.create(user=nina, organisation=books.organisation, state=MembershipState.ACTIVE)
    address = f"/organisations/{books.organisation_id}/users/{member.id}/access"

    for roles in (["Buchhaltung"], ["Buchhaltung", "Einreichung"]):
        signed_in(boss).post(address, {f"books{books.id}": roles})

    [mail] = OutgoingMail.objects.filter(to=nina.email)
    assert books.name in mail.text


def test_prices_are_public() -> None:
    load_plans_once()
    page = Client().get("/plans/", headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert "3.99" in page.text or "3,99" in page.text


def load_plans_once() -> None:
    from kontor.organisations.door import acting  # noqa: PLC0415  # this story alone acts for the operator

    with acting(by=None):
        load_plans(PRESETS)
