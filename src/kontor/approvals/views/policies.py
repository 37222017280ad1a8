"""Setting up policies: their order, their words, and what they would have done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.approvals.actions.policies import (
    PolicyNameMissing,
    order_policies,
    retire_policy,
    save_policy,
)
from kontor.approvals.forms import STAGES_MAX, PolicyForm, StageForm, mark_of, policy_of
from kontor.approvals.models import ApprovalPolicy, PolicyState
from kontor.approvals.queries.people import deciders
from kontor.approvals.queries.policies import Tried, dry_run, policies
from kontor.approvals.rules.policies import Policy, WrongSpan, check_policy
from kontor.approvals.subjects import all_subjects
from kontor.approvals.wording import sentence_of
from kontor.core import clock
from kontor.core.numbers import row_key
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.organisations.queries import names_of
from kontor.projects.models import CostType, Project
from kontor.projects.queries import choices
from kontor.ui.refusals import translated

TRIED_DAYS = 90
TRIED_SHOWN = 25
STATES = (PolicyState.ACTIVE, PolicyState.DRAFT)
_FIELDS: dict[type[Refusal], str] = {PolicyNameMissing: "name", WrongSpan: "amount_from"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A policy in the list; `lost` are people it names who may no longer answer."""

    policy: Policy
    state: str
    sentence: str
    lost: tuple[str, ...]
    number: int | None


