"""What waits for whom, how it went, and the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Aggregate, BigIntegerField, Count, Exists, Func, JSONField, Q, QuerySet, Value

from kontor.approvals.models import Answer, ApprovalRequest, Decision, Message, RequestState, Substitute
from kontor.approvals.queries.policies import deputies
from kontor.approvals.rules.answers import Deputy, Voice, answers_for
from kontor.approvals.rules.policies import Stage
from kontor.core.kept_statements import kept, kept_figures

WAITING = (RequestState.PENDING, RequestState.QUERY)
# How many `waiting_for` returns: pending requests whose stage names the user, or whom they answer for, and has not heard
# either of them. The first condition is what an index knows.
WAITING_COUNT = """
SELECT count(*) FROM approvals_approvalrequest r
WHERE r.tenant_id = %(tenant)s AND r.state = 'pending' AND r.asked_by_id <> %(user)s
AND (r.stages @> jsonb_build_array(jsonb_build_object('users', jsonb_build_array(%(user)s::bigint)))
     OR EXISTS (SELECT FROM approvals_substitute s WHERE s.tenant_id = %(tenant)s AND s.substitute_id = %(user)s
                AND s.first_day <= %(today)s AND s.last_day >= %(today)s))
AND EXISTS (
  SELECT FROM (
    SELECT %(user)s::bigint AS id
    UNION ALL
    SELECT s.user_id FROM approvals_substitute s WHERE s.tenant_id = %(tenant)s AND s.substitute_id = %(user)s
    AND s.first_day <= %(today)s AND s.last_day >= %(today)s
  ) asked
  WHERE r.stages @> jsonb_build_array(jsonb_build_object('number', r.stage, 'users', jsonb_build_array(asked.id)))
  AND NOT EXISTS (
    SELECT FROM approvals_decision d
    WHERE d.tenant_id = %(tenant)s AND d.request_id = r.id AND d.answer = 'approve'
    AND (d.user_id = %(user)s OR coalesce(d.for_user_id, d.user_id) = asked.id)
    AND NOT EXISTS (SELECT FROM approvals_decision b WHERE b.tenant_id = %(tenant)s AND b.request_id = r.id
                    AND b.revokes_id = d.id AND b.answer = 'revoke')
  )
)
"""
_NAMES = "jsonb_build_array(jsonb_build_object('users', jsonb_build_array(%(expressions)s::bigint)))"


def stages_of(request: ApprovalRequest) -> tuple[Stage, ...]:
    """Return the stages as they were when the request was made."""
    return tuple(
        Stage(
            number=each["number"], needed=each["needed"], users=tuple(each["users"]), amount_from=each.get("amount_from")
        )
        for each in request.stages
    )  # fmt: skip


def decisions_of(request_ids: Iterable[int]) -> dict[int, list[Decision]]:
    """Return all answers per request, oldest first, taken-back ones included."""
    ids = list(request_ids)
    found: dict[int, list[Decision]] = {}
    for row in _decisions.rows(ids) if ids else ():
        found.setdefault(row.request_id, []).append(row)
    return found


@kept
def _decisions(request_ids: list[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(request_id__among=request_ids).select_related("user", "for_user").order_by("id")


def voices(decisions: Sequence[Decision]) -> list[Voice]:
    """Return the answers that still count; a question that was answered, and what came before a rejection, too."""
    revoked = {row.revokes_id for row in decisions if row.answer == Answer.REVOKE}
    return [
        Voice(stage=row.stage, user_id=row.user_id, answer=row.answer, for_user_id=row.for_user_id)
        for row in decisions
        if row.answer != Answer.REVOKE and row.id not in revoked
    ]


def request_by_id(request_id: int) -> ApprovalRequest | None:
    """Return one request."""
    return ApprovalRequest.objects.filter(id=request_id).select_related("asked_by", "project", "policy").first()


def latest_requests(*, subject_type: str, subject_ids: Iterable[int]) -> dict[int, ApprovalRequest]:
    """Return each document's latest request."""
    ids = list(subject_ids)
    return {row.subject_id: row for row in _of_subjects.rows(subject_type, ids)} if ids else {}


