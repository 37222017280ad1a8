"""What the workbench ticks by itself."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from kontor.matching.choices import Picked, chosen
from kontor.matching.detail import _proposed
from kontor.matching.queries.proposals import Stored
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import DiscountTier, ItemShare, OpenItemRow
from kontor.matching.wording import RULES

DAY = date(2026, 11, 20)


def a_proposal(*, rank: int = 1, score: int = 80, lead: int = 40) -> Stored:
    return Stored(
        id=1, transaction_id=1, rank=rank, score=score, lead=lead, decision="proposed", remainder=0,
        shares=(ItemShare(7, 11_900),), evidence=(), notes=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("proposal", "ticked"),
    [
        (a_proposal(score=40, lead=10), (7,)),
        (a_proposal(score=39), ()),
        (a_proposal(lead=9), ()),
        (a_proposal(rank=2, score=25, lead=0), (7,)),  # somebody chose to look at it
    ],
)
def test_only_a_strong_proposal_that_leads_is_ticked_by_itself(proposal: Stored, ticked: tuple[int, ...]) -> None:
    assert _proposed(proposal).items == ticked


def an_item(*, discount: int = 0, tolerance: int = 0) -> OpenItemRow:
    tiers = (DiscountTier(DAY, DAY, discount),) if discount else ()
    return OpenItemRow(
        item_id=7, side="receivable", is_credit_note=False, party_id=1, document_number="R7", references=(),
        document_date=DAY, due_date=DAY, currency="EUR", amount_open=10_000, amount_original=10_000, discounts=tiers,
        tolerance_under=tolerance,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "paid", "difference", "may_discount"),
    [
        (an_item(), 4_000, "leave", False),  # a part payment: nothing is posted but the money
        (an_item(tolerance=5), 9_998, "write_off", False),
        (an_item(discount=200), 9_800, "discount", True),
        (an_item(discount=200), 4_000, "leave", True),  # the discount does not explain so much
        (an_item(discount=200), 10_000, "leave", False),
    ],
)
def test_the_screen_names_what_becomes_of_the_rest_and_offers_discount_only_where_there_is_one(
    *, item: OpenItemRow, paid: int, difference: str, may_discount: bool
) -> None:
    done = chosen(
        [Picked(row=item, cash=paid)], rest=paid, currency="EUR", on=DAY, shortfall="discount", surplus="leave",
        may_write_off=False,
    )  # fmt: skip

    assert (done.difference, done.may_discount) == (difference, may_discount)


def test_every_criterion_has_a_name_in_words() -> None:
    names = [rule.name for rule in fields(Ruleset)]
    counted = {*names[: names.index("points_stored")], "fee_text"}

    assert {rule for rule in counted if rule not in RULES} == set()