@require_safe
@permit("approvals.setup")
def listing(request: TenantRequest) -> HttpResponse:
    """Show the policies in their order, each as a sentence."""
    rows = dict(ApprovalPolicy.objects.filter(state__in=STATES).values_list("id", "state"))
    found = policies(subject_type=_type(), states=STATES)
    able = {user.id for user in deciders()}
    users = {user for policy in found for stage in policy.stages for user in stage.users}
    names = names_of(users)
    words = _words(request, found)
    lines, number = [], 0
    for policy in found:
        is_active = rows[policy.id] == PolicyState.ACTIVE
        number += is_active
        named = {user for stage in policy.stages for user in stage.users}
        lines.append(_Line(
            policy=policy, state=rows[policy.id], sentence=words(policy), number=number if is_active else None,
            lost=tuple(sorted(names.get(user, "?") for user in named - able)),
        ))  # fmt: skip
    retired = ApprovalPolicy.objects.filter(state=PolicyState.RETIRED).count()
    return render(request, "approvals/policies.html", {
        "heading": _("Approval policies"), "lines": lines, "retired": retired, "lacks_address": not settings.PUBLIC_URL,
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permit("approvals.setup")
def new(request: TenantRequest) -> HttpResponse:
    """Write a new policy; it comes last until it is moved up."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("approvals.setup")
def edit(request: TenantRequest, policy_id: int) -> HttpResponse:
    """Change a policy; what waits already keeps what it asked for."""
    return _edit(request, _found(policy_id))


@require_POST
@permit("approvals.setup")
def move(request: TenantRequest, policy_id: int) -> HttpResponse:
    """Put a policy one place up or down."""
    _found(policy_id)
    ids = [policy.id for policy in policies(subject_type=_type(), states=STATES)]
    at = ids.index(policy_id)
    to = at - 1 if request.POST.get("way") == "up" else at + 1
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]
        order_policies(ids, by=request.user)
    return redirect("approvals:policies", tenant=request.tenant.code)


@require_POST
@permit("approvals.setup")
def retire(request: TenantRequest, policy_id: int) -> HttpResponse:
    """Take a policy out of use."""
    row = _found(policy_id)
    retire_policy(row.id, by=request.user)
    messages.success(request, _("%(name)s is no longer in use") % {"name": row.name})
    return redirect("approvals:policies", tenant=request.tenant.code)


def _edit(request: TenantRequest, row: ApprovalPolicy | None) -> HttpResponse:
    current = next((each for each in policies(subject_type=_type(), states=STATES) if row and each.id == row.id), None)
    form, stages = _forms(request, current)
    context: dict[str, Any] = {"row": row, "form": form, "stages": stages, "may_add": len(stages) < STAGES_MAX}
    wanted = request.POST.get("do", "")
    status = 200
    if request.method == "POST" and wanted != "stage":
        status = 422
        checked = [each.is_valid() for each in (form, *stages)]
        if all(checked):
            policy = policy_of(form, stages, policy_id=row.id if row else 0, subject_type=_type())
            try:
                with db.savepoint():
                    done = _do(request, policy, wanted, row=row, context=context)
            except Refusal as refusal:
                field = _FIELDS.get(type(refusal))
                form.add_error(field, translated(refusal))
            else:
                if done is not None:
                    return done
                status = 200
    elif request.method == "POST":
        for each in (form, *stages):
            each.is_valid()
    if current is not None:
        context["sentence"] = _words(request, [current])(current)
        context["moments"] = moments_of("approvals.policy", current.id)
    return render(request, "approvals/policy.html", context, status=status)


def _do(
    request: TenantRequest, policy: Policy, wanted: str, *, row: ApprovalPolicy | None, context: dict[str, Any]
) -> HttpResponse | None:
    """Save a draft, or try out and then activate; None shows the page again."""
    check_policy(policy)
    mark = mark_of(policy)
    is_tried = request.POST.get("tried") == mark
    if wanted == "draft" and (row is None or row.state == PolicyState.DRAFT):
        saved = save_policy(policy, state=PolicyState.DRAFT, by=request.user)
        messages.success(request, _("%(name)s saved as a draft") % {"name": saved.name})
        return redirect("approvals:policy", tenant=request.tenant.code, policy_id=saved.id)
    if wanted == "activate" and is_tried:
        saved = save_policy(policy, state=PolicyState.ACTIVE, by=request.user)
        messages.success(request, _("%(name)s is in use") % {"name": saved.name})
        return redirect("approvals:policies", tenant=request.tenant.code)
    context |= {"tried": mark, "trial": _trial(request, policy), "new_sentence": _words(request, [policy])(policy)}
    return None


def _trial(request: TenantRequest, policy: Policy) -> dict[str, Any]:
    """Return what the policy would have done with what was handed in lately."""
    since = clock.today(request.tenant.country) - timedelta(days=TRIED_DAYS)
    tried = dry_run(policy, since=since)
    mine = [each for each in tried if each.after == policy.name and each.asked]
    names = names_of({user for each in tried for user in each.asked} | {each.subject.submitter_id for each in tried})
    times: Counter[int] = Counter(user for each in mine for user in each.asked)
    return {
        "days": TRIED_DAYS, "count": len(tried), "asking": len(mine),
        "nobody": [each for each in tried if each.has_nobody],
        "total": sum(each.subject.amount_base for each in mine), "cost": sum(each.subject.cost_base for each in mine),
        "people": [(names.get(user, "?"), count) for user, count in times.most_common()],
        "rows": [_shown(each, names) for each in tried[-TRIED_SHOWN:][::-1]], "more": max(len(tried) - TRIED_SHOWN, 0),
    }  # fmt: skip


def _shown(tried: Tried, names: dict[int, str]) -> dict[str, Any]:
    return {
        "tried": tried, "submitter": names.get(tried.subject.submitter_id, "?"),
        "asked": [names.get(user, "?") for user in tried.asked], "is_same": tried.before == tried.after,
    }  # fmt: skip


def _forms(request: TenantRequest, current: Policy | None) -> tuple[PolicyForm, list[StageForm]]:
    local: dict[str, Any] = {"region": request.tenant.country, "currency": request.tenant.base_currency}
    data = request.POST or None
    people = [(str(user.id), user.name) for user in deciders()]
    kinds = CostType.objects.order_by("position", "name").values_list("id", "name")
    first: dict[str, Any] = {} if current is None else {
        "name": current.name, "project": str(current.project_id or ""), "cost_type": str(current.cost_type_id or ""),
        "amount_from": current.amount_from, "amount_to": current.amount_to,
    }  # fmt: skip
    form = PolicyForm(
        data, initial=first, projects=choices(), cost_types=[(str(pk), name) for pk, name in kinds], **local
    )
    count = len(current.stages) if current else 1
    if data is not None:
        asked = data.get("stages", "")
        count = min(max(row_key(asked) or 1, 1), STAGES_MAX)
    is_more = data is not None and data.get("do") == "stage" and count < STAGES_MAX
    stages = []
    for n in range(1, count + 1):
        stage = current.stages[n - 1] if current and n <= len(current.stages) else None
        start: dict[str, Any] = {} if stage is None else {
            "users": [str(user) for user in stage.users], "needed": stage.needed, "amount_from": stage.amount_from,
        }  # fmt: skip
        stages.append(StageForm(data, prefix=f"stage{n}", initial=start, people=people, **local))
    stages[0].fields["users"].required = True
    if is_more:
        stages.append(StageForm(prefix=f"stage{count + 1}", people=people, **local))
    return form, stages


def _words(request: TenantRequest, found: list[Policy]) -> Any:
    users = {user for policy in found for stage in policy.stages for user in stage.users}
    names = names_of(users)
    projects = dict(
        Project.objects.filter(id__in=[p.project_id for p in found if p.project_id]).values_list("id", "name")
    )
    kinds = dict(
        CostType.objects.filter(id__in=[p.cost_type_id for p in found if p.cost_type_id]).values_list("id", "name")
    )

    def words(policy: Policy) -> str:
        return sentence_of(
            policy, projects=projects, cost_types=kinds, people=names, currency=request.tenant.base_currency,
            region=request.tenant.country,
        )  # fmt: skip

    return words


def _found(policy_id: int) -> ApprovalPolicy:
    row = ApprovalPolicy.objects.filter(id=policy_id, state__in=STATES).first()
    if row is None:
        raise Http404
    return row


def _type() -> str:
    """Return the type of document that policies are set up for."""
    return all_subjects()[0].type
