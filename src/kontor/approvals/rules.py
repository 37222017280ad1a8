"""Which policy fits, whose turn it is, and what an answer leads to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kontor.core.refusal import Refusal, gettext_noop

UNDO_SPAN = timedelta(seconds=30)  # the page offers ten seconds; the rest is for slow connections

type Given = Literal["approve", "reject", "query"]
type Outcome = Literal["pending", "query", "approved", "rejected"]


class NobodyElse(Refusal):
    """Only the asker could approve."""

    sentence = gettext_noop(
        "“%(policy)s” names nobody but the person who hands this in, and nobody approves their own. "
        "Please ask the finance team to name a second person; the draft is kept."
    )
    status = 409


class TooFewOthers(Refusal):
    """Fewer people than the policy needs, once the asker is left out."""

    sentence = gettext_noop(
        "“%(policy)s” needs %(needed)s people, but names only %(others)s besides the person who hands this in, and "
        "nobody approves their own. Please ask the finance team to name another person; the draft is kept."
    )
    status = 409


class NotAsked(Refusal):
    """Somebody answers who is not asked."""

    sentence = gettext_noop("This approval waits for somebody else. It was left as it is.")
    status = 403


class OwnDocument(Refusal):
    """Nobody approves their own."""

    sentence = gettext_noop("Nobody can approve what they handed in themselves. Somebody else has to answer.")
    status = 403


class AnsweredTwice(Refusal):
    """One voice each."""

    sentence = gettext_noop("This was answered by the same person already. A second person has to answer.")
    status = 409


class ReasonMissing(Refusal):
    """A rejection or question without words."""

    sentence = gettext_noop("The reason is missing. Whoever handed this in has to know what to do.")


class NotWaiting(Refusal):
    """Nothing to answer any more."""

    sentence = gettext_noop("This approval is closed already. Reload the page to see how it went.")
    status = 409


class ContentsChanged(Refusal):
    """The answer was meant for other contents."""

    sentence = gettext_noop(
        "The document was changed while it was being looked at. Please look at it again; the answer was not counted."
    )
    status = 409


class TooLateToUndo(Refusal):
    """The answer has been acted upon."""

    sentence = gettext_noop("This answer can no longer be taken back. Write a message to the finance team instead.")
    status = 409


class StageWithoutPeople(Refusal):
    """A stage that nobody can pass."""

    sentence = gettext_noop("Stage %(number)s needs %(needed)s people, but names %(named)s. Please name more people.")


class PersonInTwoStages(Refusal):
    """One voice each, so the second stage could wait for ever."""

    sentence = gettext_noop(
        "Stages %(first)s and %(second)s name the same person. Everybody counts once; please name each person in one "
        "stage only."
    )


class WrongSpan(Refusal):
    """From is above to."""

    sentence = gettext_noop("The amount “from” is larger than the amount “to”. Please check both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`needed` of `users`; skipped for documents below `amount_from` (minor units of the base currency)."""

    number: int
    needed: int
    users: tuple[int, ...]
    amount_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy as value; empty conditions fit everything, a project means its whole branch."""

    id: int
    name: str
    subject_type: str
    project_id: int | None = None
    cost_type_id: int | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part of a document belongs: its project and cost type."""

    project_id: int | None
    cost_type_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """An answer that counts (was not taken back): who gave it, in which stage, and for whom as a substitute."""

    stage: int
    user_id: int
    answer: str
    for_user_id: int | None = None

    @property
    def represents(self) -> int:
        """Return whose voice it is."""
        return self.for_user_id or self.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """That `substitute_id` answers for `user_id` from `first_day` to `last_day`."""

    user_id: int
    substitute_id: int
    first_day: date
    last_day: date


def fitting(
    policies: Sequence[Policy],
    *,
    places: Sequence[Place],
    amount_base: int,
    parents: Mapping[int, int | None],
) -> Policy | None:
    """Return the first of the ordered policies that fits, None if none does; one place that fits is enough."""
    return next(
        (policy for policy in policies if _fits(policy, places=places, amount_base=amount_base, parents=parents)), None
    )


def _fits(policy: Policy, *, places: Sequence[Place], amount_base: int, parents: Mapping[int, int | None]) -> bool:
    amount = abs(amount_base)
    if policy.amount_from is not None and amount < policy.amount_from:
        return False
    if policy.amount_to is not None and amount > policy.amount_to:
        return False
    if policy.project_id is None and policy.cost_type_id is None:
        return True
    return any(
        (policy.cost_type_id is None or place.cost_type_id == policy.cost_type_id)
        and (policy.project_id is None or policy.project_id in branch_above(place.project_id, parents=parents))
        for place in places
    )


