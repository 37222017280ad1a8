"""Several people on one receipt at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from kontor.approvals.actions.requests import answer
from kontor.approvals.models import ApprovalRequest, Decision
from kontor.approvals.rules.answers import NotWaiting
from kontor.approvals.tests.desk import Desk, a_desk, a_policy
from kontor.core import clock
from kontor.organisations.models import User
from kontor.receipts.actions.submitting import withdraw
from kontor.receipts.rules.workflow import WrongState
from tests.races.together import Lost, at_once, won

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ROUNDS = 5


@pytest.fixture
def desk(database: None) -> Desk:
    return a_desk()


def approve(desk: Desk, request: ApprovalRequest, by: User) -> str:
    with desk.office.open(by=by):
        return answer(request.id, "approve", on=clock.today(), at=clock.now(), by=by).state


def draw_back(desk: Desk, request: ApprovalRequest) -> str:
    with desk.office.open(by=desk.office.volunteer):
        return withdraw(request.subject_id, at=clock.now(), by=desk.office.volunteer).state


def answers(desk: Desk, request: ApprovalRequest) -> int:
    with desk.office.open():
        return Decision.objects.filter(request_id=request.id).count()


def test_two_reviewers_at_once_count_as_one_where_one_is_needed(desk: Desk) -> None:
    for _ in range(ROUNDS):
        request = desk.asked()
        outcomes = at_once(partial(approve, desk, request, desk.lead), partial(approve, desk, request, desk.treasurer))

        assert won(outcomes) == ["approved"]
        assert [type(each.reason) for each in outcomes if isinstance(each, Lost)] == [NotWaiting]
        assert (answers(desk, request), desk.document(request).state) == (1, "approved")


def test_two_reviewers_at_once_are_both_heard_where_two_are_needed(desk: Desk) -> None:
    four_eyes = a_desk(with_policy=False)
    a_policy(four_eyes, (2, (four_eyes.lead, four_eyes.treasurer)))
    for _ in range(ROUNDS):
        request = four_eyes.asked()
        outcomes = at_once(
            partial(approve, four_eyes, request, four_eyes.lead),
            partial(approve, four_eyes, request, four_eyes.treasurer),
        )

        assert sorted(won(outcomes)) == ["approved", "pending"]
        assert four_eyes.document(request).state == "approved"


def test_a_double_click_answers_once(desk: Desk) -> None:
    for _ in range(ROUNDS):
        request = desk.asked()
        at_once(*[partial(approve, desk, request, desk.lead)] * 2)
        assert answers(desk, request) == 1


def test_approving_and_withdrawing_at_once_leave_one_of_both_and_no_deadlock(desk: Desk) -> None:
    for _ in range(ROUNDS):
        request = desk.asked()
        outcomes = at_once(partial(approve, desk, request, desk.lead), partial(draw_back, desk, request))

        lost = [each.reason for each in outcomes if isinstance(each, Lost)]
        assert all(isinstance(reason, NotWaiting | WrongState) for reason in lost), lost
        state, document = desk.fresh(request).state, desk.document(request).state
        assert (state, document) in {("approved", "withdrawn"), ("withdrawn", "withdrawn"), ("approved", "approved")}
