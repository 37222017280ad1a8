"""Year ends: open items on both sides, the result carried forward, the next year's payments, and years that are not the calendar's."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError
from django_subatomic import db

from kontor.contacts.models import BankDetails
from kontor.ledger.actions.books import open_fiscal_year
from kontor.ledger.actions.periods import commit_period
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.actions.years import carry_forward
from kontor.ledger.models import AccountMonth, FiscalYear, JournalEntry, Period
from kontor.ledger.queries.balances import balances as balances_of
from kontor.ledger.queries.names import Span
from kontor.ledger.rules.periods import PeriodNotOpen
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.rules.steps import Share
from kontor.payments.actions.batches import Wanted, collect
from kontor.payments.queries.lists import name_of
from kontor.payments.queries.payables import payables
from tests.builders import NOW
from tests.flows.right_books import Story, a_story, balances, posted

pytestmark = pytest.mark.usefixtures("database")


def year_of(label: int) -> FiscalYear:
    return FiscalYear.objects.get(label=label)


def carried(label: int) -> int:
    return carry_forward(year_of(label).id, base_currency="EUR", at=NOW).id


def commit_through(day: date) -> None:
    for period in Period.objects.filter(last_day__lte=day).order_by("first_day"):
        commit_period(period.id)


def numbers() -> list[str]:
    rows = JournalEntry.objects.filter(state="posted").order_by("id").values_list("year", "sequence")
    return [f"{year}-{sequence}" for year, sequence in rows]


def a_plain_entry(day: date) -> None:
    lines = (PostingLine(by_number("1200"), 1_00, 1_00, "EUR"), PostingLine(by_number("8200"), -1_00, -1_00, "EUR"))
    with db.savepoint():
        post([NewEntry(posting=Posting(lines, Memo(text="zu spät")), entry_date=day)], at=NOW)


def test_last_years_open_items_are_paid_with_discount_at_last_years_rate() -> None:
    """Germany, turn of 2020: 16 % until 31 December, 19 % after; what was invoiced at 16 % is corrected at 16 %."""
    story = a_story(first_year=2020)
    with story.open():
        claim = story.invoice("RE-2020-1", 1_000_00, on=date(2020, 12, 15), account="8340")
        debt = story.bill("RG-2020-1", 500_00, on=date(2020, 12, 16))
        assert balances() == {
            "1400": 1_160_00, "8340": -1_000_00, "1775": -160_00, "4930": 500_00, "1575": 80_00, "1600": -580_00,
        }  # fmt: skip

        assert posted(carried(2020)) == [("0860", -500_00), ("4930", -500_00), ("8340", 1_000_00)]
        commit_through(date(2020, 12, 31))
        assert balances() == {"1400": 1_160_00, "1775": -160_00, "1575": 80_00, "1600": -580_00, "0860": -500_00}
        story.prove()

        paid = story.pay(1_136_80, Share(item_id=claim, cash=1_136_80, discount=23_20), on=date(2021, 1, 10))
        sent = story.pay(-568_40, Share(item_id=debt, cash=568_40, discount=11_60), on=date(2021, 1, 12))
        story.invoice("RE-2021-1", 100_00, on=date(2021, 1, 15))

        assert posted(paid) == [("1200", 1_136_80), ("1400", -1_160_00), ("1775", 3_20), ("8730", 20_00)]
        assert posted(sent) == [("1200", -568_40), ("1575", -1_60), ("1600", 580_00), ("3730", -10_00)]
        assert balances() == {
            "1200": 568_40, "1400": 119_00, "1775": -156_80, "1575": 78_40, "8730": 20_00, "3730": -10_00,
            "8400": -100_00, "1776": -19_00, "0860": -500_00,
        }  # fmt: skip
        assert numbers() == ["2020-1", "2020-2", "2020-3", "2021-1", "2021-2", "2021-3"]
        opening = {row.number: row.opening for row in balances_of(whole(2021))}
        assert {key: value for key, value in opening.items() if value} == {
            "1400": 1_160_00, "1775": -160_00, "1575": 80_00, "1600": -580_00, "0860": -500_00,
        }  # fmt: skip
        story.prove()

        with pytest.raises(PeriodNotOpen), db.savepoint():
            cancel_entry(paid, day=date(2020, 12, 31), at=NOW, by=story.clerk)
        cancel_entry(paid, day=date(2021, 1, 31), at=NOW, by=story.clerk)
        cancel_entry(sent, day=date(2021, 1, 31), at=NOW, by=story.clerk)
        assert balances() == {
            "1400": 1_279_00, "1775": -160_00, "1575": 80_00, "1600": -580_00, "8400": -100_00, "1776": -19_00,
            "0860": -500_00,
        }  # fmt: skip
        story.prove()


def whole(label: int) -> Span:
    year = year_of(label)
    return Span(
        key=str(label), first_day=year.first_day, last_day=year.last_day, is_year=True, year_first_day=year.first_day
    )


@pytest.fixture
def shifting() -> Story:
    """Books whose year is the calendar's through 2026, half a year in 2027, then from July to June."""
    story = a_story(first_year=2026)
    with story.open():
        open_fiscal_year(first_day=date(2027, 1, 1), months=6)
    return story