def branch_above(project_id: int | None, *, parents: Mapping[int, int | None]) -> list[int]:
    """Return a project and everything above it, nearest first."""
    path: list[int] = []
    while project_id is not None and project_id not in path:
        path.append(project_id)
        project_id = parents.get(project_id)
    return path


def stages_for(policy: Policy, *, amount_base: int, asker_id: int) -> tuple[Stage, ...]:
    """Return the stages this document has to pass, the asker left out; none if all are skipped by amount.

    Raises:
        NobodyElse: a stage has nobody but the asker.
        TooFewOthers: a stage has fewer people than it needs without the asker.
    """
    found = []
    for stage in policy.stages:
        if stage.amount_from is not None and abs(amount_base) < stage.amount_from:
            continue
        users = tuple(user for user in dict.fromkeys(stage.users) if user != asker_id)
        if not users:
            raise NobodyElse(policy=policy.name)
        if len(users) < stage.needed:
            raise TooFewOthers(policy=policy.name, needed=stage.needed, others=len(users))
        found.append(Stage(number=stage.number, needed=stage.needed, users=users, amount_from=stage.amount_from))
    return tuple(found)


def answers_for(
    stage: Stage, *, user_id: int, deputies: Sequence[Deputy], on: date, voices: Collection[Voice] = ()
) -> int | None:
    """Return for whom `user_id` may answer in this stage (themselves first), None if for nobody.

    Nobody is heard twice: neither a person whose substitute has approved, nor two substitutes of one person.
    """
    heard = {voice.represents for voice in voices if voice.answer == "approve"}
    if user_id in stage.users and user_id not in heard:
        return user_id
    for deputy in deputies:
        if (
            deputy.substitute_id == user_id
            and deputy.user_id in stage.users
            and deputy.user_id not in heard
            and deputy.first_day <= on <= deputy.last_day
        ):
            return deputy.user_id
    return None


def check_answer(
    stage: Stage,
    *,
    user_id: int,
    asker_id: int,
    answer: Given,
    reason: str,
    deputies: Sequence[Deputy],
    voices: Sequence[Voice],
    on: date,
) -> int:
    """Return for whom the answer is given.

    Raises:
        OwnDocument, NotAsked, AnsweredTwice, ReasonMissing
    """
    if user_id == asker_id:
        raise OwnDocument
    if answer == "approve" and any(voice.user_id == user_id and voice.answer == "approve" for voice in voices):
        raise AnsweredTwice
    for_user = answers_for(stage, user_id=user_id, deputies=deputies, on=on, voices=voices)
    if for_user is None:
        raise NotAsked
    if answer != "approve" and not reason.strip():
        raise ReasonMissing
    return for_user


def outcome(stages: Sequence[Stage], *, stage: int, voices: Sequence[Voice]) -> tuple[Outcome, int]:
    """Return where the request stands after these voices, and the number of the stage that is asked then.

    A rejection closes, a question waits for its answer; each person counts once over the whole request.
    """
    last = voices[-1] if voices else None
    if last is not None and last.answer == "reject":
        return "rejected", stage
    if last is not None and last.answer == "query":
        return "query", stage
    for each in stages:
        said_yes = {voice.represents for voice in voices if voice.stage == each.number and voice.answer == "approve"}
        if len(said_yes) < each.needed:
            return "pending", each.number
    return "approved", stages[-1].number if stages else stage


def may_undo(decided_at: datetime, *, now: datetime) -> bool:
    """Tell whether an answer can still be taken back."""
    return now - decided_at <= UNDO_SPAN


def check_policy(policy: Policy) -> None:
    """Refuse a policy nobody could pass.  Raises: StageWithoutPeople, PersonInTwoStages, WrongSpan."""
    if policy.amount_from is not None and policy.amount_to is not None and policy.amount_from > policy.amount_to:
        raise WrongSpan
    if not policy.stages:
        raise StageWithoutPeople(number=1, needed=1, named=0)
    for stage in policy.stages:
        if len(set(stage.users)) < stage.needed or stage.needed < 1:
            raise StageWithoutPeople(number=stage.number, needed=max(stage.needed, 1), named=len(set(stage.users)))
    place: dict[int, int] = {}
    for stage in policy.stages:
        for user in stage.users:
            if place.setdefault(user, stage.number) != stage.number:
                raise PersonInTwoStages(first=place[user], second=stage.number)
