"""All payment lists, and putting a new one together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.banking.models import MoneyAccount
from kontor.contacts.actions.parties import add_bank_details
from kontor.core import clock
from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal
from kontor.openitems.actions.terms import InPayment
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.payments.actions.batches import Wanted, collect, discount_of
from kontor.payments.forms import ListForm
from kontor.payments.models import PaymentBatch
from kontor.payments.queries.lists import batches, name_of, orders_of_items, sums_of
from kontor.payments.queries.payables import PAYABLE_MAX, Payable, accounts_to_pay_from, payables
from kontor.payments.rules.days import bank_day
from kontor.payments.rules.discounts import last_day
from kontor.payments.rules.refusals import NothingToPay
from kontor.payments.tables import lists_table, row_of
from kontor.payments.views.batch import tell_moved
from kontor.ui.refusals import translated

LISTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the page offers it."""

    payable: Payable
    is_ticked: bool
    iban: str
    is_overdue: bool
    discount: int = 0
    discount_until: date | None = None
    is_without_discount: bool = False

    @property
    def net(self) -> int:
        """Return what is paid with the discount taken."""
        open_now: int = self.payable.item.amount_open
        return open_now - self.discount

    @property
    def amount(self) -> int:
        """Return what would be paid."""
        return self.net + (self.discount if self.is_without_discount else 0)


@require_safe
@permit("payments.view")
def lists(request: TenantRequest) -> HttpResponseBase:
    """Show all payment lists with what became of them."""
    found = list(batches()[:LISTS_MAX])
    sums = sums_of(batch.id for batch in found)
    table = lists_table(request, [row_of(batch, sums.get(batch.id)) for batch in found])
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "payments/list.html", {"table": table})


@require_POST
@permit("payments.prepare")
def choose(request: TenantRequest) -> HttpResponse:
    """Lead from items chosen elsewhere to a new list in which they are ticked."""
    address = reverse("payments:new", kwargs={"tenant": request.tenant.code})
    if request.POST.get("all") == "1":
        return redirect(f"{address}?all=1")
    return redirect(f"{address}?items={','.join(str(each) for each in _numbers(request.POST.getlist('ids')))}")


@require_http_methods(["GET", "HEAD", "POST"])
@permit("payments.prepare")
def new(request: TenantRequest) -> HttpResponse:
    """Offer everything that can be paid, and put the list together."""
    accounts = accounts_to_pay_from()
    account = _account(request, accounts)
    if account is None:
        return render(request, "payments/new.html", {"lines": [], "account": None})
    on = clock.today(request.tenant.country)
    same = [each for each in accounts if each.currency == account.currency]
    form = ListForm(
        request.POST or None, accounts=same, on=on, region=request.tenant.country,
        initial={"account": str(account.id), "day": bank_day(on + timedelta(days=1), currency=account.currency)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        chosen = _numbers(request.POST.getlist("ids"))
        try:
            with db.savepoint():
                batch = _collect(request, chosen, form.cleaned_data, currency=account.currency)
        except (InPayment, NothingToPay) as refusal:
            if (made := _list_of(chosen)) is not None:
                messages.info(
                    request, _("These items stand on payment list %(number)s already.") % {"number": name_of(made)}
                )
                return redirect("payments:batch", tenant=request.tenant.code, batch_id=made.id)
            form.add_error(None, translated(refusal))
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("Payment list %(number)s put together.") % {"number": name_of(batch)})
            tell_moved(request, batch, asked=form.cleaned_data["day"])
            return redirect("payments:batch", tenant=request.tenant.code, batch_id=batch.id)
    return _page(request, form, account, accounts, on=on)


def _page(
    request: TenantRequest, form: ListForm, account: MoneyAccount, accounts: Sequence[MoneyAccount], *, on: date
) -> HttpResponse:
    is_sent = request.method == "POST"
    ticked = set(_numbers(request.POST.getlist("ids") if is_sent else request.GET.get("items", "").split(",")))
    is_all = not is_sent and request.GET.get("all") == "1"
    day = bank_day(_day_of(form), currency=account.currency)
    lines = [
        Line(
            payable=each, is_ticked=each.item.id in ticked or (is_all and bool(each.payee.iban)),
            iban=request.POST.get(f"iban-{each.item.id}", ""), is_overdue=each.item.due_date < on,
            discount=discount_of(each.item, on=day), discount_until=last_day(each.item.discounts, on=day),
            is_without_discount=f"gross-{each.item.id}" in request.POST,
        )
        for each in payables(account.currency)
    ]  # fmt: skip
    context: dict[str, Any] = {
        "form": form, "lines": lines, "account": account, "currency": account.currency, "today": on,
        "currencies": sorted({each.currency for each in accounts}),
        "total": sum(line.amount for line in lines if line.is_ticked),
        "count": sum(line.is_ticked for line in lines), "missing": sum(not line.payable.payee.iban for line in lines),
    }  # fmt: skip
    return render(request, "payments/new.html", context, status=422 if form.errors else 200)


def _collect(request: TenantRequest, chosen: Sequence[int], typed: dict[str, Any], *, currency: str) -> PaymentBatch:
    wanted = [_wanted(request, each) for each in payables(currency, ids=chosen)]
    return collect(
        wanted, money_account_id=int(typed["account"]), execution_date=typed["day"], is_booked_as_one=typed["as_one"],
        at=clock.now(), by=request.user,
    )  # fmt: skip


def _day_of(form: ListForm) -> date:
    """Return the day that the form asks for, as far as it can be read."""
    typed = form.cleaned_data.get("day") if form.is_bound else None
    day: date = typed or form.initial["day"]
    return day


def _wanted(request: TenantRequest, payable: Payable) -> Wanted:
    payee, iban = payable.payee, payable.payee.iban
    typed = request.POST.get(f"iban-{payable.item.id}", "").strip()
    if not iban and typed:
        iban = compact_iban(typed)
        add_bank_details(payable.item.party, iban=iban, by=request.user)
    return Wanted(
        item_id=payable.item.id, document=payable.item.document_number, payee_name=payee.name, payee_iban=iban,
        payee_bic=payee.bic, remittance=payee.remittance, reference=payee.reference,
        is_without_discount=f"gross-{payable.item.id}" in request.POST,
    )  # fmt: skip


def _list_of(item_ids: Sequence[int]) -> PaymentBatch | None:
    """Return the one list on which all these items stand: the form was sent twice."""
    orders = orders_of_items(item_ids)
    found = {order.batch_id: order.batch for order in orders.values()}
    return next(iter(found.values())) if len(found) == 1 and len(orders) == len(item_ids) else None


def _account(request: TenantRequest, accounts: Sequence[MoneyAccount]) -> MoneyAccount | None:
    wanted = request.POST.get("account", "")
    currency = request.GET.get("currency") or request.tenant.base_currency
    by_currency = [each for each in accounts if each.currency == currency]
    return next((each for each in accounts if str(each.id) == wanted), next(iter([*by_currency, *accounts]), None))


def _numbers(words: Sequence[str]) -> list[int]:
    return [int(word) for word in words[:PAYABLE_MAX] if word.isdecimal() and len(word) < 18]
