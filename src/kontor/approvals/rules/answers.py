"""Answers: who may give one, what it needs, and where the request stands then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kontor.approvals.rules.policies import Stage
from kontor.core.refusal import Refusal, gettext_noop

UNDO_SPAN = timedelta(seconds=30)  # the page offers ten seconds; the rest is for slow connections

type Given = Literal["approve", "reject", "query"]
type Outcome = Literal["pending", "query", "approved", "rejected"]


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
