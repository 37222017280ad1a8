"""Setting up policies and substitutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Max

from kontor.approvals.models import ApprovalPolicy, PolicyApprover, PolicyStage, PolicyState, Substitute
from kontor.approvals.rules.policies import Policy, check_policy
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor


class PolicyNameMissing(Refusal):
    """A policy without a name."""

    sentence = gettext_noop("The name is missing. It is shown to everybody whom the policy asks.")


class SubstituteForOneself(Refusal):
    """The same person twice."""

    sentence = gettext_noop("Nobody can be their own substitute. Please choose somebody else.")


class SpanBackwards(Refusal):
    """The end is before the start."""

    sentence = gettext_noop("The last day is before the first one. Please check both.")


@act("approvals.save_policy")
def save_policy(policy: Policy, *, state: str, by: Actor | None) -> ApprovalPolicy:
    """Create a policy (id 0) at the end of the order, or change one; requests that wait keep what they asked for.

    Raises:
        PolicyNameMissing, StageWithoutPeople, WrongSpan
    """
    if not policy.name.strip():
        raise PolicyNameMissing
    check_policy(policy)
    values = {
        "name": policy.name.strip(), "state": state, "project_id": policy.project_id,
        "cost_type_id": policy.cost_type_id, "amount_from": policy.amount_from, "amount_to": policy.amount_to,
    }  # fmt: skip
    if policy.id:
        ApprovalPolicy.objects.filter(id=policy.id).update(**values)
        row = ApprovalPolicy.objects.get(id=policy.id)
    else:
        last: int = ApprovalPolicy.objects.aggregate(last=Max("position"))["last"] or 0
        row = ApprovalPolicy.objects.create(position=last + 1, subject_type=policy.subject_type, **values)
    _write_stages(row, policy)
    return row


@act("approvals.order_policies")
def order_policies(policy_ids: Sequence[int], *, by: Actor | None) -> None:
    """Put the policies into this order; those not named follow as they were."""
    rows = list(ApprovalPolicy.objects.select_for_update().order_by("position", "id"))
    places = {policy_id: place for place, policy_id in enumerate(policy_ids)}
    rows.sort(key=lambda row: places.get(row.id, len(places)))
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            ApprovalPolicy.objects.filter(id=row.id).update(position=place)


@act("approvals.retire_policy")
def retire_policy(policy_id: int, *, by: Actor | None) -> None:
    """Take a policy out of use; what it has asked for stays."""
    ApprovalPolicy.objects.filter(id=policy_id).update(state=PolicyState.RETIRED)


@act("approvals.add_substitute")
def add_substitute(
    *, user_id: int, substitute_id: int, first_day: date, last_day: date, by: Actor | None
) -> Substitute:
    """Let somebody answer for somebody else from day to day, both included.

    Raises:
        SubstituteForOneself, SpanBackwards
    """
    if user_id == substitute_id:
        raise SubstituteForOneself
    if last_day < first_day:
        raise SpanBackwards
    return Substitute.objects.create(
        user_id=user_id, substitute_id=substitute_id, first_day=first_day, last_day=last_day
    )


@act("approvals.remove_substitute")
def remove_substitute(substitute_id: int, *, by: Actor | None) -> None:
    """End a substitution."""
    Substitute.objects.filter(id=substitute_id).delete()


def _write_stages(row: ApprovalPolicy, policy: Policy) -> None:
    old = list(PolicyStage.objects.filter(policy=row).values_list("id", flat=True))
    PolicyApprover.objects.filter(stage_id__in=old).delete()
    PolicyStage.objects.filter(id__in=old).delete()
    for number, stage in enumerate(policy.stages, start=1):
        made = PolicyStage.objects.create(policy=row, number=number, needed=stage.needed, amount_from=stage.amount_from)
        PolicyApprover.objects.bulk_create(
            [PolicyApprover(stage=made, user_id=user) for user in dict.fromkeys(stage.users)]
        )
