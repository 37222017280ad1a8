"""The engine: nothing is approved without enough distinct others, the first policy counts, substitutes have their days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.approvals.rules.answers import (
    AnsweredTwice,
    Deputy,
    NotAsked,
    OwnDocument,
    ReasonMissing,
    Voice,
    answers_for,
    check_answer,
    outcome,
)
from kontor.approvals.rules.policies import (
    NobodyElse,
    PersonInTwoStages,
    Place,
    Policy,
    Stage,
    StageWithoutPeople,
    TooFewOthers,
    WrongSpan,
    check_policy,
    fitting,
    stages_for,
)
from kontor.core.refusal import Refusal

DAY = date(2026, 11, 22)
PEOPLE = range(1, 8)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Make a policy of one to three stages in which everybody stands once at most."""
    people = draw(st.permutations(list(PEOPLE)))
    stages, used = [], 0
    for number in range(1, draw(st.integers(1, 3)) + 1):
        size = draw(st.integers(1, 2))
        users = tuple(people[used : used + size])
        used += size
        amount = draw(st.one_of(st.none(), st.integers(0, 1_000)))
        stages.append(Stage(number=number, needed=draw(st.integers(1, size)), users=users, amount_from=amount))
    return Policy(id=1, name="P", subject_type="x", stages=tuple(stages))


