"""Approving at once what shows nothing that stands out: the list first, then one confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kontor.approvals.actions.requests import approve_many
from kontor.approvals.queries.bench import queue_of
from kontor.approvals.views.bench import bench_url
from kontor.core import clock
from kontor.core.numbers import row_keys
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

MANY_MAX = 200


@require_safe
@permit("approvals.decide")
def clean(request: TenantRequest) -> HttpResponse:
    """List what waits and shows nothing that stands out, everything ticked, with sums."""
    rows = queue_of(request.user.pk, on=clock.today(request.tenant.country)).clean[:MANY_MAX]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.request.currency] = sums.get(row.request.currency, 0) + row.request.amount
    context = {"heading": _("Approve what shows nothing unusual"), "rows": rows, "sums": sums}
    return render(request, "approvals/clean.html", context)


@require_POST
@permit("approvals.decide")
def approve_clean(request: TenantRequest) -> HttpResponse:
    """Approve what is ticked, each as it was shown; what has changed meanwhile is left and named."""
    ids = row_keys(request.POST.getlist("ids"))[:MANY_MAX]
    waiting = {row.request.id: row.request for row in queue_of(
        request.user.pk, on=clock.today(request.tenant.country)
    ).clean}  # fmt: skip
    prints = {each: request.POST.get(f"print-{each}", "") or "-" for each in ids if each in waiting}
    done, left = approve_many(prints, on=clock.today(request.tenant.country), at=clock.now(), by=request.user)
    for request_id, refusal in left:
        messages.error(request, f"{waiting[request_id].title}: {translated(refusal)}")
    if len(prints) < len(set(ids)):
        messages.error(request, _("Some no longer wait for this answer and were left out."))
    if done:
        text = ngettext("%(n)s approved", "%(n)s approved", len(done)) % {"n": len(done)}
        values = {"text": text, "ids": [each.id for each in done], "tab": "open", "tenant": request.tenant.code}
        messages.success(request, render_to_string("approvals/undo.html", values, request=request))
    return redirect(bench_url(request))
