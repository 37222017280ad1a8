"""The preview is made by the rules alone: it says line by line what booking writes, or why booking refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from kontor.core.figures import format_amount
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.models.taxes import ExchangeRate, TaxCode, VatRegime, VatStatus, VatTiming
from kontor.ledger.queries.names import dated_tax_codes
from kontor.receipts.actions.booking import book
from kontor.receipts.actions.processing import ProcessedPart
from kontor.receipts.actions.trying import Trial, booked_lines, preview_of
from kontor.receipts.models import StaffParty
from kontor.receipts.queries.documents import document_by_id
from kontor.receipts.rules.lines import Line
from tests.builders import NOW, a_day

from .desk_books import browser, typed, url
from .office import DAY, Office, an_office
from .tried_books import agrees, an_advance, handed_in, of_advance, to_account, tried, with_parts

pytestmark = pytest.mark.usefixtures("database")

VARIANTS = ("private", "organisation", "to_pay", "donation", "advance")
TAXES = (
    "purchase-standard", "purchase-reduced", "none", "", "reverse-charge-standard", "eu-acquisition-standard",
    "import-vat", "sale-standard",
)  # fmt: skip


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_payment_posts_what_its_preview_shows_under_every_tax_code(office: Office, variant: str) -> None:
    for tax_code, gross in zip(TAXES, (119_00, 61_37) * 4, strict=True):
        with office.open():
            advance = an_advance(office)
        more = of_advance(office, advance) if variant == "advance" else {}
        document_id = handed_in(office, gross, variant=variant, document_number=f"R {tax_code}{gross}", **more)
        with office.open():
            to_account(office, document_id, tax_code=tax_code)

            shown = agrees(office, document_id)

            assert bool(shown.refusal) == (tax_code == "sale-standard")
            assert len(shown.lines) >= (4 if variant in {"donation", "advance"} and shown.lines else 0)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("status", [VatStatus.REGULAR, VatStatus.SMALL, VatStatus.NOT_ENTREPRENEUR])
def test_regime_timing_and_deductible_shares_are_those_of_the_books(office: Office, variant: str, status: str) -> None:
    with office.open():
        VatRegime.objects.create(
            valid_from=a_day(1, 1), status=status, output_timing=VatTiming.RECEIVED, input_timing=VatTiming.RECEIVED
        )
        mixed = TaxCode.objects.get(code="purchase-standard", valid_to=None)
        mixed.pk, mixed.code, mixed.deductible_percent = None, "purchase-mixed", Decimal(40)
        mixed.save(force_insert=True)
        advance = an_advance(office, 50_00)
    more = of_advance(office, advance) if variant == "advance" else {}
    document_id = handed_in(office, 119_03, variant=variant, **more)
    with office.open():
        account_id = Account.objects.get(number="4980").id
        parts = [
            ProcessedPart(gross=gross, account_id=account_id, tax_code=code, tax_amount=tax, project_id=project)
            for gross, code, tax, project in (
                (50_01, "purchase-mixed", None, office.project.id), (33_33, "purchase-standard", 5_31, None),
                (35_69, "reverse-charge-standard", None, None),
            )
        ]  # fmt: skip
        with_parts(office, document_id, parts)

        assert agrees(office, document_id).refusal is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_foreign_money_is_shown_at_the_rate_it_is_booked_at(office: Office, variant: str) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9137"))
        advance = an_advance(office, 60_00, currency="USD")
    more = of_advance(office, advance) if variant == "advance" else {}
    document_id = handed_in(office, 119_01, variant=variant, currency="USD", **more)
    with office.open():
        to_account(office, document_id)

        assert agrees(office, document_id).refusal is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_return_is_shown_the_other_way_round(office: Office, variant: str) -> None:
    with office.open():
        advance = an_advance(office)
    more = of_advance(office, advance) if variant == "advance" else {}
    document_id = handed_in(office, 59_50, variant=variant, **more)
    with office.open():
        part = ProcessedPart(
            gross=-59_50, account_id=Account.objects.get(number="4980").id, tax_code="purchase-standard"
        )
        with_parts(office, document_id, [part], gross=-59_50)

        shown = agrees(office, document_id)

        assert bool(shown.refusal) == (variant == "donation")
        assert all(line.debit == 59_50 for line in shown.lines[:1])


@pytest.mark.parametrize("amount", [10_00, 119_00, 300_00])
def test_an_advance_is_set_off_as_far_as_both_go(office: Office, amount: int) -> None:
    with office.open():
        advance = an_advance(office, amount)
    document_id = handed_in(office, variant="advance", **of_advance(office, advance))
    again = handed_in(office, 120_00, variant="advance", **of_advance(office, advance))
    with office.open():
        to_account(office, document_id)
        to_account(office, again)

        assert len(agrees(office, document_id).lines) == 5
        assert len(agrees(office, again).lines) == (5 if amount > 119_00 else 3)


@pytest.fixture(scope="module")
def office_of(test_database: None, django_db_blocker: DjangoDbBlocker) -> Callable[[str, str], Office]:
    """Return what gives the one office of a chart; each receipt in it stands for itself."""

    @cache
    def given(country: str, chart: str) -> Office:
        with django_db_blocker.unblock():
            return an_office(chart=chart, country=country)

    return given


@pytest.mark.parametrize(
    ("country", "chart", "account", "tax_code"),
    [
        ("AT", "EKR", "7600", "purchase-standard"), ("AT", "EKR", "7600", "reverse-charge-standard"),
        ("CH", "KMU", "6500", "operating-standard"), ("CH", "KMU", "6500", "reverse-charge-standard"),
        ("DE", "SKR42", "68450", "purchase-standard"), ("DE", "SKR04", "6300", "purchase-standard"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_chart_has_its_own_accounts_in_the_preview(
    office_of: Callable[[str, str], Office], country: str, chart: str, account: str, tax_code: str, variant: str
) -> None:
    office = office_of(country, chart)
    with office.open():
        advance = an_advance(office)
    more = of_advance(office, advance) if variant == "advance" else {}
    document_id = handed_in(office, 120_00, currency=office.tenant.base_currency, **more)
    with office.open():
        with_parts(
            office,
            document_id,
            [
                ProcessedPart(
                    gross=gross, account_id=Account.objects.get(number=account).id, tax_code=tax_code, sphere=sphere
                )
                for gross, sphere in ((70_00, "business"), (50_00, "ideal"))
            ],
            variant=variant, means_id=office.card.id,
        )  # fmt: skip

        shown = agrees(office, document_id)

        assert bool(shown.refusal) == (country != "DE" and variant == "donation")


def test_a_first_receipt_of_somebody_is_previewed_without_making_them_a_contact(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        to_account(office, document_id)
        before = JournalEntry.objects.count(), StaffParty.objects.count()
        with CaptureQueriesContext(connection) as seen:
            assert tried(office, document_id).lines

        assert (JournalEntry.objects.count(), StaffParty.objects.count()) == before == (0, 0)
        assert [each["sql"] for each in seen if not each["sql"].lstrip().upper().startswith("SELECT")] == []


def test_the_preview_of_a_known_submitter_asks_for_the_books_and_the_accounts_only(office: Office) -> None:
    first, second = handed_in(office), handed_in(office, 50_00)
    with office.open():
        to_account(office, first)
        to_account(office, second)
        book(first, at=NOW, by=office.clerk)
        document = document_by_id(second)
        assert document is not None
        codes = dated_tax_codes()
        line = Line(position=1, gross=50_00, account="4980", tax_code="purchase-standard")
        with CaptureQueriesContext(connection) as seen:
            shown = preview_of(Trial(document, [line], DAY, office.clerk, office.tenant, codes))

    assert [each.number for each in shown.lines] == ["1700", "4980", "1576"]
    assert len(seen) == 2


def test_what_is_typed_is_previewed_through_the_door_as_it_is_then_booked(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9137"))
    client = browser(office.clerk)
    for changes in (
        {"gross": "61,37", "part0-tax_code": "purchase-reduced"},
        {"variant": "organisation", "means": str(office.card.id)},
        {"variant": "to_pay", "supplier": "Neuer Lieferant", "document_number": "N 1", "payee_iban": ""},
        {"variant": "donation"},
        {"currency": "USD", "rate": ""},
        {"parts": "2", "part0-gross": "100,00", "part1-gross": "19,00", "part1-account": "4930", "part1-tax_code": ""},
        {"part0-tax_amount": "18,98", "entry_date": "01.05.2026"},
    ):
        document_id = handed_in(office)
        with office.open():
            to_account(office, document_id)
        data = typed(office, document_id, **changes)
        shown = client.post(url(office, "desk_preview", document_id=document_id), data).content.decode()
        assert client.post(url(office, "desk_book", document_id=document_id), data).status_code == 302, changes
        with office.open():
            document = document_by_id(document_id)
            assert document is not None
            lines = booked_lines(document)
        wanted = [
            (line.number, format_amount(line.debit or line.credit, currency="EUR", region="DE"))
            for line in sorted(lines, key=lambda line: not line.debit)
        ]

        cells = re.findall(r"<td>(\d+)</td><td>[^<]*</td><td>([^<]*)</td><td>([^<]*)</td>", shown)
        assert [(number, debit or credit) for number, debit, credit in cells] == wanted, changes