@st.composite
def deputies_of_people(draw: st.DrawFn) -> list[Deputy]:
    """Make substitutions around the day, some of them over or to come."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(-3, 3)), max_size=6))
    return [
        Deputy(user_id=a, substitute_id=b, first_day=DAY + timedelta(shift), last_day=DAY + timedelta(shift + 1))
        for a, b, shift in pairs
        if a != b
    ]


@given(
    policies(), st.sampled_from(PEOPLE), st.integers(0, 1_000), deputies_of_people(),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["approve", "query"])), max_size=25),
)  # fmt: skip
def test_nothing_is_approved_without_enough_distinct_others(
    policy: Policy, asker: int, amount: int, deputies: list[Deputy], tries: list[tuple[int, str]]
) -> None:
    try:
        stages = stages_for(policy, amount_base=amount, asker_id=asker)
    except (NobodyElse, TooFewOthers):
        return
    heard: list[Voice] = []
    stage, state = (stages[0].number, "pending") if stages else (0, "skipped")
    for user, answer in tries:
        if state not in {"pending", "query"}:
            break
        now = next(each for each in stages if each.number == stage)
        try:
            for_user = check_answer(
                now, user_id=user, asker_id=asker, answer=answer, reason="?", deputies=deputies, voices=heard, on=DAY,  # type: ignore[arg-type]  # drawn
            )  # fmt: skip
        except Refusal:
            continue
        heard.append(Voice(stage=stage, user_id=user, answer=answer, for_user_id=for_user))
        state, stage = outcome(stages, stage=stage, voices=heard)
    if state == "approved":
        yes = [voice for voice in heard if voice.answer == "approve"]
        assert len({voice.user_id for voice in yes}) == len(yes) == len({voice.represents for voice in yes})
        assert asker not in {voice.user_id for voice in yes}
        for each in stages:
            assert sum(voice.stage == each.number and voice.represents in each.users for voice in yes) >= each.needed


@given(st.permutations([1, 2, 3]), st.integers(0, 300))
def test_the_first_of_the_order_that_fits_counts(order: list[int], amount: int) -> None:
    spans = {1: (0, 100), 2: (50, 200), 3: (150, 300)}
    rows = [
        Policy(id=key, name=str(key), subject_type="x", amount_from=spans[key][0], amount_to=spans[key][1])
        for key in order
    ]
    found = fitting(rows, places=[], amount_base=amount, parents={})

    first = next((key for key in order if spans[key][0] <= amount <= spans[key][1]), None)
    assert (found and found.id) == first


def test_a_project_means_its_whole_branch_and_one_fitting_part_is_enough() -> None:
    policy = Policy(id=1, name="Jugend", subject_type="x", project_id=1, cost_type_id=7)
    parents = {1: None, 2: 1, 3: 2, 9: None}

    def fits(*places: tuple[int, int]) -> bool:
        found = [Place(project_id=project, cost_type_id=kind) for project, kind in places]
        return fitting([policy], places=found, amount_base=1, parents=parents) is not None

    assert fits((3, 7))
    assert fits((9, 7), (2, 7))
    assert not fits((9, 7))
    assert not fits((3, 8), (9, 7))


@pytest.mark.parametrize(("shift", "answers"), [(-1, None), (0, 1), (2, 1), (3, None)])
def test_a_substitute_answers_only_in_the_days_named(shift: int, answers: int | None) -> None:
    stage = Stage(number=1, needed=1, users=(1,))
    deputy = Deputy(user_id=1, substitute_id=2, first_day=DAY, last_day=DAY + timedelta(2))

    assert answers_for(stage, user_id=2, deputies=[deputy], on=DAY + timedelta(shift)) == answers


def test_two_substitutes_of_one_person_are_one_voice() -> None:
    stage = Stage(number=1, needed=2, users=(1, 5))
    deputies = [Deputy(user_id=1, substitute_id=key, first_day=DAY, last_day=DAY) for key in (2, 3)]
    heard = [Voice(stage=1, user_id=2, answer="approve", for_user_id=1)]

    assert answers_for(stage, user_id=3, deputies=deputies, on=DAY, voices=heard) is None
    assert answers_for(stage, user_id=1, deputies=deputies, on=DAY, voices=heard) is None
    assert outcome([stage], stage=1, voices=heard) == ("pending", 1)


def test_who_asked_back_and_left_can_be_stood_in_for() -> None:
    stage = Stage(number=1, needed=1, users=(1,))
    deputy = Deputy(user_id=1, substitute_id=2, first_day=DAY, last_day=DAY)
    heard = [Voice(stage=1, user_id=1, answer="query")]

    assert answers_for(stage, user_id=2, deputies=[deputy], on=DAY, voices=heard) == 1


def test_nobody_answers_for_their_own_nor_twice_nor_without_words() -> None:
    stage = Stage(number=1, needed=2, users=(1, 2, 3))

    def check(user: int, answer: str, *, reason: str = "", heard: list[Voice] | None = None) -> int:
        return check_answer(
            stage, user_id=user, asker_id=3, answer=answer, reason=reason, deputies=[], voices=heard or [], on=DAY,  # type: ignore[arg-type]  # any of the three
        )  # fmt: skip

    assert check(1, "approve") == 1
    with pytest.raises(OwnDocument):
        check(3, "approve")
    with pytest.raises(NotAsked):
        check(9, "approve")
    with pytest.raises(AnsweredTwice):
        check(1, "approve", heard=[Voice(stage=1, user_id=1, answer="approve")])
    for answer in ("reject", "query"):
        with pytest.raises(ReasonMissing):
            check(1, answer, reason=" ")


def test_four_eyes_stay_four_when_one_of_them_hands_in() -> None:
    policy = Policy(
        id=1, name="Vier Augen", subject_type="x", stages=(Stage(number=1, needed=2, users=(1, 2)),)
    )  # fmt: skip
    with pytest.raises(TooFewOthers):
        stages_for(policy, amount_base=1, asker_id=1)
    assert len(stages_for(policy, amount_base=1, asker_id=9)) == 1


@pytest.mark.parametrize(
    ("stages", "fault"),
    [
        ((), StageWithoutPeople),
        ((Stage(number=1, needed=2, users=(1, 1)),), StageWithoutPeople),
        ((Stage(number=1, needed=0, users=(1,)),), StageWithoutPeople),
        ((Stage(number=1, needed=1, users=(1, 2)), Stage(number=2, needed=1, users=(2,))), PersonInTwoStages),
    ],
)
def test_a_policy_nobody_could_pass_is_refused(stages: tuple[Stage, ...], fault: type[Refusal]) -> None:
    with pytest.raises(fault):
        check_policy(Policy(id=0, name="P", subject_type="x", stages=stages))


def test_from_above_to_is_refused() -> None:
    with pytest.raises(WrongSpan):
        check_policy(
            Policy(
                id=0,
                name="P",
                subject_type="x",
                amount_from=2,
                amount_to=1,
                stages=(Stage(number=1, needed=1, users=(1,)),),
            )
        )
