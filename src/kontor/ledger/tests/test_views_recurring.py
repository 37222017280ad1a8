"""Recurring entries and loans: saved, posted on their day, held up, ended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from kontor.core.models import Job
from kontor.core.tenancy import tenant
from kontor.ledger.actions.periods import close_period
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.actions.recurring import post_recurring
from kontor.ledger.models.entries import EntryTemplate, JournalEntry, JournalLine, RecurringEntry
from kontor.ledger.models.periods import Period
from kontor.ledger.rules.postings import Memo, by_number, transfer
from kontor.ledger.tasks import RECURRING, post_recurring_entries
from kontor.organisations.models import Tenant
from tests.builders import NOW, a_member, a_tenant

LINES = {
    "lines": "0,1", "line0-account": "4210", "line0-debit": "1190,00", "line0-tax_code": "purchase-standard",
    "line1-account": "1200", "line1-credit": "1190,00",
}  # fmt: skip
RENT = LINES | {
    "name": "Miete", "text": "Miete Lager", "every_months": "1", "next_day": "01.01.2026", "until": "01.03.2026",
    "step": "save",
}  # fmt: skip
LOAN = {
    "name": "KfW 1", "text": "Darlehensrate", "loan_account": "0630", "interest_account": "2120", "money_account": "1200",
    "balance": "10.000,00", "since": "01.01.2026", "rate_percent": "6", "day_count": "30E/360", "kind": "annuity",
    "amount": "", "count": "12", "every_months": "1", "next_day": "01.02.2026", "until": "",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made))
    return made


def _url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/ledger/{path}"


def _lines(books: Tenant, **which: object) -> list[tuple[str, int]]:
    with tenant(books.id):
        rows = JournalLine.objects.filter(entry__kind="recurring", **which).order_by(
            "entry_date", "entry_id", "position"
        )
        return list(rows.values_list("account__number", "amount_base"))


def _days(books: Tenant) -> list[date]:
    with tenant(books.id):
        rows = JournalEntry.objects.filter(kind="recurring").order_by("entry_date")
        return list(rows.values_list("entry_date", flat=True))


def _plan(books: Tenant) -> RecurringEntry:
    with tenant(books.id):
        return RecurringEntry.objects.get()


def test_a_gross_line_comes_again_with_the_tax_of_its_day_through_the_last_day(books: Tenant, client: Client) -> None:
    assert client.post(_url(books, "recurring/new"), RENT).status_code == 302

    client.post(_url(books, "recurring/"), {"step": "post"})

    assert _days(books) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert sorted(_lines(books, entry_date=date(2026, 3, 1))) == [
        ("1200", -1190_00),
        ("1576", 190_00),
        ("4210", 1000_00),
    ]
    assert "beendet" in client.get(_url(books, "recurring/")).content.decode()
    client.post(_url(books, "recurring/"), {"step": "post"})
    assert len(_days(books)) == 3


def test_a_closed_month_holds_up_only_the_entry_concerned_and_says_so(books: Tenant, client: Client) -> None:
    client.post(_url(books, "recurring/new"), RENT)
    client.post(
        _url(books, "recurring/new"), RENT | {"name": "Leasing", "next_day": "15.02.2026", "until": "15.02.2026"}
    )
    with tenant(books.id):
        january = Period.objects.get(first_day=date(2026, 1, 1))
        close_period(january.id)

        run = post_recurring(on=date(2026, 2, 20), currency="EUR", at=NOW)

        assert [(one.name, one.day) for one in run.refused] == [("Miete", date(2026, 1, 1))]
        assert len(run.written) == 1
    assert _days(books) == [date(2026, 2, 15)]
    page = client.get(_url(books, "recurring/")).content.decode()
    assert "aufgehalten" in page
    assert "geschlossen" in page


def test_a_date_is_left_out_and_the_rest_is_posted(books: Tenant, client: Client) -> None:
    client.post(_url(books, "recurring/new"), RENT)
    plan = _plan(books)

    client.post(_url(books, f"recurring/{plan.id}/step"), {"step": "skip"})
    client.post(_url(books, "recurring/"), {"step": "post"})

    assert _days(books) == [date(2026, 2, 1), date(2026, 3, 1)]


def test_an_entry_is_changed_ended_and_kept_once_it_has_posted(books: Tenant, client: Client) -> None:
    client.post(_url(books, "recurring/new"), RENT | {"until": "01.12.2030"})
    plan = _plan(books)
    address = _url(books, f"recurring/{plan.id}/")
    assert 'value="1.190,00"' in client.get(address).content.decode()
    cheaper = RENT | {"line0-debit": "595,00", "line1-credit": "595,00", "until": "01.12.2030"}
    assert client.post(address, cheaper).status_code == 302
    with tenant(books.id):
        post_recurring(on=date(2026, 1, 1), currency="EUR", at=NOW)

    client.post(f"{address}step", {"step": "delete"})
    client.post(f"{address}step", {"step": "end"})

    assert _plan(books).is_active is False
    assert ("1200", -595_00) in _lines(books)
    with tenant(books.id):
        assert post_recurring(on=date(2026, 12, 1), currency="EUR", at=NOW).written == ()


def test_an_entry_that_posted_nothing_is_deleted(books: Tenant, client: Client) -> None:
    client.post(_url(books, "recurring/new"), RENT)

    client.post(_url(books, f"recurring/{_plan(books).id}/step"), {"step": "delete"})

    with tenant(books.id):
        assert not RecurringEntry.objects.exists()


def test_a_refusal_keeps_what_was_typed(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "recurring/new"), RENT | {"line1-credit": "1.000,00"})

    assert answer.status_code == 422
    assert "Miete Lager" in answer.content.decode()
    early = client.post(_url(books, "recurring/new"), RENT | {"until": "01.12.2025"})
    assert early.status_code == 422
    with tenant(books.id):
        assert not RecurringEntry.objects.exists()


def test_a_template_fills_the_form_of_a_recurring_entry(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        lines = [{"account": "4210", "amount": 500_00, "tax_code": "", "text": ""}]
        template = EntryTemplate.objects.create(name="Büro", lines=lines, text="Büromiete")

    page = client.get(_url(books, f"recurring/new?template={template.id}")).content.decode()

    assert 'value="500,00"' in page
    assert "Büromiete" in page


def test_each_night_a_job_starts_where_something_is_due(books: Tenant, client: Client) -> None:
    client.post(_url(books, "recurring/new"), RENT)
    idle = a_tenant()

    started = post_recurring_entries(0)

    assert started >= 1
    with tenant(books.id):
        assert Job.objects.filter(kind=RECURRING).count() == 1
    with tenant(idle.id):
        assert Job.objects.filter(kind=RECURRING).count() == 0


def test_a_loan_shows_its_plan_and_posts_interest_and_principal_apart(books: Tenant, client: Client) -> None:
    preview = client.post(_url(books, "loans/new"), LOAN | {"step": "preview"}).content.decode()
    assert "860,66" in preview
    assert preview.count('<th scope="row" class="k-num">') == 12
    assert _days(books) == []

    assert client.post(_url(books, "loans/new"), LOAN | {"step": "save"}).status_code == 302
    with tenant(books.id):
        post_recurring(on=date(2026, 3, 1), currency="EUR", at=NOW)

    assert _lines(books, entry_date=date(2026, 2, 1)) == [("2120", 50_00), ("0630", 810_66), ("1200", -860_66)]
    assert _lines(books, entry_date=date(2026, 3, 1)) == [("2120", 45_95), ("0630", 814_71), ("1200", -860_66)]
    page = client.get(_url(books, "loans/")).content.decode()
    assert "8.374,63" in page


def test_a_loan_is_paid_off_to_the_cent_and_ends(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        taken = transfer(debit=by_number("1200"), credit=by_number("0630"), amount=10_000_00, amount_base=10_000_00,
                         currency="EUR", memo=Memo())  # fmt: skip
        post([NewEntry(posting=taken, entry_date=date(2026, 1, 1))], at=NOW)
    client.post(_url(books, "loans/new"), LOAN | {"step": "save"})
    with tenant(books.id):
        run = post_recurring(on=date(2027, 12, 1), currency="EUR", at=NOW)
        assert len(run.written) == 12
        left = sum(JournalLine.objects.filter(account__number="0630").values_list("amount_base", flat=True))
        assert left == 0
        assert RecurringEntry.objects.get().is_active is False


def test_a_loan_whose_instalment_is_below_the_interest_is_refused_in_the_form(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "loans/new"), LOAN | {"amount": "10,00", "count": "", "step": "save"})

    assert answer.status_code == 422
    assert "KfW 1" in answer.content.decode()
    with tenant(books.id):
        assert not RecurringEntry.objects.exists()


def test_the_next_instalment_fills_an_entry_by_hand(books: Tenant, client: Client) -> None:
    client.post(_url(books, "loans/new"), LOAN | {"step": "save"})

    page = client.get(_url(books, f"new?loan={_plan(books).id}")).content.decode()

    assert 'value="50,00"' in page
    assert 'value="810,66"' in page


@pytest.mark.parametrize("path", ["recurring/", "recurring/new", "loans/", "loans/new"])
def test_readers_have_no_way_in(books: Tenant, client: Client, path: str) -> None:
    client.force_login(a_member(books, role="reader"))

    assert client.get(_url(books, path)).status_code == 403


def test_rates_are_written_as_the_region_does(books: Tenant) -> None:
    from kontor.ledger.forms import RateField  # noqa: PLC0415

    field = RateField()
    with translation.override("de"):
        assert field.prepare_value(Decimal("0.92310")) == "0,9231"
        assert field.to_python("0,9231") == Decimal("0.9231")
