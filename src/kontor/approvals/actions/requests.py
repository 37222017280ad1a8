"""Asking for approval, answering, asking back, taking an answer back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django_subatomic import db

from kontor.approvals.models import Answer, ApprovalRequest, Decision, Message, RequestState
from kontor.approvals.notices import tell_asked, tell_later, tell_message
from kontor.approvals.queries.policies import deputies, policies
from kontor.approvals.queries.requests import WAITING, decisions_of, stages_of, voices
from kontor.approvals.rules.answers import (
    ContentsChanged,
    Given,
    NotWaiting,
    ReasonMissing,
    TooLateToUndo,
    Voice,
    check_answer,
    may_undo,
    outcome,
)
from kontor.approvals.rules.policies import Place, fitting, stages_for
from kontor.approvals.subjects import subject_of
from kontor.core.audit import act
from kontor.core.refusal import Refusal
from kontor.core.tenancy import Actor
from kontor.projects.queries import parents


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A document for which approval is asked; amounts in minor units."""

    subject_type: str
    subject_id: int
    title: str
    amount: int
    currency: str
    amount_base: int
    places: Sequence[Place]
    fingerprint: str
    signs: Sequence[dict[str, object]] = ()


@act("approvals.request")
def request_approval(asked: Asked, *, at: datetime, by: Actor) -> ApprovalRequest | None:
    """Ask the people whom the first fitting policy names; None if no policy fits or all its stages are skipped.

    Raises:
        NobodyElse, TooFewOthers: the policy names too few people besides the asker.
    """
    policy = fitting(
        policies(subject_type=asked.subject_type), places=asked.places, amount_base=asked.amount_base, parents=parents()
    )
    stages = () if policy is None else stages_for(policy, amount_base=asked.amount_base, asker_id=by.pk)
    if policy is None or not stages:
        return None
    projects = {place.project_id for place in asked.places}
    request = ApprovalRequest.objects.create(
        subject_type=asked.subject_type,
        subject_id=asked.subject_id,
        policy_id=policy.id,
        stages=[
            {
                "number": each.number,
                "needed": each.needed,
                "users": list(each.users),
                "amount_from": each.amount_from,
            }
            for each in stages
        ],
        stage=stages[0].number,
        title=asked.title,
        amount=asked.amount,
        currency=asked.currency,
        amount_base=asked.amount_base,
        project_id=projects.pop() if len(projects) == 1 else None,
        signs=list(asked.signs),
        fingerprint=asked.fingerprint,
        asked_by_id=by.pk,
        asked_at=at,
    )
    tell_asked(request, at=at)
    return request


@act("approvals.answer")
def answer(
    request_id: int, given: Given, *, reason: str = "", fingerprint: str = "", on: date, at: datetime, by: Actor
) -> ApprovalRequest:
    """Approve, reject with a reason, or ask back; the owner of the document acts upon what follows.

    `fingerprint` is that of the contents the person looked at ("" skips the check for contents seen elsewhere).

    Raises:
        NotWaiting, ContentsChanged, OwnDocument, NotAsked, AnsweredTwice, ReasonMissing
    """
    request = _locked(request_id)
    subject = subject_of(request.subject_type)
    if request.state not in WAITING:
        raise NotWaiting
    if fingerprint and fingerprint != request.fingerprint:
        raise ContentsChanged
    if subject.fingerprint(request.subject_id) != request.fingerprint:
        raise ContentsChanged
    heard = voices(decisions_of([request.id]).get(request.id, []))
    stages = stages_of(request)
    stage = next(each for each in stages if each.number == request.stage)
    for_user = check_answer(
        stage, user_id=by.pk, asker_id=request.asked_by_id, answer=given, reason=reason, deputies=deputies(on=on),
        voices=heard, on=on,
    )  # fmt: skip
    decision = Decision.objects.create(
        request=request,
        stage=stage.number,
        user_id=by.pk,
        for_user_id=None if for_user == by.pk else for_user,
        answer=given,
        reason=reason.strip(),
        fingerprint=request.fingerprint,
        decided_at=at,
    )
    if given == "query":
        _write(request, text=reason, is_question=True, at=at, by=by)
    now, at_stage = outcome(
        stages,
        stage=stage.number,
        voices=[*heard, Voice(stage=stage.number, user_id=by.pk, answer=given, for_user_id=for_user)],
    )
    _turn(request, state=now, stage=at_stage, at=at)
    notice = {"approved": subject.approved, "rejected": subject.rejected, "query": subject.queried}.get(now)
    if notice is not None:
        notice(request, reason=reason.strip(), at=at, by=by)
    tell_later(decision)
    return request


type Left = list[tuple[int, Refusal]]


