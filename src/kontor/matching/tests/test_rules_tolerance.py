"""What one payment does to one open item."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.matching.rules.tolerance import settle
from kontor.matching.tests.match_builders import DUE, a_discount, an_item

TERM = {"discounts": (a_discount(grace=3),), "tolerance_under": 500, "tolerance_over": 300}


@pytest.mark.parametrize(
    ("paid", "kind", "cash", "discount", "difference", "remainder", "open_after"),
    [
        (119_000, "full", 119_000, 0, 0, 0, 0),
        (116_620, "discount", 116_620, 2_380, 0, 0, 0),
        (118_000, "discount", 118_000, 1_000, 0, 0, 0),
        (116_120, "underpaid", 116_120, 2_380, 500, 0, 0),
        (116_119, "partial", 116_119, 0, 0, 0, 2_881),
        (119_300, "overpaid", 119_300, 0, -300, 0, 0),
        (119_301, "credit", 119_000, 0, 0, 301, 0),
    ],
)
def test_each_case_of_the_tolerance_decision(
    paid: int, kind: str, cash: int, discount: int, difference: int, remainder: int, open_after: int
) -> None:
    settlement = settle(paid, an_item(**TERM), DUE)

    assert (settlement.kind, settlement.cash, settlement.discount) == (kind, cash, discount)
    assert (settlement.difference, settlement.remainder, settlement.open_after) == (difference, remainder, open_after)


def test_the_discount_ends_after_the_grace_days() -> None:
    item = an_item(**TERM)

    assert settle(116_620, item, DUE + timedelta(3)).is_within_grace
    assert settle(116_620, item, DUE + timedelta(3)).kind == "discount"
    assert settle(116_620, item, DUE + timedelta(4)).kind == "partial"


def test_the_best_valid_tier_counts() -> None:
    item = an_item(discounts=(a_discount(3_570, until=DUE - timedelta(20)), a_discount(2_380)))

    assert settle(115_430, item, DUE - timedelta(25)).discount == 3_570
    assert settle(116_620, item, DUE).discount == 2_380
    assert settle(115_430, item, DUE).kind == "partial"


def test_a_partly_paid_item_has_no_discount_unless_agreed() -> None:
    item = an_item(discounts=(a_discount(),), is_partly_paid=True)

    assert settle(116_620, item, DUE).kind == "partial"
    agreed = an_item(discounts=(a_discount(),), is_partly_paid=True, is_discount_agreed_when_partly_paid=True)
    assert settle(116_620, agreed, DUE).kind == "discount"


def test_earlier_differences_use_up_the_tolerance() -> None:
    assert settle(118_600, an_item(tolerance_under=500, earlier_differences=100), DUE).kind == "underpaid"
    assert settle(118_600, an_item(tolerance_under=500, earlier_differences=101), DUE).kind == "partial"
    assert settle(119_200, an_item(tolerance_over=300, earlier_differences=101), DUE).kind == "credit"


def test_without_limits_no_difference_is_tolerated() -> None:
    assert settle(118_999, an_item(), DUE).kind == "partial"
    assert settle(119_001, an_item(), DUE).remainder == 1


def test_a_payment_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0"):
        settle(0, an_item(), DUE)


@given(st.integers(1, 300_000), st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 9))
def test_no_cent_is_lost(paid: int, discount: int, under: int, over: int, late: int) -> None:
    tiers = (a_discount(discount, until=DUE - timedelta(4), grace=2),) if discount else ()
    item = an_item(discounts=tiers, tolerance_under=under, tolerance_over=over)

    settlement = settle(paid, item, DUE - timedelta(late))

    assert settlement.cash + settlement.remainder == paid
    assert settlement.cash + settlement.discount + settlement.difference + settlement.open_after == item.amount_open
    assert settlement.discount >= 0
    assert settlement.difference <= under
    assert -settlement.difference <= over
