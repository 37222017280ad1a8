"""What a role may do: presets follow the program, own roles what stands in them."""

import pytest

from kontor.core.tenancy import tenant
from kontor.organisations.models import Role, RoleAssignment
from kontor.organisations.queries import rights_of
from tests.builders import a_member, a_tenant, a_user

pytestmark = pytest.mark.usefixtures("database")


def test_books_opened_before_a_right_existed_get_it_with_the_program() -> None:
    books = a_tenant()
    clerk = a_member(books, role="bookkeeper")
    with tenant(books.id):
        Role.objects.filter(preset="bookkeeper").update(rights=["org.view", "ledger.view"])

        held = rights_of(clerk)

    assert {"receipts.process", "approvals.decide", "payments.prepare"} <= held


def test_a_right_that_stands_in_an_old_preset_and_is_gone_from_the_program_no_longer_counts() -> None:
    books = a_tenant()
    reader = a_member(books, role="reader")
    with tenant(books.id):
        Role.objects.filter(preset="reader").update(rights=["org.view", "receipts.process"])

        assert "receipts.process" not in rights_of(reader)


def test_a_role_of_ones_own_has_what_stands_in_it() -> None:
    books, person = a_tenant(), a_user()
    with tenant(books.id):
        role = Role.objects.create(name="Belege ansehen", rights=["org.view", "receipts.view"])
        RoleAssignment.objects.create(role=role, user=person)

        assert rights_of(person) == {"org.view", "receipts.view"}
