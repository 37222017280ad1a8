"""The figure beside the entry: what a person can answer now, counted by the database alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from kontor.approvals.actions.requests import answer, revoke
from kontor.approvals.models import Substitute
from kontor.approvals.queries.requests import WAITING_COUNT, waiting_for
from kontor.approvals.tests.desk import Desk, a_desk, a_policy
from kontor.core import clock
from kontor.organisations.models import User

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk(database: None) -> Desk:
    return a_desk(with_policy=False)


def counted(desk: Desk, user: User) -> int:
    """Return what the badge says, which is what the workbench lists."""
    on = clock.today()
    with desk.office.open(by=user), connection.cursor() as cursor:
        cursor.execute(WAITING_COUNT, {"tenant": desk.office.tenant.id, "user": user.id, "today": on})
        count: int = cursor.fetchone()[0]
        assert count == len(waiting_for(user.id, on=on))
    return count


def approve(desk: Desk, request_id: int, user: User) -> None:
    with desk.office.open(by=user):
        answer(request_id, "approve", on=clock.today(), at=clock.now(), by=user)


def test_each_stage_counts_for_its_people_until_they_have_answered(desk: Desk) -> None:
    a_policy(desk, (1, (desk.lead,)), (1, (desk.treasurer,)))
    request = desk.asked()
    desk.asked(200_00)
    assert [counted(desk, user) for user in (desk.lead, desk.treasurer, desk.office.volunteer)] == [2, 0, 0]

    approve(desk, request.id, desk.lead)

    assert [counted(desk, user) for user in (desk.lead, desk.treasurer)] == [1, 1]


def test_who_has_answered_is_not_asked_again_while_the_stage_waits_for_others(desk: Desk) -> None:
    a_policy(desk, (2, (desk.lead, desk.treasurer)))
    request = desk.asked()

    approve(desk, request.id, desk.lead)

    assert [counted(desk, user) for user in (desk.lead, desk.treasurer)] == [0, 1]
    with desk.office.open(by=desk.lead):
        revoke(request.id, at=clock.now(), by=desk.lead)
    assert [counted(desk, user) for user in (desk.lead, desk.treasurer)] == [1, 1]


def test_a_substitute_counts_what_they_answer_for_others_on_their_days_only(desk: Desk) -> None:
    a_policy(desk, (1, (desk.lead,)))
    request = desk.asked()
    today = clock.today()
    with desk.office.open(by=desk.lead):
        Substitute.objects.create(
            user=desk.lead, substitute=desk.treasurer, first_day=today, last_day=today + timedelta(days=3)
        )
        Substitute.objects.create(
            user=desk.lead,
            substitute=desk.setup,
            first_day=today - timedelta(days=9),
            last_day=today - timedelta(days=5),
        )
    assert [counted(desk, user) for user in (desk.lead, desk.treasurer, desk.setup)] == [1, 1, 0]

    approve(desk, request.id, desk.treasurer)

    assert [counted(desk, user) for user in (desk.lead, desk.treasurer)] == [0, 0]


def test_once_a_substitute_has_answered_the_person_is_not_asked_again(desk: Desk) -> None:
    a_policy(desk, (2, (desk.lead, desk.setup)))
    request = desk.asked()
    today = clock.today()
    with desk.office.open(by=desk.lead):
        Substitute.objects.create(user=desk.lead, substitute=desk.treasurer, first_day=today, last_day=today)
    assert [counted(desk, user) for user in (desk.lead, desk.treasurer, desk.setup)] == [1, 1, 1]

    approve(desk, request.id, desk.treasurer)

    assert [counted(desk, user) for user in (desk.lead, desk.treasurer, desk.setup)] == [0, 0, 1]
