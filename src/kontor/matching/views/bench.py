"""The workbench: list, payment, evidence, confirming, taking back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import Error
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import account_cards
from kontor.core import clock
from kontor.core.numbers import row_keys
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.matching.actions.confirming import confirm, give_back, once, undo_allocation, undo_step
from kontor.matching.actions.transferring import move_through_transit
from kontor.matching.choices import Chosen
from kontor.matching.detail import Detail, Typed, choice_of, detail_of, found_lines, outcome_of
from kontor.matching.forms import (
    DIRECT_FIELDS,
    check_readable,
    direct_lines,
    line_count,
    preselected_ids,
    ticked_ids,
    typed_items,
)
from kontor.matching.preselected import Preselection, filled_with, payment_for, preselection_of
from kontor.matching.queries.bench import TABS, Scope, counts, first_of_page, next_after, page_of
from kontor.matching.queries.choices import direct_choices, party_names
from kontor.matching.queries.items import find_items, items_with_ids, search_words
from kontor.matching.queries.loading import items_by_id
from kontor.matching.queries.own_transfers import own_transfer
from kontor.matching.queries.proposals import POINTS_CERTAIN, last_run_at, proposals_of, safe_count
from kontor.matching.queries.returns import returnable
from kontor.matching.queries.steps import last_step_of
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.wording import difference_words
from kontor.openitems.actions.undoing import Undone
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.models import Chart
from kontor.payments.actions.returning import take_order_back
from kontor.payments.actions.settling import clear_transit, pay_list
from kontor.payments.queries.statement import fitting_lists
from kontor.payments.queries.transit import paid_by_hand
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated

RULESET = Ruleset()
PAGES_MAX = 1_000_000


@require_safe
@permit("matching.view")
def workbench(request: TenantRequest) -> HttpResponse:
    """Show the list and one transaction with its proposals."""
    scope = replace(scope_of(request.GET), items=preselected_ids(request.GET))
    preselection = preselection_of(scope.items)
    row = _chosen(request.GET, scope, preselection)
    found = find_items(request.GET.get("find", "")) if row else []
    added = [item.id for item in found] + [item.item_id for item in (preselection.items if preselection else ())]
    typed = filled_with(preselection, row) if preselection and row and not _number(request.GET, "rank") else None
    detail = None
    if row is not None:
        detail = _detail(request, row, rank=_number(request.GET, "rank") or 1, typed=typed, added=added)
    context = _context(request, scope, detail)
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
    proposal = next((each for each in proposals_of(row.id) if each.rank == _number(request.POST, "rank")), None)

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
    batch_id, order_id = _number(request.POST, "batch"), _number(request.POST, "order") or None
    settling_id = _number(request.POST, "settling")

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
    return render(request, "matching/outcome.html", {"outcome": outcome, "row": row, **difference_words()})


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
    return render(request, "matching/found.html", {"lines": lines, "row": row, "asked": request.GET.get("find", "")})


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


def scope_of(query: QueryDict) -> Scope:
    """Return the part of the list that an address or form names."""
    tab = query.get("tab", "open")
    return Scope(account=query.get("account", ""), tab=tab if tab in TABS else "open", q=query.get("q", "").strip(),
                 page=max(1, min(_number(query, "p"), PAGES_MAX)))  # fmt: skip


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
    return redirect(bench_url(request, scope, t=_number(request.POST, "t")))


def _again(
    request: TenantRequest, row: BankTransaction, form: Typed, *, refusal: Refusal | None = None, lines: int = 0
) -> HttpResponse:
    row.refresh_from_db(fields=["allocated"])
    detail = _detail(request, row, rank=_number(request.POST, "rank") or 1, typed=form if form.items else None)
    context = _context(request, scope_of(request.POST), detail)
    context |= {
        "refusal": translated(refusal) if refusal else "", "is_direct": bool(lines), "direct": _direct_rows(request.POST, lines),
    }  # fmt: skip
    return render(request, "matching/bench.html", context, status=422 if refusal else 200)


def _context(request: TenantRequest, scope: Scope, detail: Detail | None) -> dict[str, Any]:
    found, cards = counts(scope), account_cards()
    page = page_of(scope, at=detail.transaction if detail else None)
    figures = {"open": found.open, "partly": found.partly, "automatic": found.automatic, "all": found.all}
    words = {"open": pgettext("transactions", "Open"), "partly": _("Partly"), "automatic": pgettext("transactions", "Automatic"),
             "all": pgettext("transactions", "All")}  # fmt: skip
    tabs = [
        Tab(label=word, url=scope.query(tab=key), count=figures[key], is_current=scope.tab == key)
        for key, word in words.items()
    ]
    return {
        "heading": _("Bank matching"), "scope": scope, "page": page, "counts": found, "tabs": tabs,
        "cards": cards, "detail": detail, "is_chosen": bool(_number(request.GET or request.POST, "t")),
        "safe": safe_count(account=scope.account), "run_at": last_run_at(), "key": secrets.token_urlsafe(12),
        "following": next_after(scope, detail.transaction, page=page) if detail else None, "ruleset": RULESET,
        "points_certain": POINTS_CERTAIN,
        "last_step": last_step_of(request.user.pk), "direct": _direct_rows(QueryDict(), 1),
        "choices": direct_choices(has_spheres=request.tenant.chart == Chart.SKR42),
        "returns": returnable(detail.transaction) if detail and detail.rest else [],
        "lists": fitting_lists(detail.transaction) if detail and not _is_sure(detail) else [],
        "paid_by_hand": paid_by_hand(detail.transaction) if detail and not _is_sure(detail) else [],
        "transfer": own_transfer(detail.transaction, [card.account for card in cards]) if detail and not _is_sure(detail) else None,
        "words": search_words(detail.transaction) if detail else (), "is_fresh": "fresh" in request.GET,
        "may_confirm": "matching.confirm" in request.rights, "may_run": "matching.run" in request.rights,
        "find": request.GET.get("find", ""), **difference_words(),
    }  # fmt: skip


def _is_sure(detail: Detail) -> bool:
    """Tell whether a proposal explains the transaction anyway."""
    return detail.current is not None and detail.current.score >= POINTS_CERTAIN


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


def _direct_rows(posted: QueryDict, count: int) -> list[dict[str, Any]]:
    numbers = range(1, max(count, 1) + 1)
    rows = [{"n": n, **{name: posted.get(f"{name}-{n}", "") for name in DIRECT_FIELDS}} for n in numbers]
    names = party_names(str(row["party"]) for row in rows)
    return [row | {"party_label": names.get(str(row["party"]), "")} for row in rows]


def _chosen(query: QueryDict, scope: Scope, preselection: Preselection | None) -> BankTransaction | None:
    wanted = _number(query, "t")
    if wanted:
        return get_object_or_404(BankTransaction.objects.select_related("money_account"), id=wanted, is_deleted=False)
    fitting = payment_for(preselection, scope) if preselection and scope.page == 1 else None
    return fitting or first_of_page(scope)


def _transaction(query: QueryDict) -> BankTransaction:
    return get_object_or_404(
        BankTransaction.objects.select_related("money_account"), id=_number(query, "t"), is_deleted=False
    )


def _typed(request: TenantRequest, row: BankTransaction, *, posted: QueryDict | None = None) -> Typed:
    asked = posted or request.POST
    currencies = {key: item.currency for key, item in items_by_id(ticked_ids(asked)).items()}
    return typed_items(asked, currency=row.currency, region=request.tenant.country, currencies=currencies)


def _number(query: QueryDict, name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
