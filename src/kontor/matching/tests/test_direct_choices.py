"""What the form for direct posting offers."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from kontor.core.asked_together import ask_together
from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import AccountRole
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.wording import sphere_choices
from kontor.matching.queries.choices import FAVOURITES, DirectChoices, choices, direct_choices
from kontor.matching.tests.books import Books, the_books
from kontor.projects.models import Project

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None) -> Books:
    return the_books()


def offered(*, has_spheres: bool = False) -> DirectChoices:
    answers = ask_together(choices())
    known = {name: value for answer in answers.values() for name, value in answer.items()}
    return direct_choices(known, spheres=sphere_choices() if has_spheres else ())


def test_accounts_stand_in_the_order_of_their_roles_and_are_named_in_the_readers_language(books: Books) -> None:
    with tenant(books.tenant.id):
        rows = AccountRole.objects.filter(role__in=FAVOURITES, rate_percent=None).select_related("account")
        known = {row.role: row.account for row in rows}
        in_order = [known[role] for role in FAVOURITES if role in known]
        with translation.override("de"):
            german = offered().accounts
        with translation.override("en"):
            english = offered().accounts

    assert len(in_order) > 1
    assert [tuple(each) for each in german] == [(account.number, account.name_de) for account in in_order]
    assert [tuple(each) for each in english] == [(account.number, account.name_en) for account in in_order]


def test_a_tax_code_is_called_as_it_is_called_last(books: Books) -> None:
    with tenant(books.tenant.id), translation.override("de"):
        code = TaxCode.objects.order_by("-valid_from", "id")[0]
        last = code.name_de
        code.pk, code.name_de, code.valid_from, code.valid_to = None, "Damals", date(1990, 1, 1), date(1990, 12, 31)
        code._state.adding = True
        code.save()
        taxes = offered().taxes
        codes = set(TaxCode.objects.values_list("code", flat=True))

    assert [each.name for each in taxes if each.code == code.code] == [last]
    assert {each.code for each in taxes} == codes
    assert [each.name for each in taxes] == sorted(each.name for each in taxes)


def test_active_projects_are_offered_by_number_and_name(books: Books) -> None:
    with tenant(books.tenant.id):
        second = Project.objects.create(code="P-2", name="Zelte <neu>")
        first = Project.objects.create(code="P-1", name="Orgel")
        Project.objects.create(code="P-0", name="Beendet", is_active=False)
        projects = offered().projects

    assert [tuple(each) for each in projects] == [(str(first.id), "P-1 Orgel"), (str(second.id), "P-2 Zelte <neu>")]
    page = books.client().get(books.url("match")).content.decode()
    assert f'<option value="{second.id}">P-2 Zelte &lt;neu&gt;</option>' in page


def test_books_without_projects_offer_none_and_spheres_only_where_they_are_known(books: Books) -> None:
    with tenant(books.tenant.id):
        assert offered().projects == ()
        assert offered().spheres == ()
        assert len(offered(has_spheres=True).spheres) > 1
