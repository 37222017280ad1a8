"""The reviewer's workbench: list, document, facts, three answers, conversation, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.approvals.actions.requests import answer, revoke, revoke_many
from kontor.approvals.models import Answer, ApprovalRequest, RequestState
from kontor.approvals.queries.bench import TABS, Queue, Row, queue_of, row_of, way_of
from kontor.approvals.queries.policies import deputies
from kontor.approvals.queries.requests import (
    WAITING,
    decisions_of,
    is_asked,
    is_named,
    may_see,
    messages_of,
    request_by_id,
    voices,
)
from kontor.approvals.rules.answers import Given
from kontor.approvals.subjects import BudgetAfter, subject_of
from kontor.core import clock
from kontor.core.numbers import row_keys
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated

GIVEN: dict[str, Given] = {"approve": "approve", "reject": "reject", "query": "query"}
BAR = 166.7  # where the whole budget ends on the drawn scale of 200: what exceeds it is still seen


@require_safe
@permit("approvals.decide")
def bench(request: TenantRequest) -> HttpResponse:
    """Show the list and one document with what its reviewer has to know."""
    tab = _tab(request.GET)
    queue = queue_of(request.user.pk, on=_today(request))
    wanted = _number(request.GET, "r")
    found = seen(request, wanted) if wanted else None
    if wanted and found is None:
        return _elsewhere(request, wanted)
    if found is not None and "tab" not in request.GET:
        tab = next((each for each in TABS if any(row.request.id == found.id for row in queue.tab(each))), tab)
    rows = queue.tab(tab)
    chosen = found or (rows[0].request if rows else None)
    return render(request, "approvals/bench.html", context_of(request, queue, tab, chosen))


@require_POST
@permit("approvals.decide")
def give(request: TenantRequest, request_id: int) -> HttpResponse:
    """Approve, reject or ask back, and go on to the next one."""
    found = seen(request, request_id)
    given = GIVEN.get(request.POST.get("given", ""))
    if found is None or given is None:
        raise Http404
    tab = _tab(request.POST)
    queue = queue_of(request.user.pk, on=_today(request))
    following = _following(queue.tab(tab), request_id)
    try:
        with db.savepoint():
            answer(
                request_id, given, reason=request.POST.get("reason", ""), on=_today(request), at=clock.now(),
                fingerprint=request.POST.get("fingerprint", ""), by=request.user,
            )  # fmt: skip
    except Refusal as refusal:
        if given == "approve" and _has_approved(request, request_id):
            return redirect(bench_url(request, tab=tab, chosen=following))
        fresh = request_by_id(request_id)
        context = context_of(request, queue_of(request.user.pk, on=_today(request)), tab, fresh)
        context |= {"refusal": translated(refusal), "typed": request.POST.get("reason", ""), "is_chosen": True}
        return render(request, "approvals/bench.html", context, status=refusal.status)
    words = {
        "approve": _("%(title)s approved"),
        "reject": _("%(title)s rejected"),
        "query": _("Question sent: %(title)s"),
    }
    _tell(request, words[given] % {"title": found.title}, [request_id], tab=tab)
    return redirect(bench_url(request, tab=tab, chosen=following))


@require_POST
@permit("approvals.decide")
def undo(request: TenantRequest) -> HttpResponse:
    """Take back one's own last answers, one or a whole list; what has moved on says so."""
    ids = row_keys(request.POST.getlist("ids"))[:1_000]
    tab = _tab(request.POST)
    if len(ids) == 1:
        try:
            with db.savepoint():
                revoke(ids[0], at=clock.now(), by=request.user)
        except Refusal as refusal:
            messages.error(request, translated(refusal))
        else:
            messages.success(request, _("Taken back"))
        return redirect(bench_url(request, tab="open", chosen=ids[0] if seen(request, ids[0]) else None))
    done, left = revoke_many(ids, at=clock.now(), by=request.user)
    if done:
        messages.success(request, _("%(n)s approvals taken back") % {"n": len(done)})
    if left:
        messages.error(request, _("%(n)s can no longer be taken back.") % {"n": len(left)})
    return redirect(bench_url(request, tab=tab))


@require_POST
@permit("approvals.decide")
def say(request: TenantRequest, request_id: int) -> HttpResponse:
    """Add to the conversation without answering."""
    found = seen(request, request_id)
    if found is None:
        raise Http404
    tab = _tab(request.POST)
    try:
        with db.savepoint():
            subject_of(found.subject_type).reply(
                found.subject_id, request.POST.get("text", ""), at=clock.now(), by=request.user
            )
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, _("Message sent"))
    return redirect(bench_url(request, tab=tab, chosen=request_id))


def seen(request: TenantRequest, request_id: int) -> ApprovalRequest | None:
    """Return a request if the person may see its document as reviewer."""
    found = request_by_id(request_id)
    return found if found is not None and may_see(found, user_id=request.user.pk, on=_today(request)) else None


