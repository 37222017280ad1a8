"""Opening books and letting people in."""

import argparse
import json

import pytest
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.organisations import commands
from kontor.organisations.actions import (
    CodeTaken,
    LastAdministrator,
    NameMissing,
    UnknownChart,
    UnknownRole,
    UserExists,
    WrongCode,
    WrongUserEmail,
    create_tenant,
    create_user,
    end_access,
    grant_access,
    reserve_tenant_id,
    take_role,
)
from kontor.organisations.models import MembershipState, Role, Tenant
from kontor.organisations.permissions import PRESETS
from kontor.organisations.queries import UnknownTenant, rights_of, tenant_for, tenant_of_code, user_by_email
from tests.builders import a_member, a_tenant, a_user


def _create(code: str, *, country: str = "DE", chart: str = "SKR03") -> Tenant:
    with tenant(reserve_tenant_id()):
        return create_tenant(code, name="Werkhof", country=country, chart=chart, first_year=2025, by=None)


def test_new_books_have_every_preset_role_and_their_currency(database: None) -> None:
    books = a_tenant(country="CH", chart="KMU")
    with tenant(books.id):
        assert set(Role.objects.values_list("preset", flat=True)) == set(PRESETS)
    assert (books.base_currency, books.organisation.name) == ("CHF", books.name)


@pytest.mark.parametrize("code", ["", "Groß", "a b", "-a", "a-", "x" * 51, "a/b"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(database: None, code: str) -> None:
    with pytest.raises(WrongCode):
        _create(code)


def test_a_taken_code_and_an_unknown_chart_open_nothing(database: None) -> None:
    books = a_tenant()
    with pytest.raises(CodeTaken):
        _create(books.code)
    with pytest.raises(UnknownChart):
        _create("new-books", chart="SKR99")
    with pytest.raises(UnknownTenant):
        tenant_of_code("new-books")


def test_books_without_a_name_are_not_opened(database: None) -> None:
    with pytest.raises(NameMissing), tenant(reserve_tenant_id()):
        create_tenant("nameless", name="  ", country="DE", chart="SKR03", first_year=2025, by=None)
    with pytest.raises(UnknownTenant):
        tenant_of_code("nameless")


def test_country_and_chart_may_be_written_small(database: None, capsys: pytest.CaptureFixture[str]) -> None:
    code = f"small-{a_tenant().id}"

    assert _run("create-tenant", code, "--name", "Werkhof", "--country", "ch", "--chart", "kmu", "--json") == 0
    assert json.loads(capsys.readouterr().out)["chart"] == "KMU"


def test_a_member_has_the_rights_of_the_roles_and_only_here(database: None) -> None:
    books, other = a_tenant(), a_tenant()
    person = a_member(books, role="bookkeeper")

    with tenant(books.id):
        assert {"org.view", "contacts.edit"} <= rights_of(person)
        assert "org.roles" not in rights_of(person)
    with tenant(other.id):
        assert rights_of(person) == frozenset()
    assert tenant_for(person, books.code) == books
    assert tenant_for(person, other.code) is None


def test_who_no_longer_belongs_to_the_organisation_may_not_enter(database: None) -> None:
    books = a_tenant()
    person = a_member(books)

    person.memberships.update(state=MembershipState.ENDED)

    assert tenant_for(person, books.code) is None


def test_unknown_roles_and_doubled_people_are_refused(database: None) -> None:
    books, person = a_tenant(), a_user()
    with pytest.raises(UnknownRole), tenant(books.id):
        grant_access(person, tenant=books, role="king", by=None)
    with pytest.raises(UserExists):
        create_user(person.email.upper())
    with pytest.raises(WrongUserEmail):
        create_user("nobody")


def test_the_last_administrator_keeps_role_and_access(database: None) -> None:
    books = a_tenant()
    first = a_member(books, role="administrator")
    with pytest.raises(LastAdministrator), tenant(books.id):
        take_role(first, role="administrator", by=first)
    with pytest.raises(LastAdministrator), tenant(books.id):
        end_access(first, tenant=books, by=first)
    a_member(books, role="administrator")
    with tenant(books.id):
        end_access(first, tenant=books, by=first)
    assert tenant_for(first, books.code) is None


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    args = parser.parse_args(words)
    status: int = args.run(args)
    return status


def test_the_command_line_opens_books_and_lets_a_person_in_by_link(
    database: None, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    code = f"cli-{a_tenant().id}"
    assert _run("create-tenant", code, "--name", "Werkhof", "--country", "AT", "--json") == 0
    assert json.loads(capsys.readouterr().out)["chart"] == "EKR"
    email = f"{code}@example.org"
    assert (
        _run("create-user", email, "--tenant", code, "--role", "administrator", "--json", "--url", "http://testserver/")
        == 0
    )
    link = json.loads(capsys.readouterr().out)["link"]

    page = client.get(link, follow=True)
    password = "korrekt-pferd-batterie"
    done = client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True)

    person = user_by_email(email)
    assert done.status_code == 200
    assert person is not None
    assert person.check_password(password)
    assert "invalid" in client.get(link, follow=True).content.decode().lower() or client.get(link).status_code != 302
