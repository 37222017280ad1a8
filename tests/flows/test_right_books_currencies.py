"""Foreign currency both ways, and Swiss coins: what an item was worth, what was paid, and what is left to gain or loss."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.ledger.models.accounts import AccountRole
from kontor.ledger.models.taxes import ExchangeRate
from kontor.ledger.rules.postings import by_number, by_role
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.coins import in_coins
from kontor.openitems.rules.steps import Share
from tests.builders import NOW, a_bank_account
from tests.flows.right_books import Story, a_story, balances, posted

pytestmark = pytest.mark.usefixtures("database")
DAY, PAID, UNDONE = date(2026, 3, 10), date(2026, 3, 20), date(2026, 4, 1)


@pytest.fixture
def german() -> Story:
    return a_story()


@pytest.fixture
def swiss() -> Story:
    return a_story(country="CH", chart="KMU")


def dollars(story: Story, number: str = "RE-USD") -> int:
    """Open a claim of 1,000.00 USD without tax at 0.92."""
    return story.invoice(number, 1_000_00, on=DAY, account="8200", code="", currency="USD", rate="0.92")


@pytest.mark.parametrize(
    ("euros", "difference"), [(940_00, [("2660", -20_00)]), (900_00, [("2150", 20_00)]), (920_00, [])]
)
def test_a_claim_in_dollars_brings_gain_or_loss_and_undone_nothing(
    german: Story, euros: int, difference: list[tuple[str, int]]
) -> None:
    with german.open():
        item = dollars(german)
        entry = german.pay(euros, Share(item_id=item, cash=1_000_00, paid=euros), on=PAID)

        assert posted(entry) == sorted([("1200", euros), ("1400", -920_00), *difference])
        german.prove()
        cancel_entry(entry, day=UNDONE, at=NOW, by=german.clerk)
        assert balances() == {"1400": 920_00, "8200": -920_00}
        german.prove()


@pytest.mark.parametrize(("euros", "difference"), [(940_00, ("2150", 20_00)), (900_00, ("2660", -20_00))])
def test_a_debt_in_dollars_costs_more_or_less_and_undone_nothing(
    german: Story, euros: int, difference: tuple[str, int]
) -> None:
    with german.open():
        item = german.bill("RG-USD", 1_000_00, on=DAY, code="", currency="USD", rate="0.92")
        entry = german.pay(-euros, Share(item_id=item, cash=1_000_00, paid=euros), on=PAID)

        assert posted(entry) == sorted([("1200", -euros), ("1600", 920_00), difference])
        cancel_entry(entry, day=UNDONE, at=NOW, by=german.clerk)
        assert balances() == {"1600": -920_00, "4930": 920_00}
        german.prove()


@pytest.mark.parametrize("is_first_undone_first", [True, False])
def test_two_parts_in_dollars_each_at_its_own_rate(german: Story, *, is_first_undone_first: bool) -> None:
    """400 of 1,000 USD (booked 368.00) for 376.00, then 600 USD (552.00) for 540.00: gain 8.00, loss 12.00."""
    with german.open():
        item = dollars(german)
        parts = [
            german.pay(376_00, Share(item_id=item, cash=400_00, paid=376_00), on=PAID),
            german.pay(540_00, Share(item_id=item, cash=600_00, paid=540_00), on=PAID),
        ]
        assert balances() == {"1200": 916_00, "8200": -920_00, "2660": -8_00, "2150": 12_00}
        german.prove()

        for entry in parts if is_first_undone_first else parts[::-1]:
            cancel_entry(entry, day=UNDONE, at=NOW, by=german.clerk)

        assert balances() == {"1400": 920_00, "8200": -920_00}
        german.prove()


def test_a_discount_in_dollars_corrects_vat_at_the_rate_of_the_invoice(german: Story) -> None:
    """1,190 USD at 0.92 = 1,094.80. Paid 1,166.20 USD on a dollar account at 0.94 = 1,096.23.

    The discount of 23.80 USD is 21.90, of which 3.50 VAT and 18.40 net; the rest, 23.33, is a gain.
    """
    with german.open():
        ExchangeRate.objects.create(currency="USD", day=PAID, rate=Decimal("0.94"))
        account = a_bank_account(currency="USD")
        item = german.invoice("RE-USD", 1_000_00, on=DAY, currency="USD", rate="0.92")
        assert balances() == {"1400": 1_094_80, "8400": -920_00, "1776": -174_80}

        entry = german.pay(1_166_20, Share(item_id=item, cash=1_166_20, discount=23_80), on=PAID, account_id=account,
                           currency="USD")  # fmt: skip

        assert posted(entry) == [
            ("1200", 1_096_23),
            ("1400", -1_094_80),
            ("1776", 3_50),
            ("2660", -23_33),
            ("8736", 18_40),
        ]
        german.prove()
        cancel_entry(entry, day=UNDONE, at=NOW, by=german.clerk)
        assert balances() == {"1400": 1_094_80, "8400": -920_00, "1776": -174_80}
        german.prove()


@pytest.mark.parametrize(("owed", "coins"), [(12_33, 12_35), (12_32, 12_30), (12_35, 12_35), (12_38, 12_40), (2, 0)])
def test_francs_are_paid_in_coins_of_five_rappen(owed: int, coins: int) -> None:
    assert in_coins(owed, "CHF") == coins
    assert in_coins(owed, "EUR") == owed


def a_cash_box(story: Story) -> int:
    account_id = AccountRole.objects.get(role="cash", rate_percent=None).account_id
    currency = story.tenant.base_currency
    box = MoneyAccount.objects.create(
        code="kasse", name="Kasse", kind=MoneyAccountKind.CASH, currency=currency, account_id=account_id
    )
    return box.id


def sale(story: Story, net: int) -> int:
    return story.invoice(f"RE-{net}", net, on=DAY, account="3400", currency="CHF")


def test_an_invoice_of_12_33_is_paid_12_35_in_cash(swiss: Story) -> None:
    """11.41 net and 0.92 VAT (8.1 %): what the till got too much is income without VAT."""
    with swiss.open():
        a_cash_box(swiss)
        item = sale(swiss, 11_41)
        assert OpenItem.objects.get(id=item).amount_open == 12_33

        entry = settle_through(item, by_number("1000"), day=PAID, at=NOW, by=swiss.clerk)

        assert posted(entry) == [("1000", 12_35), ("1100", -12_33), ("3620", -2)]
        assert (OpenItem.objects.get(id=item).amount_open, OpenItem.objects.get(id=item).differences) == (0, -2)
        swiss.prove()
        cancel_entry(entry, day=UNDONE, at=NOW, by=swiss.clerk)
        assert balances() == {"1100": 12_33, "3400": -11_41, "2200": -92}
        assert OpenItem.objects.get(id=item).differences == 0
        swiss.prove()


def test_an_invoice_of_12_32_is_paid_12_30_in_cash(swiss: Story) -> None:
    with swiss.open():
        a_cash_box(swiss)
        entry = settle_through(sale(swiss, 11_40), by_number("1000"), day=PAID, at=NOW, by=swiss.clerk)

        assert posted(entry) == [("1000", 12_30), ("1100", -12_32), ("3621", 2)]
        swiss.prove()


def test_a_bill_of_12_33_costs_12_35_in_cash_and_12_33_by_transfer(swiss: Story) -> None:
    with swiss.open():
        a_cash_box(swiss)
        bills = [
            swiss.bill(number, 11_41, on=DAY, account="6500", code="operating-standard", currency="CHF")
            for number in ("RG-1", "RG-2")
        ]
        cash = settle_through(bills[0], by_number("1000"), day=PAID, at=NOW, by=swiss.clerk)
        bank = settle_through(bills[1], by_role("transit"), day=PAID, at=NOW, by=swiss.clerk)

        assert posted(cash) == [("1000", -12_35), ("2000", 12_33), ("3621", 2)]
        assert posted(bank) == [("1090", -12_33), ("2000", 12_33)]
        swiss.prove()


def test_a_till_of_francs_is_matched_with_what_was_rounded(swiss: Story) -> None:
    """On the workbench the same two Rappen are a tolerated overpayment; VAT on them rounds to nothing."""
    with swiss.open():
        till = a_cash_box(swiss)
        item = sale(swiss, 11_41)

        entry = swiss.pay(
            12_35, Share(item_id=item, cash=12_35, difference=-2), on=PAID, account_id=till, currency="CHF"
        )

        assert posted(entry) == [("1000", 12_35), ("1100", -12_33), ("3620", -2)]
        swiss.prove()
