"""Entries by hand: other currencies, tax not yet due, transfers, splits; days and pages of journal and sheet."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.banking.models import MoneyAccount, Statement, StatementImport
from kontor.core.archive import keep_bytes
from kontor.core.tenancy import tenant
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.taxes import ExchangeRate, VatRegime
from kontor.ledger.queries.names import range_of_days, span_meant, spans
from kontor.ledger.queries.sheet import LineKey, sheet_of
from kontor.ledger.rules.postings import Memo, by_number, transfer
from kontor.organisations.models import Tenant
from tests.builders import NOW, a_day, a_member, a_party, a_tenant, an_invoice

HEAD = {
    "entry_date": "10.03.2026",
    "document_date": "",
    "document_number": "B-1",
    "text": "Büromaterial",
    "lines": "0,1",
}
LINES = {
    "line0-account": "4930", "line0-debit": "119,00", "line0-tax_code": "purchase-standard", "line1-account": "1200",
    "line1-credit": "119,00",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made))
    return made


def _url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/ledger/{path}"


def _entry(amount: int, day: date, *, debit: str = "4930", credit: str = "1200") -> NewEntry:
    posting = transfer(
        debit=by_number(debit), credit=by_number(credit), amount=amount, amount_base=amount, currency="EUR",
        memo=Memo(text=f"Posten {amount}", document_number=f"B-{amount}"),
    )  # fmt: skip
    return NewEntry(posting=posting, entry_date=day)


def _lines(books: Tenant, **which: object) -> list[tuple[str, int, str, int]]:
    with tenant(books.id):
        rows = JournalLine.objects.filter(**which).order_by("entry_id", "position")
        return list(rows.values_list("account__number", "amount", "currency", "amount_base"))


def test_a_line_in_another_currency_is_worth_the_stored_rate(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9"))
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 20), rate=Decimal("0.5"))
    dollars = {"line0-currency": "USD", "line0-debit": "100,00", "line0-tax_code": "", "line1-credit": "90,00"}

    page = client.get(_url(books, "new?day=2026-03-10")).content.decode()
    answer = client.post(_url(books, "new"), HEAD | LINES | dollars | {"step": "post"})

    assert "&quot;USD&quot;: &quot;0.9&quot;" in page
    assert answer.status_code == 302
    assert _lines(books) == [("4930", 100_00, "USD", 90_00), ("1200", -90_00, "EUR", -90_00)]


def test_a_typed_rate_and_a_typed_base_amount_go_before_the_stored_rate(books: Tenant, client: Client) -> None:
    usd = {"line0-currency": "USD", "line0-debit": "100,00", "line0-tax_code": "", "foreign": "1", "step": "post"}

    client.post(_url(books, "new"), HEAD | LINES | usd | {"line0-rate": "0,9231", "line1-credit": "92,31"})
    client.post(_url(books, "new"), HEAD | LINES | usd | {"line0-base": "91,00", "line1-credit": "91,00"})
    refused = client.post(_url(books, "new"), HEAD | LINES | usd | {"line1-credit": "91,00"})

    assert [base for number, _, _, base in _lines(books) if number == "4930"] == [92_31, 91_00]
    assert refused.status_code == 422
    assert "Kurs" in refused.content.decode()


def test_tax_in_another_currency_is_posted_in_base_currency(books: Tenant, client: Client) -> None:
    usd = {
        "line0-currency": "USD",
        "line0-debit": "119,00",
        "line0-rate": "0,5",
        "line1-credit": "59,50",
        "foreign": "1",
    }

    client.post(_url(books, "new"), HEAD | LINES | usd | {"step": "post"})

    assert sorted(_lines(books)) == [
        ("1200", -59_50, "EUR", -59_50), ("1576", 9_50, "EUR", 9_50), ("4930", 100_00, "USD", 50_00),
    ]  # fmt: skip


def _received(books: Tenant) -> None:
    with tenant(books.id):
        VatRegime.objects.create(valid_from=date(2026, 1, 1), output_timing="received", input_timing="agreed")


SALE = {
    "line0-account": "1590", "line0-debit": "119,00", "line1-account": "8400", "line1-credit": "119,00",
    "line1-tax_code": "sale-standard",
}  # fmt: skip


def test_under_received_timing_tax_without_money_is_not_yet_due(books: Tenant, client: Client) -> None:
    _received(books)
    with tenant(books.id):
        undue = AccountRole.objects.get(role="output_vat_undue", rate_percent=19).account.number

    assert client.post(_url(books, "new"), HEAD | SALE | {"step": "post"}).status_code == 302
    client.post(_url(books, "new"), HEAD | SALE | {"line0-account": "1200", "step": "post"})
    client.post(_url(books, "new"), HEAD | SALE | {"vat_due": "due", "step": "post"})

    numbers = [number for number, *_ in _lines(books) if number in {undue, "1776"}]
    assert numbers == [undue, "1776", "1776"]
    with tenant(books.id):
        first = JournalEntry.objects.order_by("id").first()
        assert first is not None
    again = client.get(_url(books, f"new?copy={first.id}")).content.decode()
    assert again.count('value="119,00"') == 2
    assert '<option value="undue" selected>' in again


def test_rebooking_reverses_the_entry_and_posts_the_new_one(books: Tenant, client: Client) -> None:
    client.post(_url(books, "new"), HEAD | LINES | {"step": "post"})
    with tenant(books.id):
        wrong = JournalEntry.objects.get()
    page = client.get(_url(books, f"new?rebook={wrong.id}")).content.decode()
    assert "2026-000001" in page
    assert page.count('value="119,00"') == 2

    client.post(_url(books, "new"), HEAD | LINES | {"line0-account": "4940", "rebook": wrong.id, "step": "post"})

    with tenant(books.id):
        assert JournalEntry.objects.get(reverses_id=wrong.id).sequence == 2
    assert sum(base for number, *_, base in _lines(books) if number == "4930") == 0
    assert sum(base for number, *_, base in _lines(books) if number == "4940") == 100_00
    again = client.post(_url(books, "new"), HEAD | LINES | {"rebook": wrong.id, "step": "post"})
    assert again.status_code == 422


def test_a_line_of_the_sheet_is_transferred_to_another_account(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(75_00, a_day())], at=NOW)
        line = JournalLine.objects.get(account__number="4930")

    page = client.get(_url(books, f"new?line={line.id}")).content.decode()

    assert re.search(r'name="line0-account"[^>]*value="4930"|value="4930"[^>]*name="line0-account"', page)
    assert page.count('value="75,00"') == 2
    assert f"?line={line.id}" in client.get(_url(books, "sheet/4930/?span=2026-03")).content.decode()


def test_an_instalment_is_split_into_interest_and_principal_on_the_form(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(10_000_00, a_day(2, 1), debit="1200", credit="0630")], at=NOW)
    paid = {
        "split-loan": "0630", "split-money": "1200", "split-paid": "500,00", "split-rate_percent": "6",
        "split-since": "10.02.2026", "step": "split",
    }  # fmt: skip

    page = client.post(_url(books, "new"), HEAD | paid).content.decode()

    assert 'value="50,00"' in page
    assert 'value="450,00"' in page
    assert 'value="500,00"' in page
    wrong = client.post(_url(books, "new"), HEAD | paid | {"split-paid": "10,00"})
    assert wrong.status_code == 422


def test_journal_and_sheet_show_any_days(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(1_00 + n, a_day(3, 5 + n)) for n in range(5)], at=NOW)

    journal = client.get(_url(books, "?from=2026-03-06&to=2026-03-08")).content.decode()
    sheet = client.get(_url(books, "sheet/1200/?from=2026-03-06&to=2026-03-08")).content.decode()
    wrong = client.get(_url(books, "sheet/1200/?from=2026-03-08&to=2026-03-06"))

    assert journal.count("<tr data-row") == 3
    assert sheet.count("<tr data-row") == 3
    assert "−1,00" in sheet
    assert "−4,06" in sheet
    assert wrong.status_code == 200
    with tenant(books.id):
        span = range_of_days(date(2026, 3, 6), date(2026, 3, 8), choices=spans())
        assert span is not None
        shown = sheet_of(Account.objects.get(number="1200"), span)
        assert (shown.opening, shown.credit, shown.closing) == (-1_00, 3_06, -4_06)


def test_the_journal_is_paged_by_key_there_and_back(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(1_00 + n, a_day(3, 1 + n % 9)) for n in range(120)], at=NOW)

    seen: list[str] = []
    page, address = "", "?rows=50"
    for _ in range(3):
        page = client.get(_url(books, address)).content.decode()
        seen += re.findall(r"2026-0\d{5}", page.split("<tbody>")[1].split("</tbody>")[0])
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 120
    assert "101–120 von 120" in page
    back = re.search(r'href="([^"]+)" rel="prev"', page)
    assert back is not None
    middle = client.get(_url(books, back[1].replace("&amp;", "&"))).content.decode()
    assert "51–100 von 120" in middle
    assert seen[50] in middle


def test_the_balance_of_the_sheet_runs_across_pages(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(1_00 + n, a_day(1 + n % 3, 1 + n % 9)) for n in range(30)], at=NOW)
        year = span_meant("2026", on=a_day(), choices=spans())
        assert year is not None
        account = Account.objects.get(number="1200")
        whole = [row.balance for row in sheet_of(account, year).rows]
        pages: list[int] = []
        at: LineKey | None = None
        while True:
            page = sheet_of(account, year, at=at, size=7)
            assert page.carried == (pages[-1] if pages else 0)
            pages += [row.balance for row in page.rows]
            if page.following is None:
                break
            at = page.following
        assert pages == whole
        last = sheet_of(account, year, before=at, size=7)
        assert [row.balance for row in last.rows] == whole[-9:-2]


def test_an_entry_of_a_later_page_is_shown_on_its_own_page(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        written = post([_entry(1_00 + n, a_day()) for n in range(230)], at=NOW)

    page = client.get(_url(books, f"sheet/1200/?span=2026-03&entry={written[-1].id}")).content.decode()

    assert "B-329" in page
    assert 'rel="prev"' in page


def test_the_bank_account_shows_the_stated_balance_and_the_difference(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        new = [
            _entry(amount, day, debit="1200", credit="4930")
            for amount, day in ((100_00, a_day(3, 2)), (5_00, a_day(3, 20)))
        ]
        post(new, at=NOW)
        holder = MoneyAccount.objects.create(
            code="b", name="Bank", currency="EUR", account_id=Account.objects.get(number="1200").id
        )
        _stated(holder, 100_00, a_day(3, 10))
        _stated(holder, 90_00, a_day(3, 18))

    assert "stimmt überein" in client.get(_url(books, "sheet/1200/?from=2026-03-01&to=2026-03-15")).content.decode()
    page = client.get(_url(books, "sheet/1200/?span=2026-03")).content.decode()
    assert "90,00" in page
    assert "−10,00" in page


def _stated(holder: MoneyAccount, closing: int, day: date) -> None:
    source = StatementImport.objects.order_by("id").first() or StatementImport.objects.create(
        file_id=keep_bytes(b"auszug", name="auszug.xml", owner_type="banking.import", at=NOW, by=None), state="taken",
        imported_at=NOW,
    )  # fmt: skip
    Statement.objects.create(
        money_account=holder, source=source, format="camt.053", kind="booked", closing=closing, closing_date=day,
        currency="EUR",
    )  # fmt: skip


def test_an_entry_names_the_document_it_opened(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        item = an_invoice(party_id=a_party(), number="RE-2026-4711", on=a_day())
        entry = JournalEntry.objects.get()

    page = client.get(_url(books, f"entries/{entry.id}/")).content.decode()

    assert f"/t/{books.code}/" in page
    assert "RE-2026-4711" in page
    assert f"/{item}/" in page


def test_the_sheet_asks_as_often_for_many_documents_as_for_few(books: Tenant, client: Client) -> None:
    def queries() -> int:
        address = _url(books, "sheet/1400/?span=2026-03")
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    with tenant(books.id):
        for _ in range(2):
            an_invoice(party_id=a_party(), on=a_day())
    few = queries()
    with tenant(books.id):
        for _ in range(20):
            an_invoice(party_id=a_party(), on=a_day())

    assert queries() == few


def test_printing_shows_every_row_and_opens_the_dialog(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        post([_entry(1_00 + n, a_day()) for n in range(220)], at=NOW)

    for path in ("?print=yes", "sheet/1200/?span=2026-03&print=yes"):
        page = client.get(_url(books, path)).content.decode()
        assert page.count("<tr data-row") == 220
        assert "<k-print data-now>" in page
