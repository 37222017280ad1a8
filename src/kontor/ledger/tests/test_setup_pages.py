"""The set-up rooms of the ledger as the office uses them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.banking.models import MoneyAccount
from kontor.core.audit import history_of
from kontor.core.tenancy import tenant
from kontor.ledger.actions.mappings import map_cost_type
from kontor.ledger.actions.periods import close_period
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account, AccountRole, DocumentType
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.periods import Period
from kontor.ledger.models.taxes import ExchangeRate, TaxCode, VatRegime
from kontor.ledger.rules.postings import Memo, PostingLine, balanced, by_number, by_role, transfer
from kontor.organisations.models import Tenant
from kontor.projects.models import CostType
from tests.builders import NOW, a_member, a_tenant

ROOMS = ("", "accounts/", "roles/", "taxes/", "regimes/", "rates/", "types/", "opening/", "numbers/")
ACCOUNT = {
    "number": "4931", "name_de": "Bürobedarf Werkstatt", "name_en": "", "kind": "expense", "report_group": "office",
    "tax_code": "purchase-standard",
}  # fmt: skip
REGIME = {
    "valid_from": "01.01.2027", "status": "regular", "output_timing": "received", "input_timing": "agreed",
    "return_period": "quarter",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made, role="administrator"))
    return made


def _url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/ledger/setup/{path}"


def _post_some(books: Tenant, *, on: date = date(2026, 3, 10), amount: int = 100_00, debit: str = "4930") -> None:
    posting = transfer(
        debit=by_number(debit), credit=by_number("1200"), amount=amount, amount_base=amount, currency="EUR",
        memo=Memo(text="Posten"),
    )  # fmt: skip
    with tenant(books.id):
        post([NewEntry(posting=posting, entry_date=on)], at=NOW)


def _post_taxed(books: Tenant, *, on: date) -> None:
    lines = [
        PostingLine(by_number("1200"), 119_00, 119_00, "EUR"),
        PostingLine(by_number("8400"), -100_00, -100_00, "EUR", tax_code="sale-standard"),
        PostingLine(by_role("output_vat"), -19_00, -19_00, "EUR"),
    ]
    with tenant(books.id):
        post([NewEntry(posting=balanced(lines, memo=Memo(text="Erlös")), entry_date=on)], at=NOW)


def _account_id(books: Tenant, number: str) -> int:
    with tenant(books.id):
        return Account.objects.get(number=number).id


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("role", ["administrator", "bookkeeper", "reader"])
def test_every_room_can_be_read(books: Tenant, client: Client, room: str, role: str) -> None:
    client.force_login(a_member(books, role=role))

    assert client.get(_url(books, room)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "accounts/new", "accounts/1/switch", "roles/1/", "taxes/1/version", "taxes/1/copy", "taxes/1/end",
        "taxes/1/remove", "regimes/add", "regimes/1/remove", "rates/add", "rates/upload", "rates/confirm",
        "rates/1/remove", "types/new", "types/1/", "opening/save", "opening/read",
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["reader", "treasurer"])
def test_whoever_may_not_set_up_changes_nothing(books: Tenant, client: Client, path: str, role: str) -> None:
    client.force_login(a_member(books, role=role))

    assert client.post(_url(books, path), ACCOUNT).status_code == 403


@pytest.mark.parametrize("room", ["accounts/", "opening/", ""])
def test_a_room_asks_as_often_for_many_entries_as_for_few(books: Tenant, client: Client, room: str) -> None:
    _post_some(books)
    few = _queries(client, _url(books, room))

    for number in ("4940", "4950", "4900"):
        _post_some(books, debit=number)

    assert _queries(client, _url(books, room)) == few


def test_an_account_is_created_with_its_flags_and_recorded(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "accounts/new"), ACCOUNT | {"is_automatic": "on"})

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
    assert "4931" in client.get(_url(books, "accounts/?q=Werkstatt")).content.decode()


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
    answer = client.post(_url(books, "accounts/new"), ACCOUNT | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "k-errsum" in page
    if "name_de" not in typed:
        assert sentence in page
        assert "Bürobedarf Werkstatt" in page
    with tenant(books.id):
        assert Account.objects.filter(name_de="Bürobedarf Werkstatt").count() == 0


def test_an_account_is_renamed_and_its_history_says_so(books: Tenant, client: Client) -> None:
    key = _account_id(books, "4930")

    client.post(_url(books, f"accounts/{key}/"), ACCOUNT | {"number": "9999", "name_de": "Bürokram"})

    with tenant(books.id):
        changed = Account.objects.get(id=key)
        assert (changed.number, changed.name_de) == ("4930", "Bürokram")
    assert "Konto geändert" in client.get(_url(books, f"accounts/{key}/")).content.decode()


def test_the_type_changes_only_while_nothing_is_posted(books: Tenant, client: Client) -> None:
    key = _account_id(books, "2310")
    typed = ACCOUNT | {"name_de": "Neutrales", "kind": "income", "tax_code": ""}

    client.post(_url(books, f"accounts/{key}/"), typed)
    with tenant(books.id):
        assert Account.objects.get(id=key).kind == "income"
    _post_some(books, debit="2310")
    client.post(_url(books, f"accounts/{key}/"), typed | {"kind": "expense"})

    with tenant(books.id):
        assert Account.objects.get(id=key).kind == "income"
    assert "behält" in client.get(_url(books, f"accounts/{key}/")).content.decode()


def test_an_account_with_a_balance_stays_in_use(books: Tenant, client: Client) -> None:
    key = _account_id(books, "4940")
    _post_some(books, debit="4940")

    refused = client.post(_url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Saldo" in refused
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_an_account_goes_out_of_use_and_comes_back(books: Tenant, client: Client) -> None:
    key = _account_id(books, "4940")

    client.post(_url(books, f"accounts/{key}/switch"))
    with tenant(books.id):
        assert not Account.objects.get(id=key).is_active
    assert "4940" in client.get(_url(books, "accounts/?state=off")).content.decode()
    client.post(_url(books, f"accounts/{key}/switch"))

    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_a_bookkeeper_sets_up_the_chart(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books, role="bookkeeper"))

    assert client.post(_url(books, "accounts/new"), ACCOUNT).status_code == 302

    with tenant(books.id):
        assert Account.objects.get(number="4931").is_active


def test_an_account_that_a_cost_type_is_mapped_to_stays_in_use(books: Tenant, client: Client) -> None:
    key = _account_id(books, "4940")
    with tenant(books.id):
        category = CostType.objects.create(code="office", name="Büromaterial")
        map_cost_type(category.id, Account.objects.get(id=key), by=None)

    page = client.post(_url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Kostenart „Büromaterial“" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_the_ledger_account_of_a_money_account_stays_in_use(books: Tenant, client: Client) -> None:
    key = _account_id(books, "4940")
    with tenant(books.id):
        MoneyAccount.objects.create(code="kasse2", name="Handkasse", kind="cash", currency="EUR", account_id=key)

    page = client.post(_url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Geldkontos „Handkasse“" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def test_an_account_that_plays_a_part_stays_in_use(books: Tenant, client: Client) -> None:
    key = _account_id(books, "2305")

    page = client.post(_url(books, f"accounts/{key}/switch"), follow=True).content.decode()

    assert "Minderzahlungen" in page
    with tenant(books.id):
        assert Account.objects.get(id=key).is_active


def _role_id(books: Tenant, role: str) -> int:
    with tenant(books.id):
        return AccountRole.objects.get(role=role, rate_percent=None).id


def test_a_part_is_given_to_another_account(books: Tenant, client: Client) -> None:
    key = _role_id(books, "bank_charges")

    answer = client.post(_url(books, f"roles/{key}/"), {"account": "4980"})

    assert answer.status_code == 302
    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "4980"
    page = client.get(_url(books, f"accounts/{_account_id(books, '4980')}/")).content.decode()
    assert "<del>4970</del> <ins>4980</ins>" in page


def test_a_part_whose_account_holds_a_balance_changes_only_when_confirmed(books: Tenant, client: Client) -> None:
    key = _role_id(books, "bank_charges")
    _post_some(books, debit="4970")

    refused = client.post(_url(books, f"roles/{key}/"), {"account": "4980"})
    assert refused.status_code == 422
    assert "100,00" in refused.content.decode()
    client.post(_url(books, f"roles/{key}/"), {"account": "4980", "confirmed": "on"})

    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "4980"


def test_open_items_keep_a_collective_account(books: Tenant, client: Client) -> None:
    key = _role_id(books, "receivables")

    answer = client.post(_url(books, f"roles/{key}/"), {"account": "1200"})

    assert answer.status_code == 422
    assert "Sammelkonto" in answer.content.decode()
    with tenant(books.id):
        assert AccountRole.objects.get(id=key).account.number == "1400"


def _tax_id(books: Tenant, code: str = "sale-standard") -> int:
    with tenant(books.id):
        return TaxCode.objects.filter(code=code).order_by("-valid_from")[0].id


VERSION = {
    "valid_from": "01.07.2027", "rate_percent": "20", "deductible_percent": "100", "name_de": "Umsatzsteuer Normalsatz",
    "name_en": "Output VAT", "base_box": "81", "category": "S",
}  # fmt: skip


def test_a_new_version_ends_the_one_before(books: Tenant, client: Client) -> None:
    key = _tax_id(books)

    answer = client.post(_url(books, f"taxes/{key}/version"), VERSION)

    assert answer.status_code == 302
    with tenant(books.id):
        old, new = TaxCode.objects.filter(code="sale-standard").order_by("valid_from").reverse()[:2][::-1]
        assert (old.valid_to, new.valid_from, new.valid_to) == (date(2027, 6, 30), date(2027, 7, 1), None)
        assert (new.rate_percent, new.kind, new.tax_role, new.undue_role) == (
            Decimal(20), "output", "output_vat", "output_vat_undue",
        )  # fmt: skip


def test_a_version_does_not_reach_back_over_entries(books: Tenant, client: Client) -> None:
    _post_taxed(books, on=date(2026, 3, 10))

    refused = client.post(_url(books, f"taxes/{_tax_id(books)}/version"), VERSION | {"valid_from": "01.03.2026"})
    allowed = client.post(_url(books, f"taxes/{_tax_id(books)}/version"), VERSION | {"valid_from": "11.03.2026"})

    assert refused.status_code == 422
    assert "2026-03-10" in refused.content.decode()
    assert allowed.status_code == 302


def test_a_version_is_ended_and_taken_back_only_without_entries(books: Tenant, client: Client) -> None:
    _post_taxed(books, on=date(2026, 3, 10))
    key = _tax_id(books)

    refused = client.post(_url(books, f"taxes/{key}/end"), {"valid_to": "09.03.2026"})
    client.post(_url(books, f"taxes/{key}/end"), {"valid_to": "31.12.2026"})
    kept = client.post(_url(books, f"taxes/{key}/remove"), follow=True).content.decode()

    assert refused.status_code == 422
    assert "2026-03-10" in kept
    with tenant(books.id):
        assert TaxCode.objects.get(id=key).valid_to == date(2026, 12, 31)


def test_a_mistaken_version_is_taken_back_and_the_one_before_runs_on(books: Tenant, client: Client) -> None:
    before = _tax_id(books)
    client.post(_url(books, f"taxes/{before}/version"), VERSION)

    client.post(_url(books, f"taxes/{_tax_id(books)}/remove"))

    with tenant(books.id):
        assert TaxCode.objects.get(id=before).valid_to is None
        assert TaxCode.objects.filter(valid_from=date(2027, 7, 1)).count() == 0


def test_a_tax_code_of_ones_own_works_like_another(books: Tenant, client: Client) -> None:
    key = _tax_id(books)

    taken = client.post(_url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-reduced"})
    made = client.post(_url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-hall", "rate_percent": "12,5"})
    wrong = client.post(_url(books, f"taxes/{key}/copy"), VERSION | {"code": "sale-hill", "rate_percent": "125"})

    assert (taken.status_code, made.status_code, wrong.status_code) == (422, 302, 422)
    with tenant(books.id):
        assert TaxCode.objects.get(code="sale-hall").rate_percent == Decimal("12.5")


def test_a_regime_says_what_it_means_before_it_is_set(books: Tenant, client: Client) -> None:
    looked = client.post(_url(books, "regimes/add"), REGIME | {"step": "look"})

    assert looked.status_code == 200
    assert "Vorsteuer" in looked.content.decode()
    with tenant(books.id):
        assert VatRegime.objects.count() == 1

    client.post(_url(books, "regimes/add"), REGIME | {"step": "save"})

    with tenant(books.id):
        made = VatRegime.objects.get(valid_from=date(2027, 1, 1))
        assert (made.output_timing, made.return_period) == ("received", "quarter")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("15.01.2027", "ersten Tag eines Monats"), ("01.01.2025", "bereits"), ("01.01.2024", "beginnen"), ("01.02.2025", "abgeschlossen")],
)  # fmt: skip
def test_a_regime_begins_on_a_month_that_nothing_closed(books: Tenant, client: Client, day: str, sentence: str) -> None:
    with tenant(books.id):
        close_period(Period.objects.get(first_day=date(2025, 2, 1)).id)

    answer = client.post(_url(books, "regimes/add"), REGIME | {"valid_from": day, "step": "save"})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_only_a_future_regime_is_removed(books: Tenant, client: Client) -> None:
    client.post(_url(books, "regimes/add"), REGIME | {"valid_from": "01.01.2099", "step": "save"})
    with tenant(books.id):
        first, future = (row.id for row in VatRegime.objects.order_by("valid_from"))

    client.post(_url(books, f"regimes/{first}/remove"))
    client.post(_url(books, f"regimes/{future}/remove"))

    with tenant(books.id):
        assert [row.id for row in VatRegime.objects.all()] == [first]


@pytest.mark.parametrize(
    ("typed", "rate"),
    [({"rate": "0,92", "direction": "per_unit"}, "0.92"), ({"rate": "1,25", "direction": "per_base"}, "0.8")],
)
def test_a_rate_is_noted_from_either_side(books: Tenant, client: Client, typed: dict[str, str], rate: str) -> None:
    client.post(_url(books, "rates/add"), {"currency": "usd", "day": "01.03.2026"} | typed)

    with tenant(books.id):
        row = ExchangeRate.objects.get()
        assert (row.currency, row.day, row.rate) == ("USD", date(2026, 3, 1), Decimal(rate))


@pytest.mark.parametrize("typed", [{"rate": "0"}, {"rate": "x"}, {"currency": "EUR"}, {"currency": "KWD"}])
def test_a_wrong_rate_is_refused(books: Tenant, client: Client, typed: dict[str, str]) -> None:
    whole = {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"}

    answer = client.post(_url(books, "rates/add"), whole | typed)

    assert answer.status_code == 422
    assert 'value="01.03.2026"' in answer.content.decode()
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0


def _send_rates(books: Tenant, client: Client, text: str, direction: str = "per_base") -> str:
    sent = SimpleUploadedFile("kurse.csv", text.encode(), content_type="text/csv")
    return client.post(_url(books, "rates/upload"), {"file": sent, "direction": direction}).content.decode()


def _token(page: str) -> str:
    return page.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def test_rates_of_the_ecb_are_shown_and_then_saved(books: Tenant, client: Client) -> None:
    text = "KEY,CURRENCY,TIME_PERIOD,OBS_VALUE\nx,USD,2026-03-02,1.25\nx,CHF,2026-03-02,0.8\n"
    page = _send_rates(books, client, text)
    assert "1 USD = 0,8 EUR" in page
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0

    client.post(_url(books, "rates/confirm"), {"token": _token(page)})

    with tenant(books.id):
        rows = {row.currency: row.rate for row in ExchangeRate.objects.all()}
        assert rows == {"USD": Decimal("0.8"), "CHF": Decimal("1.25")}


def test_a_file_with_one_bad_line_saves_nothing_and_names_the_line(books: Tenant, client: Client) -> None:
    page = _send_rates(books, client, "date;currency;rate\n2026-03-02;USD;0,92\n2026-13-02;USD;0,93\n", "per_unit")

    assert "Zeile 3" in page
    assert "2026-13-02" in page
    client.post(_url(books, "rates/confirm"), {"token": _token(page)})
    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0


def test_a_rate_far_from_the_last_one_is_marked(books: Tenant, client: Client) -> None:
    client.post(
        _url(books, "rates/add"),
        {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"},
    )

    page = _send_rates(books, client, "date,currency,rate\n2026-03-02,USD,9.20\n", "per_unit")

    assert "900 %" in page


def test_the_preview_of_other_books_is_worth_nothing_here(books: Tenant, client: Client) -> None:
    page = _send_rates(books, client, "date,currency,rate\n2026-03-02,USD,1.25\n")
    other = a_tenant()
    client.force_login(a_member(other, role="administrator"))

    client.post(_url(other, "rates/confirm"), {"token": _token(page)})

    with tenant(other.id):
        assert ExchangeRate.objects.count() == 0


def test_a_rate_is_removed(books: Tenant, client: Client) -> None:
    client.post(
        _url(books, "rates/add"),
        {"currency": "USD", "day": "01.03.2026", "rate": "0,92", "direction": "per_unit"},
    )
    with tenant(books.id):
        key = ExchangeRate.objects.get().id

    client.post(_url(books, f"rates/{key}/remove"))

    with tenant(books.id):
        assert ExchangeRate.objects.count() == 0


TYPE = {"movement": "underpayment", "code": "fee", "name_de": "Bankspesen", "name_en": "Bank fees", "account": "4970"}


def test_a_document_type_is_made_and_changed(books: Tenant, client: Client) -> None:
    client.post(_url(books, "types/new"), TYPE)
    with tenant(books.id):
        made = DocumentType.objects.get(code="fee")
        assert made.account is not None
        assert (made.account.number, made.takes_tax_of_item) == ("4970", False)

    client.post(_url(books, f"types/{made.id}/"), TYPE | {"account": "4980", "takes_tax_of_item": "on"})

    with tenant(books.id):
        changed = DocumentType.objects.select_related("account").get(code="fee")
        assert changed.account is not None
        assert (changed.account.number, changed.takes_tax_of_item) == ("4980", True)


@pytest.mark.parametrize(
    ("typed", "sentence"), [({"code": "underpayment"}, "bereits"), ({"account": "1400"}, "Sammelkonto"), ({"account": "7777"}, "aus der Liste")]
)  # fmt: skip
def test_a_wrong_document_type_is_refused(books: Tenant, client: Client, typed: dict[str, str], sentence: str) -> None:
    answer = client.post(_url(books, "types/new"), TYPE | typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Bankspesen" in answer.content.decode()


def _opened(books: Tenant) -> dict[str, int]:
    with tenant(books.id):
        sums: dict[str, int] = {}
        for line in JournalLine.objects.filter(is_posted=True).select_related("account"):
            sums[line.account.number] = sums.get(line.account.number, 0) + line.amount_base
    return {number: total for number, total in sums.items() if total}


def test_opening_balances_are_posted_against_the_opening_account(books: Tenant, client: Client) -> None:
    client.post(
        _url(books, "opening/save"), {"debit-1200": "1.500,00", "debit-1000": "20,50", "credit-0860": "1.000,00"}
    )

    assert _opened(books) == {"1200": 1500_00, "1000": 20_50, "0860": -1000_00, "9000": -520_50}
    with tenant(books.id):
        entry = JournalEntry.objects.get()
        assert (entry.entry_date, entry.kind, entry.document_number) == (date(2025, 1, 1), "opening", "EB-2025")
    assert 'value="1.500,00"' in client.get(_url(books, "opening/")).content.decode()


def test_opening_balances_that_change_replace_the_earlier_ones(books: Tenant, client: Client) -> None:
    first = {"debit-1200": "1.500,00", "credit-0860": "1.500,00"}
    client.post(_url(books, "opening/save"), first)
    client.post(_url(books, "opening/save"), first)
    client.post(_url(books, "opening/save"), {"debit-1200": "1.400,00", "credit-0860": "1.500,00"})

    assert _opened(books) == {"1200": 1400_00, "0860": -1500_00, "9000": 100_00}
    with tenant(books.id):
        kinds = list(JournalEntry.objects.order_by("id").values_list("kind", flat=True))
        assert kinds == ["opening", "reversal", "opening"]

    client.post(_url(books, "opening/save"), {})

    assert _opened(books) == {}


def test_a_wrong_amount_is_named_and_nothing_typed_is_lost(books: Tenant, client: Client) -> None:
    answer = client.post(
        _url(books, "opening/save"),
        {"debit-1200": "1.500,00", "debit-1000": "abc", "debit-0860": "1", "credit-0860": "2"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1.500,00"' in page
    assert 'value="abc"' in page
    assert "entweder Soll oder Haben" in page
    assert _opened(books) == {}


def test_a_pasted_table_fills_the_screen_and_posts_nothing(books: Tenant, client: Client) -> None:
    answer = client.post(
        _url(books, "opening/read"),
        {"table": "Konto\tName\tSoll\tHaben\n1200\tBank\t1.500,00\t\n0860\tVortrag\t\t1500\n"},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('value="1.500,00"') == 2
    assert _opened(books) == {}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1400;100;", "fasst offene Posten zusammen"),
        ("4930;100;", "Erfolgskonto"),
        ("9000;100;", "Rest"),
        ("7777;100;", "kein aktives Konto"),
        ("1200;100;100", "entweder"),
        ("1200;-5;", "negativ"),
        ("1200;abc;", "abc"),
    ],
)
def test_a_line_that_cannot_open_is_named(books: Tenant, client: Client, line: str, sentence: str) -> None:
    sent = SimpleUploadedFile("eb.csv", f"account;debit;credit\n0860;;100\n{line}\n".encode())

    answer = client.post(_url(books, "opening/read"), {"file": sent})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zeile 3" in page
    assert sentence in page


def test_a_control_account_does_not_open_by_a_sum_even_if_somebody_sends_it(books: Tenant, client: Client) -> None:
    client.post(_url(books, "opening/save"), {"debit-1400": "100,00", "debit-1200": "50,00"})

    assert _opened(books) == {"1200": 50_00, "9000": -50_00}


def test_a_closed_first_month_keeps_its_opening(books: Tenant, client: Client) -> None:
    client.post(_url(books, "opening/save"), {"debit-1200": "50,00"})
    with tenant(books.id):
        close_period(Period.objects.get(first_day=date(2025, 1, 1)).id)

    refused = client.post(_url(books, "opening/save"), {"debit-1200": "60,00"})

    assert refused.status_code == 422
    assert _opened(books)["1200"] == 50_00


def test_the_next_number_is_shown(books: Tenant, client: Client) -> None:
    _post_some(books)
    _post_some(books)

    assert "2026-000003" in client.get(_url(books, "numbers/")).content.decode()