@kept
def _of_subjects(subject_type: str, subject_ids: list[int]) -> QuerySet[ApprovalRequest]:
    rows = ApprovalRequest.objects.filter(subject_type=subject_type, subject_id__among=subject_ids)
    return rows.select_related("policy").order_by("id")


@kept_figures
def named_in(user_id: int, on: date) -> tuple[QuerySet[ApprovalRequest], dict[str, Aggregate]]:
    """Return of how many requests `waiting_for` looks closer: those that name the user; all for who stands in for somebody."""
    person = Value(user_id, output_field=BigIntegerField())
    names = Q(stages__contains=Func(person, template=_NAMES, output_field=JSONField()))
    stands_in = Exists(Substitute.objects.filter(substitute_id=user_id, first_day__lte=on, last_day__gte=on))
    rows = ApprovalRequest.objects.filter(names | Q(stands_in), state=RequestState.PENDING)
    return rows.exclude(asked_by_id=user_id), {"n": Count("*")}


def waiting_for(user_id: int, *, on: date, state: str = RequestState.PENDING) -> list[ApprovalRequest]:
    """Return the requests that this user can answer now (or that wait for their question's answer), oldest first."""
    acting = deputies(on=on)
    rows = _naming.rows(user_id, str(state))
    for person in {deputy.user_id for deputy in acting if deputy.substitute_id == user_id} - {user_id}:
        rows += _naming.rows(user_id, str(state), instead_of=person)
    rows = sorted({row.id: row for row in rows}.values(), key=lambda row: (row.asked_at, row.id))
    answers = decisions_of(row.id for row in rows)
    return [
        row for row in rows if is_asked(row, user_id=user_id, decisions=answers.get(row.id, []), acting=acting, on=on)
    ]


@kept
def _naming(user_id: int, state: str, *, instead_of: int | None = None) -> QuerySet[ApprovalRequest]:
    """Return requests of others in which somebody is named, the user or whom they answer for."""
    person = Value(user_id if instead_of is None else instead_of, output_field=BigIntegerField())
    named = Func(person, template=_NAMES, output_field=JSONField())
    rows = ApprovalRequest.objects.filter(stages__contains=named, state=state).exclude(asked_by_id=user_id)
    return rows.select_related("asked_by", "project").order_by("asked_at", "id")


def is_asked(
    request: ApprovalRequest, *, user_id: int, decisions: Sequence[Decision], acting: Sequence[Deputy], on: date
) -> bool:
    """Tell whether the user's answer is what the request waits for."""
    if request.asked_by_id == user_id:
        return False
    heard = voices(decisions)
    if any(voice.user_id == user_id and voice.answer == "approve" for voice in heard):
        return False
    stage = next((each for each in stages_of(request) if each.number == request.stage), None)
    return stage is not None and answers_for(stage, user_id=user_id, deputies=acting, on=on, voices=heard) is not None


def may_see(request: ApprovalRequest, *, user_id: int, on: date) -> bool:
    """Tell whether the document is open to the user as reviewer: asked now, or answered before (OC-47)."""
    decisions = decisions_of([request.id]).get(request.id, [])
    if request.asked_by_id == user_id:
        return False
    if any(row.user_id == user_id for row in decisions):
        return True
    return request.state in WAITING and is_asked(
        request, user_id=user_id, decisions=decisions, acting=deputies(on=on), on=on
    )


def is_named(request: ApprovalRequest, *, user_id: int) -> bool:
    """Tell whether the policy named the user, be it that the answer of somebody else came first."""
    return any(user_id in stage.users for stage in stages_of(request))


@kept
def answered_by(user_id: int) -> QuerySet[ApprovalRequest]:
    """Return the requests in which the user has answered, latest first."""
    mine = Decision.objects.filter(user_id=user_id).values("request_id")
    return ApprovalRequest.objects.filter(id__in=mine).select_related("asked_by", "project").order_by("-id")


def messages_of(*, subject_type: str, subject_id: int) -> QuerySet[Message]:
    """Return a document's conversation, oldest first."""
    return (
        Message.objects.filter(subject_type=subject_type, subject_id=subject_id).select_related("author").order_by("id")
    )