@act("approvals.approve_many")
def approve_many(
    fingerprints: Mapping[int, str], *, on: date, at: datetime, by: Actor
) -> tuple[list[ApprovalRequest], Left]:
    """Approve several at once, each as it was seen (request id → fingerprint); those that cannot be say why."""
    done: list[ApprovalRequest] = []
    left: Left = []
    for request_id in sorted(fingerprints):
        try:
            with db.savepoint():
                done.append(answer(request_id, "approve", fingerprint=fingerprints[request_id], on=on, at=at, by=by))
        except Refusal as refusal:
            left.append((request_id, refusal))
    return done, left


@act("approvals.revoke_many")
def revoke_many(request_ids: Sequence[int], *, at: datetime, by: Actor) -> tuple[list[ApprovalRequest], Left]:
    """Take back one's own last answers of several requests; those that cannot be taken back stay and say why."""
    done: list[ApprovalRequest] = []
    left: Left = []
    for request_id in sorted(set(request_ids)):
        try:
            with db.savepoint():
                done.append(revoke(request_id, at=at, by=by))
        except Refusal as refusal:
            left.append((request_id, refusal))
    return done, left


@act("approvals.revoke")
def revoke(request_id: int, *, at: datetime, by: Actor) -> ApprovalRequest:
    """Take back one's own last answer within the span of undo; the document goes back to where it was.

    Raises:
        TooLateToUndo: the span is over, somebody else has answered since, or the owner has acted upon it.
    """
    request = _locked(request_id)
    decisions = decisions_of([request.id]).get(request.id, [])
    taken = {row.revokes_id for row in decisions}
    last = next((row for row in reversed(decisions) if row.answer != Answer.REVOKE and row.id not in taken), None)
    if last is None or last.user_id != by.pk or not may_undo(last.decided_at, now=at):
        raise TooLateToUndo
    was_at_rest = request.state != RequestState.PENDING
    Decision.objects.create(
        request=request, stage=last.stage, user_id=by.pk, answer=Answer.REVOKE, fingerprint=request.fingerprint,
        revokes=last, decided_at=at,
    )  # fmt: skip
    _turn(request, state=RequestState.PENDING, stage=last.stage, at=at)
    if was_at_rest:
        subject_of(request.subject_type).reopened(request, reason="", at=at, by=by)
    return request


@act("approvals.write")
def write_message(
    *, subject_type: str, subject_id: int, text: str, is_question: bool = False, at: datetime, by: Actor
) -> Message:
    """Add to a document's conversation; the asker's reply to a question sends the document back to be answered.

    Contents changed since the question wait until they are handed in again: the request stays at its question.

    Raises:
        ReasonMissing: no words.
    """
    if not text.strip():
        raise ReasonMissing
    message = Message.objects.create(
        subject_type=subject_type, subject_id=subject_id, author_id=by.pk, text=text.strip(), is_question=is_question,
        written_at=at,
    )  # fmt: skip
    request = _waiting(subject_type=subject_type, subject_id=subject_id)
    subject = subject_of(subject_type)
    is_reply = request is not None and request.state == RequestState.QUERY and request.asked_by_id == by.pk
    if request is not None and is_reply and subject.fingerprint(subject_id) == request.fingerprint:
        _turn(request, state=RequestState.PENDING, stage=request.stage, at=at)
        subject.answered(request, reason=text.strip(), at=at, by=by)
    tell_message(message)
    return message


@act("approvals.withdraw")
def withdraw(*, subject_type: str, subject_id: int, at: datetime, by: Actor | None) -> None:
    """Close what waits for a document that was withdrawn or changed; nothing happens if nothing waits."""
    request = _waiting(subject_type=subject_type, subject_id=subject_id)
    if request is not None:
        _turn(request, state=RequestState.WITHDRAWN, stage=request.stage, at=at)


def _write(request: ApprovalRequest, *, text: str, is_question: bool, at: datetime, by: Actor) -> None:
    Message.objects.create(
        subject_type=request.subject_type, subject_id=request.subject_id, author_id=by.pk, text=text.strip(),
        is_question=is_question, written_at=at,
    )  # fmt: skip


def _waiting(*, subject_type: str, subject_id: int) -> ApprovalRequest | None:
    rows = ApprovalRequest.objects.filter(subject_type=subject_type, subject_id=subject_id, state__in=WAITING)
    return rows.select_for_update().first()


def _locked(request_id: int) -> ApprovalRequest:
    """Return the request, locked after its document: whoever withdraws takes them in the same order."""
    seen = ApprovalRequest.objects.filter(id=request_id).values_list("subject_type", "subject_id").first()
    if seen is None:
        raise NotWaiting
    subject_of(seen[0]).lock(seen[1])
    return ApprovalRequest.objects.select_for_update().get(id=request_id)


def _turn(request: ApprovalRequest, *, state: str, stage: int, at: datetime) -> None:
    request.state, request.stage = state, stage
    request.closed_at = None if state in WAITING else at
    request.save(update_fields=["state", "stage", "closed_at"])