def bench_url(request: TenantRequest, *, tab: str = "open", chosen: int | None = None) -> str:
    """Return the workbench's address."""
    query = {} if tab == "open" else {"tab": tab}
    if chosen:
        query["r"] = str(chosen)
    path = reverse("approvals:bench", kwargs={"tenant": request.tenant.code})
    return f"{path}?{urlencode(query)}" if query else path


def context_of(request: TenantRequest, queue: Queue, tab: str, chosen: ApprovalRequest | None) -> dict[str, Any]:
    """Return everything the workbench shows."""
    rows = queue.tab(tab)
    place = next((n for n, row in enumerate(rows, start=1) if chosen and row.request.id == chosen.id), 0)
    words = {"open": pgettext("approvals", "Open"), "query": _("Question"), "done": pgettext("approvals", "Done")}
    counts = {"open": len(queue.open), "query": len(queue.query) or None, "done": None}
    tabs = [
        Tab(label=words[each], url=bench_url(request, tab=each), count=counts[each], is_current=each == tab)
        for each in TABS
    ]
    return {
        "heading": _("Approvals"), "tabs": tabs, "tab": tab, "rows": rows, "clean": len(queue.clean), "place": place,
        "is_chosen": bool(_number(request.GET, "r")), "typed": "", "chosen": chosen,
        "detail": detail_of(request, chosen) if chosen is not None else None,
    }  # fmt: skip


def detail_of(request: TenantRequest, chosen: ApprovalRequest) -> dict[str, Any]:
    """Return one document with what its reviewer has to know."""
    today, subject = _today(request), subject_of(chosen.subject_type)
    panel = subject.panel(chosen.subject_id)
    if panel is None:
        raise Http404
    decisions = decisions_of([chosen.id]).get(chosen.id, [])
    asked = is_asked(chosen, user_id=request.user.pk, decisions=decisions, acting=deputies(on=today), on=today)
    page = min(max(_number(request.GET, "p"), 1), max(len(panel.pages), 1))
    signs = subject.signs(chosen.signs)
    return {
        "request": chosen, "row": row_of(chosen), "panel": panel, "signs": signs,
        "warnings": sum(sign.is_warning for sign in signs),
        "budgets": [_bar(each) for each in subject.budgets(chosen.subject_id, today)],
        "way": way_of(chosen, on=today), "stages": len(chosen.stages),
        "talk": list(messages_of(subject_type=chosen.subject_type, subject_id=chosen.subject_id)),
        "may_answer": asked and chosen.state in WAITING, "is_waiting": chosen.state in WAITING,
        "is_query": chosen.state == RequestState.QUERY, "page": page,
        "shown": panel.pages[page - 1] if panel.pages else None,
        "before": page - 1 if page > 1 else None, "after": page + 1 if page < len(panel.pages) else None,
    }  # fmt: skip


def _bar(budget: BudgetAfter) -> dict[str, Any]:
    """Return a budget with the lengths of its drawn parts and its shares in percent."""
    whole = max(budget.planned, 1)
    spent, after = max(budget.spent, 0), max(budget.spent + budget.asked, 0)
    x_spent, x_after = min(BAR * spent / whole, 200.0), min(BAR * after / whole, 200.0)
    return {
        "budget": budget, "before": round(100 * spent / whole), "after": round(100 * after / whole),
        "x_spent": f"{x_spent:.1f}", "x_share": f"{max(x_after - x_spent, 0):.1f}",
        "x_now": f"{BAR * budget.elapsed_percent / 100:.1f}", "is_over": after > budget.planned,
    }  # fmt: skip


def _elsewhere(request: TenantRequest, request_id: int) -> HttpResponse:
    """Answer a link to what somebody else has answered meanwhile, or to what is none of the person's business."""
    found = request_by_id(request_id)
    if found is None or not is_named(found, user_id=request.user.pk):
        raise Http404
    messages.info(request, _("This approval no longer waits: it was answered or taken back in the meantime."))
    return redirect(bench_url(request))


def _has_approved(request: TenantRequest, request_id: int) -> bool:
    """Tell whether the person's approval stands already: a second click is no fault."""
    heard = voices(decisions_of([request_id]).get(request_id, []))
    return any(voice.user_id == request.user.pk and voice.answer == Answer.APPROVE for voice in heard)


def _tell(request: TenantRequest, text: str, ids: Sequence[int], *, tab: str) -> None:
    """Say what was done, with the way back."""
    values = {"text": text, "ids": ids, "tab": tab, "tenant": request.tenant.code}
    messages.success(request, render_to_string("approvals/undo.html", values, request=request))


def _following(rows: Sequence[Row], request_id: int) -> int | None:
    """Return the request after this one in the list, else the first of the others."""
    ids = [row.request.id for row in rows]
    if request_id not in ids:
        return ids[0] if ids else None
    at = ids.index(request_id)
    others = [*ids[at + 1 :], *ids[:at]]
    return others[0] if others else None


def _today(request: TenantRequest) -> date:
    return clock.today(request.tenant.country)


def _tab(query: QueryDict) -> str:
    tab = query.get("tab", "open")
    return tab if tab in TABS else "open"


def _number(query: QueryDict, name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
