"""The ledger's pages as the office uses them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.core.tenancy import tenant
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import EntryTemplate, JournalEntry, JournalLine
from kontor.ledger.models.periods import FiscalYear, Period
from kontor.ledger.queries.balances import balances
from kontor.ledger.queries.names import span_meant, spans
from kontor.ledger.queries.sheet import sheet_of
from kontor.ledger.rules.postings import Memo, by_number, transfer
from kontor.ledger.views import sheet as sheet_views
from kontor.organisations.models import Tenant
from tests.builders import NOW, a_day, a_member, a_tenant

HEAD = {
    "entry_date": "10.03.2026",
    "document_date": "",
    "document_number": "B-1",
    "text": "Büromaterial",
    "lines": "0,1",
}
LINES = {
    "line0-account": "4930", "line0-debit": "119,00", "line0-tax_code": "purchase-standard", "line1-account": "1200 Bank",
    "line1-credit": "119,00",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made))
    return made


def _url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/ledger/{path}"


def _some_entries(books: Tenant, count: int, *, day: date | None = None) -> list[int]:
    new = [
        NewEntry(
            posting=transfer(
                debit=by_number("4930"), credit=by_number("1200"), amount=100 + n, amount_base=100 + n, currency="EUR",
                memo=Memo(text=f"Posten {n}", document_number=f"B-{n}"),
            ),
            entry_date=day or a_day(),
        )
        for n in range(count)
    ]  # fmt: skip
    with tenant(books.id):
        return [written.id for written in post(new, at=NOW)]


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "sheet/",
        "sheet/1200/",
        "accounts/",
        "accounts/options?q=bank",
        "balances/",
        "taxes/",
        "new",
        "periods/",
        "recurring/",
    ],
)
def test_every_page_answers_before_anything_is_posted(books: Tenant, client: Client, path: str) -> None:
    assert client.get(_url(books, path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["?period=2026-03&account=1200", "sheet/1200/?span=2026-03", "balances/?span=2026", "accounts/?span=2026"]
)
def test_a_page_asks_as_often_for_sixty_entries_as_for_ten(books: Tenant, client: Client, path: str) -> None:
    _some_entries(books, 10)
    few = _queries(client, _url(books, path))

    _some_entries(books, 50)

    assert _queries(client, _url(books, path)) == few


def test_a_gross_line_is_split_into_net_and_tax(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), HEAD | LINES | {"step": "post"})

    assert answer.status_code == 302
    with tenant(books.id):
        entry = JournalEntry.objects.get()
        lines = (
            JournalLine.objects.filter(entry=entry)
            .order_by("position")
            .values_list("account__number", "amount_base", "tax_base", "tax_amount")
        )
        assert sorted(lines) == [
            ("1200", -119_00, None, None),
            ("1576", 19_00, 100_00, 19_00),
            ("4930", 100_00, None, None),
        ]
        assert (entry.text, entry.document_number, entry.entry_date) == ("Büromaterial", "B-1", date(2026, 3, 10))
    page = client.get(answer["Location"]).content.decode()
    assert "2026-000001" in page
    assert "119,00" in page


def test_a_refusal_keeps_everything_that_was_typed(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), HEAD | LINES | {"line1-credit": "100,00", "step": "post"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Büromaterial" in page
    assert 'value="119,00"' in page
    assert "4930" in page
    with tenant(books.id):
        assert JournalEntry.objects.count() == 0


def test_a_control_account_is_refused_with_the_way_to_open_items(books: Tenant, client: Client) -> None:
    answer = client.post(
        _url(books, "new"), HEAD | LINES | {"line0-account": "1400", "line0-tax_code": "", "step": "post"}
    )

    assert answer.status_code == 422
    assert "1400" in answer.content.decode()
    assert "Offene Posten" in answer.content.decode()


def test_lines_are_added_and_removed_by_buttons_without_complaint(books: Tenant, client: Client) -> None:
    more = client.post(_url(books, "new"), HEAD | LINES | {"step": "add"}).content.decode()
    less = client.post(_url(books, "new"), HEAD | LINES | {"lines": "0,1,2", "step": "remove-0"}).content.decode()

    assert 'name="line2-account"' in more
    assert 'name="lines" value="0,1,2"' in more
    assert 'name="line0-account"' not in less
    assert 'value="119,00"' in less


def test_a_draft_has_no_number_until_it_is_posted_and_can_be_typed_again(books: Tenant, client: Client) -> None:
    location = client.post(_url(books, "new"), HEAD | LINES | {"step": "draft"})["Location"]
    draft_id = int(location.rstrip("/").rsplit("/", 1)[1])

    again = client.get(_url(books, f"new?draft={draft_id}")).content.decode()
    assert again.count('value="119,00"') == 2

    assert client.post(_url(books, f"entries/{draft_id}/post")).status_code == 302
    with tenant(books.id):
        entry = JournalEntry.objects.get(id=draft_id)
        assert (entry.state, entry.sequence) == ("posted", 1)


def test_an_entry_is_reversed_by_its_mirror_on_the_chosen_day(books: Tenant, client: Client) -> None:
    [entry_id] = _some_entries(books, 1)

    answer = client.post(_url(books, f"entries/{entry_id}/reverse"), {"day": "15.03.2026", "reason": "doppelt"})

    with tenant(books.id):
        mirror = JournalEntry.objects.get(reverses_id=entry_id)
        assert (mirror.entry_date, mirror.text) == (date(2026, 3, 15), "doppelt")
        assert sum(line.amount_base for line in JournalLine.objects.filter(account__number="1200")) == 0
    page = client.get(answer["Location"]).content.decode()
    assert "2026-000002" in page
    again = client.post(_url(books, f"entries/{entry_id}/reverse"), {"day": "15.03.2026"})
    assert again.status_code == 422


def test_the_text_changes_until_the_month_is_committed(books: Tenant, client: Client) -> None:
    [entry_id] = _some_entries(books, 1)

    client.post(_url(books, f"entries/{entry_id}/text"), {"text": "Neuer Text"})

    with tenant(books.id):
        assert JournalEntry.objects.get(id=entry_id).text == "Neuer Text"


def test_the_sheet_runs_from_the_opening_to_the_balance(books: Tenant, client: Client) -> None:
    _some_entries(books, 3, day=a_day(2, 10))
    _some_entries(books, 2)

    with tenant(books.id):
        span = span_meant("2026-03", on=a_day(), choices=spans())
        assert span is not None
        sheet = sheet_of(Account.objects.get(number="1200"), span)
        first = sheet_of(Account.objects.get(number="1200"), span, size=1)
        second = sheet_of(Account.objects.get(number="1200"), span, at=first.following, size=1)
        back = sheet_of(Account.objects.get(number="1200"), span, before=second.before, size=1)

    assert (sheet.opening, sheet.debit, sheet.credit, sheet.closing) == (-303, 0, 201, -504)
    assert [row.balance for row in sheet.rows] == [-403, -504]
    assert {row.contras for row in sheet.rows} == {("4930",)}
    assert (second.carried, [row.balance for row in second.rows]) == (-403, [-504])
    assert (back.carried, [row.balance for row in back.rows], back.before) == (-303, [-403], None)
    assert back.following == first.following
    page = client.get(_url(books, "sheet/1200/?span=2026-03")).content.decode()
    assert "−5,04" in page
    assert client.get(_url(books, "sheet/4930/?span=2026-03")).content.decode().count("<tr data-row") == 2


def test_the_accounts_beside_a_sheet_are_those_that_moved(
    books: Tenant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _some_entries(books, 2)
    addresses = [_url(books, f"sheet/{number}/?span=2026-03") for number in ("1200", "4930", "1000", "4940")]

    known = [_beside(client, address) for address in addresses]
    monkeypatch.setattr(sheet_views, "CHOICES_MAX", 1)  # too few to know them all: the database says it

    assert [_beside(client, address) for address in addresses] == known
    assert known[0] == ["sheet/4930/"]
    assert known[1] == ["sheet/1200/"]


def _beside(client: Client, address: str) -> list[str]:
    """Return the sheets that the keys [ and ] lead to."""
    page = client.get(address).content.decode()
    return re.findall(r'href="[^"]*(sheet/\d+/)[^"]*" data-key="[\[\]]"', page)


def test_expenses_begin_the_year_at_zero_on_their_sheet(books: Tenant, client: Client) -> None:
    _some_entries(books, 1, day=date(2025, 12, 30))
    _some_entries(books, 1, day=a_day(1, 10))

    with tenant(books.id):
        span = span_meant("2026", on=a_day(), choices=spans())
        assert span is not None
        assert sheet_of(Account.objects.get(number="4930"), span).opening == 0
        assert sheet_of(Account.objects.get(number="1200"), span).opening == -100
        rows = {row.number: row.opening for row in balances(span)}
        assert rows == {"1200": -100, "4930": 0, "": 100}


def test_the_trial_balance_is_even(books: Tenant, client: Client) -> None:
    client.post(_url(books, "new"), HEAD | LINES | {"step": "post"})
    _some_entries(books, 4, day=a_day(2, 1))

    with tenant(books.id):
        span = span_meant("2026-03", on=a_day(), choices=spans())
        assert span is not None
        rows = balances(span)

    assert sum(row.opening for row in rows) == 0
    assert sum(row.debit for row in rows) == sum(row.credit for row in rows) == 119_00
    assert sum(row.closing_debit for row in rows) == sum(row.closing_credit for row in rows)


@pytest.mark.parametrize(
    ("text", "count"), [("Posten 3", 1), ("2026-000002", 1), ("B-4", 1), ("1,03", 1), ("nothing", 0)]
)
def test_the_journal_finds_by_text_number_document_and_amount(
    books: Tenant, client: Client, text: str, count: int
) -> None:
    _some_entries(books, 6)

    page = client.get(_url(books, ""), {"q": text}).content.decode()

    assert page.count("<tr data-row") == count


def test_the_journal_leaves_as_a_file_with_every_entry(books: Tenant, client: Client) -> None:
    _some_entries(books, 60)

    lines = client.get(_url(books, "?export=csv")).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 61
    assert "2026-000060" in lines[1]


def test_a_month_is_closed_and_reopened_with_a_reason_only(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        march = Period.objects.get(first_day=date(2026, 3, 1))

    client.post(_url(books, f"periods/{march.id}/close"))
    refused = client.post(_url(books, "new"), HEAD | LINES | {"step": "post"})
    assert _state(books, march.id) == "closed"
    assert refused.status_code == 422
    assert 'value="119,00"' in refused.content.decode()

    client.post(_url(books, f"periods/{march.id}/reopen"), {"reason": ""})
    assert _state(books, march.id) == "closed"

    client.post(_url(books, f"periods/{march.id}/reopen"), {"reason": "Rechnung kam nach"})
    assert _state(books, march.id) == "open"


def test_a_template_is_saved_from_an_entry_and_fills_the_next_one(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), HEAD | LINES | {"step": "template", "template_name": "Bürobedarf"})

    page = client.get(answer["Location"]).content.decode()
    assert page.count('value="119,00"') == 2
    with tenant(books.id):
        assert [line["account"] for line in EntryTemplate.objects.get().lines] == ["4930", "1200"]


def test_readers_see_the_books_and_cannot_post(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books, role="reader"))

    assert client.get(_url(books, "")).status_code == 200
    assert client.get(_url(books, "new")).status_code == 403
    assert client.post(_url(books, "new"), HEAD | LINES | {"step": "post"}).status_code == 403


def _state(books: Tenant, period_id: int) -> str:
    with tenant(books.id):
        return Period.objects.get(id=period_id).state


def test_the_result_of_a_year_is_carried_forward_by_a_button(books: Tenant, client: Client) -> None:
    _some_entries(books, 1, day=date(2025, 12, 30))
    client.force_login(a_member(books, role="administrator"))
    with tenant(books.id):
        year = FiscalYear.objects.get(label=2025)

    client.post(_url(books, f"years/{year.id}/carry"))

    with tenant(books.id):
        assert JournalEntry.objects.filter(kind="result_carry_forward", entry_date=date(2025, 12, 31)).count() == 1
        span = span_meant("2026", on=a_day(), choices=spans())
        assert span is not None
        assert "" not in {row.number for row in balances(span)}


def test_committing_a_month_asks_for_the_password_again(books: Tenant, client: Client) -> None:
    person = a_member(books, role="administrator")
    person.set_password("kirchturm-uhr-7")
    person.save(update_fields=["password"])
    client.force_login(person)
    with tenant(books.id):
        january = Period.objects.get(first_day=date(2025, 1, 1))

    answer = client.post(_url(books, f"periods/{january.id}/commit"))

    assert "reauthenticate" in answer["Location"]
    assert _state(books, january.id) == "open"


def test_the_check_page_says_that_nothing_was_checked_yet(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books, role="administrator"))

    assert "Noch nicht geprüft" in client.get(_url(books, "check/")).content.decode()


def test_the_file_of_an_account_sheet_names_the_contra_accounts(books: Tenant, client: Client) -> None:
    _some_entries(books, 2)

    lines = client.get(_url(books, "sheet/1200/?span=2026&export=csv")).content.decode("utf-8-sig").splitlines()

    assert [line.split(";")[4] for line in lines[1:]] == ["4930", "4930"]


def test_an_entry_shows_the_tax_owed_for_a_sale_without_a_minus(books: Tenant, client: Client) -> None:
    sale = {
        "line0-account": "1200", "line0-debit": "119,00", "line1-account": "8400", "line1-credit": "119,00",
        "line1-tax_code": "sale-standard", "step": "post",
    }  # fmt: skip
    client.post(_url(books, "new"), HEAD | sale)
    with tenant(books.id):
        entry = JournalEntry.objects.get()

    page = client.get(_url(books, f"entries/{entry.id}/")).content.decode()

    assert "19,00" in page
    assert "−100,00" not in page
    assert "−19,00" not in page