def test_a_short_year_and_one_from_july_to_june_close_number_and_carry(shifting: Story) -> None:
    story = shifting
    with story.open():
        claim = story.invoice("RE-1", 1_000_00, on=date(2027, 3, 10))
        story.bill("RG-1", 200_00, on=date(2027, 6, 30))
        story.invoice("RE-2", 300_00, on=date(2027, 7, 5))
        paid = story.pay(1_166_20, Share(item_id=claim, cash=1_166_20, discount=23_80), on=date(2027, 7, 20))

        july = year_of(2028)
        assert (july.first_day, july.last_day) == (date(2027, 7, 1), date(2028, 6, 30))
        assert list(Period.objects.filter(fiscal_year=july).order_by("number").values_list("number", "first_day"))[:2] == [
            (1, date(2027, 7, 1)), (2, date(2027, 8, 1)),
        ]  # fmt: skip
        assert posted(carried(2027)) == [("0860", -800_00), ("4930", -200_00), ("8400", 1_000_00)]
        assert numbers() == ["2027-1", "2027-2", "2028-1", "2028-2", "2027-3"]
        commit_through(date(2027, 6, 30))
        with pytest.raises(IntegrityError, match="is closed"):
            a_plain_entry(date(2027, 6, 30))
        story.prove()

        assert {row.number: (row.opening, row.debit, row.credit) for row in balances_of(whole(2028))} == {
            "0860": (-800_00, 0, 0), "1200": (0, 1_166_20, 0), "1400": (1_190_00, 357_00, 1_190_00),
            "1576": (38_00, 0, 0), "1600": (-238_00, 0, 0), "1776": (-190_00, 3_80, 57_00), "8400": (0, 0, 300_00),
            "8736": (0, 20_00, 0),
        }  # fmt: skip
        assert vat_by_month() == {
            ("1576", date(2027, 6, 1)): 38_00, ("1776", date(2027, 3, 1)): -190_00, ("1776", date(2027, 7, 1)): -53_20,
        }  # fmt: skip

        cancel_entry(paid, day=date(2027, 7, 31), at=NOW, by=story.clerk)
        assert posted(carried(2028)) == [("0860", -300_00), ("8400", 300_00)]
        assert balances() == {
            "1400": 1_547_00, "1576": 38_00, "1776": -247_00, "1600": -238_00, "0860": -1_100_00,
        }  # fmt: skip
        story.prove()


def vat_by_month() -> dict[tuple[str, date], int]:
    """Return what moved on the VAT accounts by calendar month, which the return follows whatever the fiscal year is."""
    rows = AccountMonth.objects.filter(account__number__in=["1576", "1776"]).order_by("month")
    return {
        (number, month): debit - credit
        for number, month, debit, credit in rows.values_list("account__number", "month", "debit", "credit")
    }


def test_lists_carry_the_number_of_the_fiscal_year_and_no_number_is_left_out(shifting: Story) -> None:
    story = shifting
    with story.open():
        BankDetails.objects.create(party_id=story.supplier_id, iban="DE02120300000000202051")
        names = []
        for number, day in enumerate([date(2027, 6, 30), date(2027, 7, 1), date(2027, 7, 2)]):
            item = story.bill(f"RG-{number}", 100_00, on=date(2026, 12, 1))
            (payable,) = payables("EUR", ids=[item])
            wanted = Wanted(
                item_id=item, document=f"RG-{number}", payee_name=payable.payee.name, payee_iban=payable.payee.iban
            )
            names.append(
                name_of(collect([wanted], money_account_id=story.bank_id, execution_date=day,
                                at=NOW.replace(year=2027, month=6, day=1), by=story.clerk))
            )  # fmt: skip
            if number == 0:
                story.invoice("RE-1", 100_00, on=date(2027, 7, 1))

        assert names == ["Z-2027-000001", "Z-2028-000001", "Z-2028-000002"]
        story.prove()


def test_a_year_that_was_carried_is_carried_anew_after_late_entries() -> None:
    story = a_story(first_year=2025)
    with story.open():
        story.invoice("RE-1", 1_000_00, on=date(2025, 12, 1))
        carried(2025)
        story.bill("RG-1", 400_00, on=date(2025, 12, 31))

        carried(2025)

        assert balances() == {"1400": 1_190_00, "1776": -190_00, "1600": -476_00, "1576": 76_00, "0860": -600_00}
        story.prove()
