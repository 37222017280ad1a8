"""Running the matching, assigning many at once, and the payment protocol."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.queries.transactions import count_open
from kontor.core import clock
from kontor.core.jobs import start_job
from kontor.core.numbers import row_key, row_keys
from kontor.core.refusal import Refusal
from kontor.matching.actions.confirming import confirm_proposals, undo_run
from kontor.matching.actions.own_orders import settle_sent_orders, take_returned_orders
from kontor.matching.actions.running import run_match
from kontor.matching.documents.protocol import protocol_pdf
from kontor.matching.queries.proposals import safe_page, safe_with_ids
from kontor.matching.queries.protocols import Protocol, count_of, protocol_of
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.shown import scope_of
from kontor.matching.tasks import RUN, UNDO
from kontor.matching.views.bench import bench_url
from kontor.openitems.actions.allocating import Done
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

RULESET = Ruleset()
INLINE_MAX = 2_000
POINTS_MAX = 120


@require_POST
@permit("matching.run")
def run(request: TenantRequest) -> HttpResponse:
    """Match everything that is unassigned: at once, or as a job when it is much."""
    scope = scope_of(request.POST)
    if count_open() > INLINE_MAX:
        job = start_job(RUN, arguments={}, by=request.user, at=clock.now())
        return redirect("job", tenant=request.tenant.code, job_id=job.id)
    outcome = run_match(at=clock.now())
    posted = settle_sent_orders(outcome, at=clock.now())
    if posted:
        words = ngettext(
            "%(n)s payment of our own lists found and posted",
            "%(n)s payments of our own lists found and posted",
            posted,
        )
        messages.success(request, words % {"n": posted})
    if back := take_returned_orders(outcome, at=clock.now()):
        words = ngettext(
            "%(n)s transfer came back; its item is open again",
            "%(n)s transfers came back; their items are open again",
            back,
        )
        messages.warning(request, words % {"n": back})
    found = max(outcome.run.automatic + outcome.run.proposed - posted - back, 0)
    words = ngettext(
        "%(n)s payment has a proposal, %(rest)s have none", "%(n)s payments have a proposal, %(rest)s have none", found
    )
    messages.success(request, words % {"n": found, "rest": outcome.run.transactions - found - posted})
    return redirect(bench_url(request, scope, t=None))


@require_safe
@permit("matching.view")
def safe(request: TenantRequest) -> HttpResponse:
    """Show the proposals above the minimum, ticked as the decision rules say (VA-10 to VA-12); the minimum moves live."""
    return render(request, "matching/safe.html", _safe_context(request, request.GET))


@require_POST
@permit("matching.confirm")
def confirm_safe(request: TenantRequest) -> HttpResponse:
    """Ask for confirmation, then assign everything that is ticked and show the payment protocol (VA-13)."""
    ids = row_keys(request.POST.getlist("ids"))[:1_000]
    if not ids or "sure" not in request.POST:
        return _ask(request, ids)
    key = request.POST.get("key", "") or secrets.token_urlsafe(12)
    run_key = f"run-{key}"
    try:
        with db.savepoint():
            done = confirm_proposals(ids, run_key=run_key, key=key, at=clock.now(), by=request.user)
    except Refusal as no:
        context = _safe_context(request, request.POST) | {"refusal": translated(no)}
        return render(request, "matching/safe.html", context, status=422)
    _tell_refused(request, done)
    if all(each.refusal for each in done):
        return redirect("match_safe", tenant=request.tenant.code)
    return redirect("match_protocol", tenant=request.tenant.code, run_key=run_key)


@require_safe
@permit("matching.view")
def protocol(request: TenantRequest, run_key: str) -> HttpResponse:
    """Show what a run has posted (VA-13)."""
    return render(request, "matching/protocol.html", {"protocol": _protocol(run_key), "heading": _("Payment protocol")})


@require_safe
@permit("matching.view")
def protocol_file(request: TenantRequest, run_key: str) -> HttpResponse:
    """Give the payment protocol as PDF."""
    content = protocol_pdf(_protocol(run_key), tenant=request.tenant.name, region=request.tenant.country,
                           currency=request.tenant.base_currency)  # fmt: skip
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{_("payment-protocol")}.pdf"', "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


@require_POST
@permit("matching.confirm")
def undo_whole_run(request: TenantRequest, run_key: str) -> HttpResponse:
    """Take a whole run back; a large one as a job."""
    if count_of(run_key) > INLINE_MAX:
        job = start_job(
            UNDO, arguments={"run_key": run_key, "country": request.tenant.country}, by=request.user, at=clock.now()
        )
        return redirect("job", tenant=request.tenant.code, job_id=job.id)
    try:
        with db.savepoint():
            count = undo_run(run_key, day=clock.today(request.tenant.country), at=clock.now(), by=request.user)
    except Refusal as no:
        messages.error(request, translated(no))
    else:
        words = ngettext("%(n)s payment taken back", "%(n)s payments taken back", count)
        messages.success(request, words % {"n": count})
    return redirect("match_protocol", tenant=request.tenant.code, run_key=run_key)


def _safe_context(request: TenantRequest, query: QueryDict) -> dict[str, Any]:
    asked = query.get("points", "")
    points = min(RULESET.points_show if (typed := row_key(asked)) is None else typed, POINTS_MAX)
    account = query.get("account", "")
    page = safe_page(points_min=points, lead_min=RULESET.lead_ticked, account=account, page=_page_number(query))
    address = "?" + urlencode({"points": points} | ({"account": account} if account else {}))
    return {
        "heading": _("Assign certain payments"), "page": page, "points": points, "points_max": POINTS_MAX,
        "ticked": sum(1 for each in page.rows if each.is_ticked), "account": account, "address": address,
        "key": secrets.token_urlsafe(12), "may_confirm": "matching.confirm" in request.rights, "ruleset": RULESET,
    }  # fmt: skip


def _page_number(query: QueryDict) -> int:
    asked = query.get("p", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def _ask(request: TenantRequest, ids: list[int]) -> HttpResponse:
    """Ask before many payments are posted."""
    if not ids:
        messages.error(request, _("No payment is ticked. Please tick at least one proposal."))
        return redirect("match_safe", tenant=request.tenant.code)
    found = safe_with_ids(ids)
    context = {
        "heading": _("Assign certain payments"), "found": found, "key": request.POST.get("key", ""),
        "points": request.POST.get("points", ""), "account": request.POST.get("account", ""),
        "total_in": sum(each.transaction.amount for each in found if each.transaction.amount > 0),
        "total_out": sum(each.transaction.amount for each in found if each.transaction.amount < 0),
        "items": sum(len(each.numbers) for each in found),
    }  # fmt: skip
    return render(request, "matching/ask.html", context)


def _tell_refused(request: TenantRequest, done: list[Done]) -> None:
    for each in [step for step in done if step.refusal][:5]:
        if each.refusal:
            messages.error(request, translated(each.refusal))


def _protocol(run_key: str) -> Protocol:
    found = protocol_of(run_key)
    if found is None:
        raise Http404
    return found
