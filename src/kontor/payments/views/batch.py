"""One payment list: its orders, its file, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.figures import format_day
from kontor.core.refusal import Refusal
from kontor.documents.serving import download_response
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.payments.actions import batches, exporting, settling
from kontor.payments.forms import ListForm, PaidForm, RefusedForm
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.queries.lists import batch_by_id, name_of, sent_orders_of, settled_on, sums_of
from kontor.payments.queries.payables import accounts_to_pay_from
from kontor.payments.rules.days import check_day
from kontor.payments.tables import mark_of, row_of
from kontor.ui.marks import Moment
from kontor.ui.refusals import translated


@require_safe
@permit("payments.view")
def batch(request: TenantRequest, batch_id: int) -> HttpResponse:
    """Show a list with its orders."""
    return _page(request, _found(batch_id))


@require_POST
@permit("payments.prepare")
def change(request: TenantRequest, batch_id: int) -> HttpResponse:
    """Change account or day of a draft."""
    found = _found(batch_id)
    form = _list_form(request, found, request.POST)
    if form.is_valid():
        try:
            with db.savepoint():
                changed = batches.change(
                    batch_id, money_account_id=int(form.cleaned_data["account"]), execution_date=form.cleaned_data["day"],
                    is_booked_as_one=form.cleaned_data["as_one"], by=request.user,
                )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("Payment list %(number)s changed.") % {"number": name_of(found)})
            tell_moved(request, changed, asked=form.cleaned_data["day"])
            return _to(request, batch_id)
    return _page(request, found, list_form=form)


@require_POST
@permit("payments.prepare")
def remove(request: TenantRequest, batch_id: int, order_id: int) -> HttpResponse:
    """Take an order off a draft."""
    return _do(
        request,
        batch_id,
        lambda: batches.remove(batch_id, order_id, by=request.user),
        _("The order is off the list; its item can be paid again."),
    )


@require_POST
@permit("payments.prepare", fresh=True)
def export(request: TenantRequest, batch_id: int) -> HttpResponse:
    """Write the file; a list that has one keeps it."""
    found = _found(batch_id)

    def write() -> None:
        if found.state == BatchState.DRAFT:
            check_day(found.execution_date, today=clock.today(request.tenant.country))
        exporting.export(batch_id, at=clock.now(), by=request.user)

    return _do(request, batch_id, write, _("The payment file is written. Download it and hand it to your bank."))


@require_safe
@permit("payments.prepare", fresh_reading=True)
def file(request: TenantRequest, batch_id: int) -> HttpResponseBase:
    """Send the payment file as it was exported."""
    found = _found(batch_id)
    if found.file is None:
        raise Http404
    return download_response(found.file)


@require_POST
@permit("payments.settle", fresh=True)
def settle(request: TenantRequest, batch_id: int) -> HttpResponse:
    """Set a list paid by hand, on the day that was typed."""
    found = _found(batch_id)
    form = PaidForm(request.POST, region=request.tenant.country)
    if form.is_valid():
        try:
            with db.savepoint():
                count = settling.settle_by_hand(batch_id, day=form.cleaned_data["day"], at=clock.now(), by=request.user)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            words = ngettext("%(n)s order set paid.", "%(n)s orders set paid.", count)
            messages.success(request, words % {"n": count})
            return _to(request, batch_id)
    return _page(request, found, paid_form=form)


@require_POST
@permit("payments.prepare")
def reject(request: TenantRequest, batch_id: int, order_id: int) -> HttpResponse:
    """Record that the bank refused an order."""
    form = RefusedForm(request.POST, region=request.tenant.country)
    day = form.cleaned_data["day"] if form.is_valid() else clock.today(request.tenant.country)
    return _do(
        request, batch_id, lambda: batches.reject(batch_id, order_id, day=day, by=request.user),
        _("The order counts as refused; its item can be paid again."),
    )  # fmt: skip


@require_POST
@permit("payments.prepare")
def cancel(request: TenantRequest, batch_id: int) -> HttpResponse:
    """Give a list up."""
    return _do(
        request,
        batch_id,
        lambda: batches.cancel(batch_id, by=request.user),
        _("The list is given up; its items can be paid again."),
    )


def tell_moved(request: TenantRequest, batch: PaymentBatch, *, asked: date) -> None:
    """Say that banks rest on the day that was asked for."""
    if batch.execution_date != asked:
        language = get_language() or "de"
        words = _("Banks do not carry out transfers on %(asked)s. The list is carried out on %(day)s.")
        days = {
            "asked": format_day(asked, language=language),
            "day": format_day(batch.execution_date, language=language),
        }
        messages.info(request, words % days)


def _do(request: TenantRequest, batch_id: int, act: Callable[[], object], done: str) -> HttpResponse:
    _found(batch_id)
    try:
        with db.savepoint():
            act()
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, done)
    return _to(request, batch_id)


def _found(batch_id: int) -> PaymentBatch:
    found = batch_by_id(batch_id)
    if found is None:
        raise Http404
    return found


def _to(request: TenantRequest, batch_id: int) -> HttpResponse:
    return redirect("payments:batch", tenant=request.tenant.code, batch_id=batch_id)


def _list_form(request: TenantRequest, found: PaymentBatch, data: Any = None) -> ListForm:
    accounts = [each for each in accounts_to_pay_from() if each.currency == found.currency]
    if all(each.id != found.money_account_id for each in accounts):
        accounts.append(found.money_account)
    return ListForm(
        data, accounts=accounts, on=clock.today(request.tenant.country), region=request.tenant.country,
        initial={"account": str(found.money_account_id), "day": found.execution_date, "as_one": found.is_booked_as_one},
    )  # fmt: skip


def _page(
    request: TenantRequest, found: PaymentBatch, *, list_form: ListForm | None = None, paid_form: PaidForm | None = None
) -> HttpResponse:
    on = clock.today(request.tenant.country)
    row = row_of(found, sums_of([found.id]).get(found.id))
    orders = sent_orders_of(found)
    back = [order for order in orders if order.returned_on and order.item.amount_open and not order.item.is_in_payment]
    days = settled_on(order.item_id for order in orders)
    context = {
        "batch": found, "row": row, "mark": mark_of(found, row.sum), "today": on,
        "orders": [(order, _paid_on(order, days)) for order in orders],
        "is_draft": found.state == BatchState.DRAFT and row.sum.settled < max(row.sum.orders, 1),
        "is_exported": found.state == BatchState.EXPORTED,
        "is_living": found.state != BatchState.CANCELLED,
        "is_waiting": found.state != BatchState.CANCELLED and row.sum.settled < row.sum.orders,
        "is_untouched": not row.sum.settled and not row.sum.partly and not row.sum.lost, "is_past": found.execution_date < on,
        "list_form": list_form or _list_form(request, found),
        "paid_form": paid_form or PaidForm(initial={"day": min(found.execution_date, on)},
                                           region=request.tenant.country, auto_id="paid_%s"),
        "history": _history(found.id), "returned": len(back),
        "returned_items": ",".join(str(order.item_id) for order in back),
        "discount": sum(order.discount for order in orders if not order.is_removed),
    }  # fmt: skip
    is_wrong = bool((list_form and list_form.errors) or (paid_form and paid_form.errors))
    return render(request, "payments/batch.html", context, status=422 if is_wrong else 200)


def _paid_on(order: PaymentOrder, days: Mapping[int, date]) -> date | None:
    """Return since when an order is paid: its own day, else that of what settled its item last."""
    return order.carried_out_on or (days.get(order.item_id) if order.is_paid else None)


def _history(batch_id: int) -> list[Moment]:
    """Return what happened to a list; only a change of day or account says more than its own name."""
    told = _("Day or account of a payment list changed")
    return [each if each.what == told else replace(each, changes=()) for each in moments_of("payments.batch", batch_id)]
