"""What submitters may choose is set up by the finance team, and a newcomer is ready with one click."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.banking.models import MoneyAccount
from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import Account
from kontor.ledger.queries.mappings import mappings
from kontor.organisations.models import Tenant, User
from kontor.projects.models import CostType, Project, ProjectBudget
from kontor.receipts.actions.setting_up import (
    MeansFacts,
    NameTaken,
    NotClearing,
    SubmissionFacts,
    TypeFacts,
    WaiverWithoutBasis,
    clearing_accounts,
    move,
    save_means,
    save_settings,
    save_type,
    take_proposal,
)
from kontor.receipts.models import PaymentMeans, RefundRoute, RepaymentRoute, SubmissionSettings
from kontor.receipts.queries.settings import cost_types_on_offer, offer, projects_on_offer, refund_routes
from kontor.receipts.rules.submission import VARIANTS
from tests.builders import a_bank_account, a_member, a_tenant

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None) -> Tenant:
    return a_tenant()


@pytest.fixture
def clerk(books: Tenant) -> User:
    return a_member(books)


@pytest.fixture
def client(clerk: User) -> Client:
    visitor = Client()
    visitor.force_login(clerk)
    return visitor


def path(books: Tenant, tail: str = "") -> str:
    return f"/t/{books.code}/receipts/setup/{tail}"


@pytest.mark.parametrize(
    ("chart", "country", "travel"),
    [
        ("SKR03", "DE", "4663"),
        ("SKR04", "DE", "6663"),
        ("SKR42", "DE", "66630"),
        ("KMU", "CH", "6640"),
        ("EKR", "AT", "7340"),
    ],
)
def test_one_click_makes_a_newcomer_ready_in_every_chart(chart: str, country: str, travel: str) -> None:
    books = a_tenant(chart=chart, country=country)
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        bank_id = a_bank_account(currency=books.base_currency)
        MoneyAccount.objects.filter(id=bank_id).update(iban="DE89370400440532013000")

        added = take_proposal(say=str, by=clerk)

        behind = {row.cost_type.code: row for row in mappings().values()}
        assert behind["travel"].account.number == travel
        assert behind["travel"].tax_code == behind["travel"].account.tax_code
        assert len(behind) >= 9
        assert [project.name for project in projects_on_offer()] == ["General"]
        assert [(route.name, route.input) for route in refund_routes()][:1] == [("Bank transfer", "iban")]
        assert RefundRoute.objects.get(input="iban").money_account_id == bank_id
        assert "DE89 3704 0044 0532 0130 00" in RepaymentRoute.objects.order_by("position")[0].instruction
        assert "donation" not in offer().variants
        assert added >= 15
        assert take_proposal(say=str, by=clerk) == 0


def test_what_exists_stays_as_it_is(books: Tenant, clerk: User) -> None:
    with tenant(books.id, by=clerk):
        Project.objects.create(code="7", name="Freizeit")
        own = save_type(TypeFacts(name="Postage", account=None), by=clerk)

        take_proposal(say=str, by=clerk)

        assert [project.name for project in projects_on_offer()] == ["Freizeit"]
        assert CostType.objects.filter(name="Postage").get().id == own.id
        assert own.id not in mappings()


def test_the_page_offers_the_proposal_once(books: Tenant, client: Client) -> None:
    before = client.get(path(books)).content.decode()
    client.post(path(books, "propose"))
    after = client.get(path(books)).content.decode()

    assert before.count(path(books, "propose")) == 2
    assert after.count(path(books, "propose")) == 1


def test_a_type_of_expense_is_made_changed_and_taken_out_of_use(books: Tenant, client: Client) -> None:
    form = {
        "name": "Blumen",
        "account": "4980",
        "tax_code": "purchase-reduced",
        "is_submittable": "on",
        "is_active": "on",
    }
    assert client.post(path(books, "types/new"), form).status_code == 302
    double = client.post(path(books, "types/new"), form)
    wrong = client.post(path(books, "types/new"), {**form, "name": "Anderes", "account": "nirgends"})
    control = client.post(path(books, "types/new"), {**form, "name": "Drittes", "account": "1600"})
    assert [answer.status_code for answer in (double, wrong, control)] == [422, 422, 422]

    with tenant(books.id):
        row = CostType.objects.get()
        assert (row.code, row.is_submittable) == ("blumen", True)
        assert mappings()[row.id].account.number == "4980"
    client.post(path(books, f"types/{row.id}/"), {"name": "Blumen und Deko", "account": "", "tax_code": ""})

    with tenant(books.id):
        row = CostType.objects.get()
        assert (row.name, row.code, row.is_active, row.is_submittable) == ("Blumen und Deko", "blumen", False, False)
        assert mappings() == {}
        assert cost_types_on_offer() == []


def test_choices_keep_the_order_they_are_given(books: Tenant, clerk: User) -> None:
    with tenant(books.id, by=clerk):
        rows = [save_type(TypeFacts(name=name, account=None), by=clerk) for name in ("Eins", "Zwei", "Drei")]

        move("type", rows[2].id, step=-1, by=clerk)
        move("type", rows[2].id, step=-1, by=clerk)
        move("type", rows[2].id, step=-1, by=clerk)

        assert [row.name for row in cost_types_on_offer()] == ["Drei", "Eins", "Zwei"]


@pytest.mark.parametrize(
    ("chart", "country", "number"),
    [
        ("SKR03", "DE", "1731"),
        ("SKR04", "DE", "3611"),
        ("SKR42", "DE", "36110"),
        ("KMU", "CH", "2221"),
        ("EKR", "AT", "3721"),
    ],
)
def test_a_means_of_payment_brings_its_clearing_account_and_contact(chart: str, country: str, number: str) -> None:
    books = a_tenant(chart=chart, country=country)
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        means = save_means(MeansFacts(name="Vereinskarte", kind="card", is_debited_later=True), by=clerk)
        second = save_means(MeansFacts(name="PayPal", kind="paypal", account=means.account), by=clerk)

        assert (means.account.number, means.account.control, means.account.kind) == (number, "payables", "liability")
        assert means.party.name == "Vereinskarte"
        assert second.account_id == means.account_id
        assert [row.id for row in clearing_accounts()] == [means.account_id]
        with pytest.raises(NotClearing):
            save_means(MeansFacts(name="Falsch", kind="card", account=Account.objects.filter(control="")[0]), by=clerk)
        with pytest.raises(NameTaken):
            save_means(MeansFacts(name="paypal", kind="paypal"), by=clerk)
        renamed = save_means(
            MeansFacts(name="Vereinskarte Gold", kind="card", account=means.account), means_id=means.id, by=clerk
        )
        renamed.party.refresh_from_db()
        assert renamed.party.name == "Vereinskarte Gold"


def test_a_donation_needs_its_basis(books: Tenant, clerk: User, client: Client) -> None:
    facts = SubmissionFacts(
        variants=("private", "donation"), takes_own_vouchers=False, payment_weekday=2, hint="", waiver_legal_basis=" "
    )
    with tenant(books.id, by=clerk), pytest.raises(WaiverWithoutBasis):
        save_settings(facts, by=clerk)
    form = {
        "variants": ["private", "donation"],
        "payment_weekday": "2",
        "hint": "Fragen an Mira",
        "waiver_legal_basis": "",
    }

    refused = client.post(path(books, "submission"), form)
    kept = client.post(path(books, "submission"), {**form, "waiver_legal_basis": "§ 7 der Satzung"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "Fragen an Mira" in refused.content.decode()
    with tenant(books.id):
        held = SubmissionSettings.objects.get()
        assert (held.variants, held.payment_weekday, held.takes_own_vouchers) == (["private", "donation"], 2, False)


def test_swiss_books_offer_no_donation() -> None:
    books = a_tenant(chart="KMU", country="CH")
    visitor = Client()
    visitor.force_login(a_member(books))

    page = visitor.get(path(books, "submission")).content.decode()

    assert 'value="donation"' not in page
    assert all(f'value="{variant}"' in page for variant in VARIANTS if variant != "donation")


def test_projects_are_offered_with_budgets_of_a_year(books: Tenant, clerk: User, client: Client) -> None:
    with tenant(books.id, by=clerk):
        first = Project.objects.create(code="1", name="Freizeit", is_submittable=True)
        second = Project.objects.create(code="2", name="Werkstatt", parent=first)
    form = {f"offer-{second.id}": "on", f"budget-{first.id}": "1.500,00", f"budget-{second.id}": ""}

    assert client.post(path(books, "projects?year=2026"), form).status_code == 302
    wrong = client.post(path(books, "projects?year=2026"), {**form, f"budget-{first.id}": "viel"})

    assert wrong.status_code == 422
    with tenant(books.id):
        assert [project.name for project in projects_on_offer()] == ["Werkstatt"]
        assert list(ProjectBudget.objects.values_list("project_id", "year", "amount")) == [(first.id, 2026, 1_500_00)]
    client.post(path(books, "projects?year=2026"), {})
    with tenant(books.id):
        assert not ProjectBudget.objects.exists()
        assert projects_on_offer() == []


def test_routes_are_made_and_changed(books: Tenant, client: Client) -> None:
    client.post(
        path(books, "refunds/new"), {"name": "PayPal", "input": "email", "money_account": "", "is_active": "on"}
    )
    client.post(
        path(books, "repayments/new"), {"name": "Bar", "instruction": "Im Büro", "money_account": "", "is_active": "on"}
    )
    with tenant(books.id):
        refund, repayment = RefundRoute.objects.get(), RepaymentRoute.objects.get()
    client.post(path(books, f"refunds/{refund.id}/"), {"name": "PayPal", "input": "email", "money_account": ""})
    client.post(
        path(books, f"repayments/{repayment.id}/"), {"name": "Bar", "instruction": "Beim Kassenwart", "is_active": "on"}
    )

    page = client.get(path(books, "ways/")).content.decode()

    assert "Beim Kassenwart" in page
    with tenant(books.id):
        assert refund_routes() == []


@pytest.mark.parametrize("role", ["reader", "treasurer", "submitter"])
def test_only_who_may_set_up_sees_it(books: Tenant, role: str) -> None:
    visitor = Client()
    visitor.force_login(a_member(books, role=role))

    for tail in (
        "",
        "projects",
        "types/",
        "types/new",
        "ways/",
        "means/new",
        "refunds/new",
        "repayments/new",
        "submission",
    ):
        assert visitor.get(path(books, tail)).status_code in {403, 404}
    assert visitor.post(path(books, "propose")).status_code in {403, 404}
    with tenant(books.id):
        assert not CostType.objects.exists()


def test_other_books_keep_their_choices(books: Tenant, clerk: User, client: Client) -> None:
    other = a_tenant()
    owner = a_member(other)
    with tenant(other.id, by=owner):
        strange = save_type(TypeFacts(name="Fremd", account=None), by=owner)
        means = save_means(MeansFacts(name="Fremdkarte", kind="card"), by=owner)

    assert client.get(path(books, f"types/{strange.id}/")).status_code == 404
    assert client.get(path(books, f"means/{means.id}/")).status_code == 404
    client.post(path(books, f"type/{strange.id}/move"), {"step": "up"})
    with tenant(books.id, by=clerk):
        assert not PaymentMeans.objects.exists()
