"""The chart of accounts and the parts that accounts play, as the office sets them up."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.banking.models import MoneyAccount
from kontor.core.audit import history_of
from kontor.core.tenancy import tenant
from kontor.ledger.actions.mappings import map_cost_type
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.tests.setting_up import ACCOUNT, a_signed_in_office, account_id, post_some, url
from kontor.organisations.models import Tenant
from kontor.projects.models import CostType
from tests.builders import a_member


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    return a_signed_in_office(client)


def test_an_account_is_created_with_its_flags_and_recorded(books: Tenant, client: Client) -> None:
    answer = client.post(url(books, "accounts/new"), ACCOUNT | {"is_automatic": "on"})

    assert answer.status_code == 302
    with tenant(books.id):
        made = Account.objects.get(number="4931")
        assert (made.name_de, made.name_en, made.kind, made.tax_code) == (
            "Bürobedarf Werkstatt", "Bürobedarf Werkstatt", "expense", "purchase-standard",
        )  # fmt: skip
        assert made.is_automatic
        assert made.is_active
        event = history_of("ledger.account", made.id).first()
        assert event is not None
        assert event.verb == "ledger.create_account"
    assert "4931" in client.get(url(books, "accounts/?q=Werkstatt")).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "4930"}, "schon ein Konto 4930"),
        ({"number": "493"}, "4 Stellen"),
        ({"number": "49310"}, "4 Stellen"),
        ({"number": "49a1"}, "Ziffern"),
        ({"number": "5931"}, "beginnen"),
        ({"number": "1931"}, "von anderer Art"),
        ({"is_automatic": "on", "tax_code": ""}, "Steuerschlüssel"),
        ({"name_de": ""}, "Büro"),
    ],
)
def test_a_wrong_account_is_refused_and_nothing_typed_is_lost(
    books: Tenant, client: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = client.post(url(books, "accounts/new"), ACCOUNT | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "k-errsum" in page
    if "name_de" not in typed:
        assert sentence in page
        assert "Bürobedarf Werkstatt" in page
    with tenant(books.id):
        assert Account.objects.filter(name_de="Bürobedarf Werkstatt").count() == 0


def test_an_account_is_renamed_and_its_history_says_so(books: Tenant, client: Client) -> None:
    key = account_id(books, "4930")

    client.post(url(books, f"accounts/{key}/"), ACCOUNT | {"number": "9999", "name_de": "Bürokram"})

    with tenant(books.id):
        changed = Account.objects.get(id=key)
        assert (changed.number, changed.name_de) == ("4930", "Bürokram")
    assert "Konto geändert" in client.get(url(books, f"accounts/{key}/")).content.decode()


def test_the_type_changes_only_while_nothing_is_posted(books: Tenant, client: Client) -> None:
    key = account_id(books, "2310")
    typed = ACCOUNT | {"name_de": "Neutrales", "kind": "income", "tax_code": ""}

    client.post(url(books, f"accounts/{key}/"), typed)
    with tenant(books.id):
        assert Account.objects.get(id=key).kind == "income"
    post_some(books, debit="2310")
    client.post(url(books, f"accounts/{key}/"), typed | {"kind": "expense"})

    with tenant(books.id):
        assert Account.objects.get(id=key).kind == "income"
    assert "behält" in client.get(url(books, f"accounts/{key}/")).content.decode()


def test_an_account_with_a_balance_stays_in_use(books: Tenant, client: Client) -> None:
    key = account_id(books, "4940")
    post_some(books, debit="4940")

    refused = client.post(url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Saldo" in refused
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_an_account_goes_out_of_use_and_comes_back(books: Tenant, client: Client) -> None:
    key = account_id(books, "4940")

    client.post(url(books, f"accounts/{key}/switch"))
    with tenant(books.id):
        assert not Account.objects.get(id=key).is_active
    assert "4940" in client.get(url(books, "accounts/?state=off")).content.decode()
    client.post(url(books, f"accounts/{key}/switch"))

    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_a_bookkeeper_sets_up_the_chart(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books, role="bookkeeper"))

    assert client.post(url(books, "accounts/new"), ACCOUNT).status_code == 302

    with tenant(books.id):
        assert Account.objects.get(number="4931").is_active


def test_an_account_that_a_cost_type_is_mapped_to_stays_in_use(books: Tenant, client: Client) -> None:
    key = account_id(books, "4940")
    with tenant(books.id):
        category = CostType.objects.create(code="office", name="Büromaterial")
        map_cost_type(category.id, Account.objects.get(id=key), by=None)

    page = client.post(url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Kostenart „Büromaterial“" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_the_ledger_account_of_a_money_account_stays_in_use(books: Tenant, client: Client) -> None:
    key = account_id(books, "4940")
    with tenant(books.id):
        MoneyAccount.objects.create(code="kasse2", name="Handkasse", kind="cash", currency="EUR", account_id=key)

    page = client.post(url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Geldkontos „Handkasse“" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_an_account_that_plays_a_part_stays_in_use(books: Tenant, client: Client) -> None:
    key = account_id(books, "2305")

    page = client.post(url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Minderzahlungen" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def _role_id(books: Tenant, role: str) -> int:
    with tenant(books.id):
        return AccountRole.objects.get(role=role, rate_percent=None).id


def test_a_part_is_given_to_another_account(books: Tenant, client: Client) -> None:
    key = _role_id(books, "bank_charges")

    answer = client.post(url(books, f"roles/{key}/"), {"account": "4980"})

    assert answer.status_code == 302
    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "4980"
    page = client.get(url(books, f"accounts/{account_id(books, '4980')}/")).content.decode()
    assert "<del>4970</del> <ins>4980</ins>" in page


def test_a_part_whose_account_holds_a_balance_changes_only_when_confirmed(books: Tenant, client: Client) -> None:
    key = _role_id(books, "bank_charges")
    post_some(books, debit="4970")

    refused = client.post(url(books, f"roles/{key}/"), {"account": "4980"})
    assert refused.status_code == 422
    assert "100,00" in refused.content.decode()
    client.post(url(books, f"roles/{key}/"), {"account": "4980", "confirmed": "on"})

    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "4980"


def test_open_items_keep_a_collective_account(books: Tenant, client: Client) -> None:
    key = _role_id(books, "receivables")

    answer = client.post(url(books, f"roles/{key}/"), {"account": "1200"})

    assert answer.status_code == 422
    assert "Sammelkonto" in answer.content.decode()
    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "1400"
