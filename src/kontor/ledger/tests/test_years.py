"""Year end and entries that come again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models import Sum

from kontor.core.tenancy import tenant
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.actions.recurring import Terms, post_recurring, save_recurring
from kontor.ledger.actions.years import NothingToCarry, carry_forward, ensure_years
from kontor.ledger.models import FiscalYear, JournalEntry, JournalLine, Period
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from tests.builders import a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def books(database: None) -> int:
    return a_tenant().id


def _post(debit: str, credit: str, amount: int) -> None:
    lines = (
        PostingLine(by_number(debit), amount, amount, "EUR"),
        PostingLine(by_number(credit), -amount, -amount, "EUR"),
    )
    post([NewEntry(posting=Posting(lines, Memo(text="Umsatz")), entry_date=date(2025, 5, 5))], at=AT)


def _left_over() -> int:
    lines = JournalLine.objects.filter(is_posted=True, account__kind__in=["income", "expense"])
    return lines.aggregate(total=Sum("amount_base"))["total"] or 0


def _equity() -> int:
    lines = JournalLine.objects.filter(is_posted=True, account__kind="equity")
    return lines.aggregate(total=Sum("amount_base"))["total"] or 0


def test_the_result_goes_to_equity_and_again_after_late_postings(books: int) -> None:
    with tenant(books):
        year = FiscalYear.objects.get(label=2025).id
        _post("1200", "8200", 100_000)
        _post("4210", "1200", 30_000)
        carry_forward(year, base_currency="EUR", at=AT)
        assert (_left_over(), _equity()) == (0, -70_000)

        _post("4210", "1200", 5_000)
        for _again in range(3):
            carry_forward(year, base_currency="EUR", at=AT)
            assert (_left_over(), _equity()) == (0, -65_000)


def test_a_year_without_a_result_has_nothing_to_carry(books: int) -> None:
    with tenant(books), pytest.raises(NothingToCarry):
        carry_forward(FiscalYear.objects.get(label=2025).id, base_currency="EUR", at=AT)


def test_missing_years_open_by_themselves_and_only_once(books: int) -> None:
    with tenant(books):
        ensure_years(date(2029, 3, 1))
        ensure_years(date(2029, 3, 1))

        assert FiscalYear.objects.order_by("-label").values_list("label", flat=True)[0] == 2029
        assert Period.objects.filter(fiscal_year__label=2029).count() == 12


def test_every_occurrence_of_a_plan_is_posted_once(books: int) -> None:
    lines = [{"account": "4210", "amount": 50_000}, {"account": "1200", "amount": -50_000}]
    with tenant(books):
        save_recurring(Terms(name="Miete", text="Miete", every_months=1, next_day=date(2026, 1, 31)), lines=lines)
        first = post_recurring(on=date(2026, 3, 31), currency="EUR", at=AT).written
        second = post_recurring(on=date(2026, 3, 31), currency="EUR", at=AT).written

        days = JournalEntry.objects.filter(kind="recurring").order_by("entry_date").values_list("entry_date", flat=True)
        assert (len(first), len(second)) == (3, 0)
        assert list(days) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
