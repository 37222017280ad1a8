"""What the workbench ticks by itself."""

from __future__ import annotations

import pytest

from kontor.matching.detail import _proposed
from kontor.matching.queries.proposals import Stored
from kontor.matching.rules.values import ItemShare


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
