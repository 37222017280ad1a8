"""The workbench: list, payment, evidence, confirming, taking back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.models import BankTransaction
from kontor.core import clock
from kontor.core.numbers import row_keys
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.matching.actions.confirming import confirm, give_back, once, undo_allocation, undo_step
from kontor.matching.actions.transferring import move_through_transit
from kontor.matching.choices import Chosen
from kontor.matching.detail import Detail, Typed, choice_of, detail_of, found_lines, outcome_of
from kontor.matching.forms import (
    check_readable,
    direct_lines,
    line_count,
    preselected_ids,
    ticked_ids,
    typed_items,
)
from kontor.matching.preselected import Preselection, filled_with, payment_for, preselection_of
from kontor.matching.queries.bench import Scope, first_of_page, next_after, transaction_with
from kontor.matching.queries.items import find_items, items_with_ids
from kontor.matching.queries.loading import items_by_id
from kontor.matching.queries.proposals import proposals_of
from kontor.matching.shown import context_of, direct_rows, frame_of, number_in, scope_of
from kontor.matching.written.items import found_of
from kontor.matching.written.outcome import outcome_of as outcome_html
from kontor.openitems.actions.undoing import Undone
from kontor.organisations.access import TenantRequest, permit
from kontor.payments.actions.returning import take_order_back
from kontor.payments.actions.settling import clear_transit, pay_list
from kontor.ui.refusals import translated


@require_safe
@permit("matching.view")
def workbench(request: TenantRequest) -> HttpResponse:
    """Show the list and one transaction with its proposals."""
    scope = replace(scope_of(request.GET), items=preselected_ids(request.GET))
    preselection = preselection_of(scope.items)
    row = _chosen(request.GET, scope, preselection)
    found = find_items(request.GET.get("find", "")) if row else []
    added = [item.id for item in found] + [item.item_id for item in (preselection.items if preselection else ())]
    typed = filled_with(preselection, row) if preselection and row and not number_in(request.GET, "rank") else None
    detail = None
    if row is not None:
        detail = _detail(request, row, rank=number_in(request.GET, "rank") or 1, typed=typed, added=added)
    context = context_of(request, scope, detail)
    if preselection is not None:
        context |= {"preselection": preselection, "is_preselected": typed is not None,
                    "without_items": replace(scope, items=()).query(t=row.id if row else None) or "?"}  # fmt: skip
    return render(request, "matching/bench.html", context)


@require_POST
@permit("matching.confirm")
def confirm_one(request: TenantRequest) -> HttpResponse:
    """Assign the ticked items and go on to the next transaction."""
    row = _transaction(request.POST)
    form = _typed(request, row)
    proposal = next((each for each in proposals_of(row.id) if each.rank == number_in(request.POST, "rank")), None)

    def do() -> int:
        check_readable(form)
        choice = choice_of(row, form, may_write_off="openitems.write_off" in request.rights)
        done = confirm(row.id, choice=choice, proposal=proposal, at=clock.now(), by=request.user)
        return done.entry_id or 0

    return _done_or_again(request, row, form, do)


@require_POST
@permit("matching.confirm")
def post_directly(request: TenantRequest) -> HttpResponse:
    """Post the transaction straight to accounts; „another line“ only shows one more."""
    row = _transaction(request.POST)
    if "more" in request.POST:
        return _again(request, row, Typed(), lines=line_count(request.POST) + 1)

    def do() -> int:
        lines = direct_lines(
            request.POST, rest=row.amount - row.allocated, currency=row.currency, region=request.tenant.country
        )
        nothing = Chosen(shares=(), remainder="leave", missing=0, surplus=0)
        return confirm(row.id, choice=nothing, accounts=lines, at=clock.now(), by=request.user).entry_id or 0

    return _done_or_again(request, row, Typed(), do, lines=line_count(request.POST))


@require_POST
@permit("matching.confirm")
def take_return(request: TenantRequest) -> HttpResponse:
    """Give the payments back that the bank has returned: their items become open again (P-13)."""
    row = _transaction(request.POST)
    ids = row_keys(request.POST.getlist("allocations"))

    def do() -> int:
        if row.amount > 0:
            return take_order_back(row.id, at=clock.now(), by=request.user)
        return give_back(row.id, ids, at=clock.now(), by=request.user).entry_ids[0]

    return _done_or_again(request, row, Typed(), do)


@require_POST
@permit("matching.confirm")
def take_list(request: TenantRequest) -> HttpResponse:
    """Assign a transaction to what it pays to the cent: a payment list, what was set paid by hand and waits in transit,
    or another of our own accounts.
    """
    row = _transaction(request.POST)
    batch_id, order_id = number_in(request.POST, "batch"), number_in(request.POST, "order") or None
    settling_id = number_in(request.POST, "settling")

    def do() -> int:
        if "transfer" in request.POST:
            return move_through_transit(row.id, at=clock.now(), by=request.user).entry_id or 0
        if settling_id:
            return clear_transit(row.id, settling_id, at=clock.now(), by=request.user).entry_id or 0
        return pay_list(row.id, batch_id, order_id=order_id, at=clock.now(), by=request.user).entry_id or 0

    return _done_or_again(request, row, Typed(), do)


@require_POST
@permit("matching.view")
def show_outcome(request: TenantRequest) -> HttpResponse:
    """Answer what the form would do now: the difference and the posting, as a fragment."""
    row = _transaction(request.POST)
    outcome = outcome_of(row, _typed(request, row), may_write_off="openitems.write_off" in request.rights)
    return HttpResponse(outcome_html(frame_of(request, Scope()), outcome, row.currency))


@require_safe
@permit("matching.view")
def search_items(request: TenantRequest) -> HttpResponse:
    """Answer the open items that a search finds, as rows of the table; what is ticked stays."""
    row = _transaction(request.GET)
    form = _typed(request, row, posted=request.GET)
    shown = set(row_keys(request.GET.getlist("shown")))
    kept = items_with_ids(key for key in form.items if key not in shown)
    hits = find_items(request.GET.get("find", ""), without=[*shown, *kept])
    lines = found_lines(row, [*kept.values(), *hits], form, region=request.tenant.country)
    return HttpResponse(found_of(frame_of(request, Scope()), lines, row=row, asked=request.GET.get("find", "")))


@require_POST
@permit("matching.confirm")
def undo(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Take one confirmation back and show its transaction again."""
    return _take_back(request, lambda: undo_step(
        entry_id, day=clock.today(request.tenant.country), at=clock.now(), by=request.user
    ), told=_("Taken back"))  # fmt: skip


