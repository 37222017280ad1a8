"""Policies as values, and what a draft would have asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kontor.approvals.models import ApprovalPolicy, PolicyApprover, PolicyStage, PolicyState, Substitute
from kontor.approvals.rules.answers import Deputy
from kontor.approvals.rules.policies import NobodyElse, Policy, Stage, TooFewOthers, fitting, stages_for
from kontor.approvals.subjects import PastSubject, subject_of
from kontor.core.kept_statements import kept
from kontor.projects.queries import parents


def policies(*, subject_type: str, states: Sequence[str] = (PolicyState.ACTIVE,)) -> list[Policy]:
    """Return the policies of a type in their order; three queries."""
    rows = list(ApprovalPolicy.objects.filter(subject_type=subject_type, state__in=states).order_by("position", "id"))
    people: dict[int, list[int]] = {}
    for stage_id, user_id in PolicyApprover.objects.order_by("id").values_list("stage_id", "user_id"):
        people.setdefault(stage_id, []).append(user_id)
    stages: dict[int, list[Stage]] = {}
    for stage in PolicyStage.objects.filter(policy_id__in=[row.id for row in rows]).order_by("number"):
        stages.setdefault(stage.policy_id, []).append(
            Stage(
                number=stage.number, needed=stage.needed, users=tuple(people.get(stage.id, ())),
                amount_from=stage.amount_from,
            )
        )  # fmt: skip
    return [
        Policy(
            id=row.id, name=row.name, subject_type=row.subject_type, project_id=row.project_id,
            cost_type_id=row.cost_type_id, amount_from=row.amount_from, amount_to=row.amount_to,
            stages=tuple(stages.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def deputies(*, on: date) -> list[Deputy]:
    """Return who answers for whom on a day."""
    return [
        Deputy(user_id=user_id, substitute_id=substitute_id, first_day=first_day, last_day=last_day)
        for user_id, substitute_id, first_day, last_day in _acting.rows(on)
    ]


@kept
def _acting(on: date) -> QuerySet[Substitute, tuple[int, int, date, date]]:
    rows = Substitute.objects.filter(first_day__lte=on, last_day__gte=on).order_by("id")
    return rows.values_list("user_id", "substitute_id", "first_day", "last_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a set of policies would have done with a past document: by which policy, and whom it had asked."""

    subject: PastSubject
    before: str
    after: str
    asked: tuple[int, ...]
    has_nobody: bool = False


def dry_run(draft: Policy, *, since: date) -> list[Tried]:
    """Return what would change if `draft` were active: documents since a day that another policy (or none) decided.

    The draft takes the place of the policy with its id, or comes last if it is new.
    """
    active = policies(subject_type=draft.subject_type)
    after = [draft if policy.id == draft.id else policy for policy in active]
    if draft.id not in {policy.id for policy in active}:
        after = _inserted(after, draft)
    tree = parents()
    found = []
    for past in subject_of(draft.subject_type).past(since):
        was = fitting(active, places=past.places, amount_base=past.amount_base, parents=tree)
        now = fitting(after, places=past.places, amount_base=past.amount_base, parents=tree)
        if (was and was.id) == (now and now.id) and not (now and now.id == draft.id):
            continue
        found.append(_tried(past, was=was, now=now))
    return found


def _inserted(active: Sequence[Policy], draft: Policy) -> list[Policy]:
    """Return the active policies with the draft where its row stands in the order."""
    order = dict(ApprovalPolicy.objects.values_list("id", "position"))
    place = order.get(draft.id)
    if place is None:
        return [*active, draft]
    before = [policy for policy in active if (order.get(policy.id, 0), policy.id) < (place, draft.id)]
    return [*before, draft, *(policy for policy in active if policy not in before)]


def _tried(past: PastSubject, *, was: Policy | None, now: Policy | None) -> Tried:
    asked: tuple[int, ...] = ()
    has_nobody = False
    if now is not None:
        try:
            stages = stages_for(now, amount_base=past.amount_base, asker_id=past.submitter_id)
            asked = tuple(dict.fromkeys(user for stage in stages for user in stage.users))
        except (NobodyElse, TooFewOthers):
            has_nobody = True
    return Tried(
        subject=past, before=was.name if was else "", after=now.name if now else "", asked=asked, has_nobody=has_nobody
    )