@require_POST
@permit("matching.confirm")
def cancel(request: TenantRequest, allocation_id: int) -> HttpResponse:
    """Cancel one assignment of a transaction (VA-15)."""
    return _take_back(request, lambda: undo_allocation(
        allocation_id, day=clock.today(request.tenant.country), at=clock.now(), by=request.user
    ), told=_("Assignment cancelled"))  # fmt: skip


def bench_url(request: TenantRequest, scope: Scope, *, t: int | None) -> str:
    """Return the workbench's address."""
    return reverse("match", kwargs={"tenant": request.tenant.code}) + scope.query(t=t)


def _done_or_again(
    request: TenantRequest, row: BankTransaction, form: Typed, do: Callable[[], int], *, lines: int = 0
) -> HttpResponse:
    """Do it once and lead to the next transaction; a refusal shows the form again with everything typed."""
    scope = scope_of(request.POST)
    following = next_after(scope, row)
    body = sorted((name, values) for name, values in request.POST.lists() if name not in {"csrfmiddlewaretoken", "key"})
    try:
        with db.savepoint():
            entry_id = once(request.POST.get("key", ""), body=body, at=clock.now(), do=do)
    except Refusal as no:
        return _again(request, row, form, refusal=no, lines=lines)
    except Error as error:
        no_more = refined(error)
        if no_more is None:
            raise
        return _again(request, row, form, refusal=no_more, lines=lines)
    _tell(request, row, entry_id)
    return redirect(bench_url(request, scope, t=following))


def _tell(request: TenantRequest, row: BankTransaction, entry_id: int) -> None:
    """Say what was done, with the way back."""
    text = _("%(name)s assigned") % {"name": row.counterparty_name or row.booking_text or row.remittance[:40]}
    values = {"text": text, "entry_id": entry_id, "transaction_id": row.id, "tenant": request.tenant.code}
    messages.success(request, render_to_string("matching/undo.html", values, request=request))


def _take_back(request: TenantRequest, do: Callable[[], Undone], *, told: str) -> HttpResponse:
    scope = scope_of(request.POST)
    try:
        with db.savepoint():
            do()
    except Refusal as no:
        messages.error(request, translated(no))
    else:
        messages.success(request, told)
    return redirect(bench_url(request, scope, t=number_in(request.POST, "t")))


def _again(
    request: TenantRequest, row: BankTransaction, form: Typed, *, refusal: Refusal | None = None, lines: int = 0
) -> HttpResponse:
    row.refresh_from_db(fields=["allocated"])
    detail = _detail(request, row, rank=number_in(request.POST, "rank") or 1, typed=form if form.items else None)
    context = context_of(request, scope_of(request.POST), detail)
    context |= {
        "refusal": translated(refusal) if refusal else "", "is_direct": bool(lines), "direct": direct_rows(request.POST, lines),
    }  # fmt: skip
    return render(request, "matching/bench.html", context, status=422 if refusal else 200)


def _detail(
    request: TenantRequest,
    row: BankTransaction,
    *,
    rank: int = 1,
    typed: Typed | None = None,
    added: list[int] | None = None,
) -> Detail:
    return detail_of(row, rank=rank, typed=typed, added=added or [], region=request.tenant.country,
                     may_write_off="openitems.write_off" in request.rights)  # fmt: skip


def _chosen(query: QueryDict, scope: Scope, preselection: Preselection | None) -> BankTransaction | None:
    wanted = number_in(query, "t")
    if wanted:
        return _transaction(query)
    fitting = payment_for(preselection, scope) if preselection and scope.page == 1 else None
    return fitting or first_of_page(scope)


def _transaction(query: QueryDict) -> BankTransaction:
    found = transaction_with(number_in(query, "t"))
    if found is None:
        raise Http404
    return found


def _typed(request: TenantRequest, row: BankTransaction, *, posted: QueryDict | None = None) -> Typed:
    asked = posted or request.POST
    currencies = {key: item.currency for key, item in items_by_id(ticked_ids(asked)).items()}
    return typed_items(asked, currency=row.currency, region=request.tenant.country, currencies=currencies)
