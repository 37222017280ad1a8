"""Advances on the bookkeeper's desk: recording, paying out, declining, linking receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import Error
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import NotAllowed, Refusal
from kontor.ledger.queries.names import project_choices
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.queries import members_of
from kontor.receipts.actions.advancing import decline_advance, pay_out_advance, request_advance
from kontor.receipts.actions.repaying import receive_repayment
from kontor.receipts.desk.page import refusal_of
from kontor.receipts.desk.words import day_words
from kontor.receipts.queries.desk_advances import STATES, advance_rows, unlinked
from kontor.receipts.queries.inbox import scope_posted
from kontor.receipts.views.inbox import bench_url
from kontor.receipts.views.turns import AccountNotChosen, day_typed
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField
from kontor.ui.marks import Tab

WORDS = {
    "open": gettext_lazy("Not settled"), "asked": gettext_lazy("Asked for"), "paid": gettext_lazy("Paid out"),
    "partly": gettext_lazy("Partly cleared"), "cleared": gettext_lazy("Cleared"), "declined": gettext_lazy("Declined"),
}  # fmt: skip

ID_DIGITS = 19


class AdvanceForm(LocalForm):
    """An advance for somebody."""

    user = forms.ChoiceField(label=gettext_lazy("Person"))
    amount = AmountField(label=gettext_lazy("Amount"))
    purpose = forms.CharField(label=gettext_lazy("What for"), max_length=300)
    project = forms.ChoiceField(label=gettext_lazy("Project"), required=False)

    def __init__(self, *args: Any, request: TenantRequest, **kwargs: Any) -> None:
        super().__init__(*args, region=request.tenant.country, currency=request.tenant.base_currency, **kwargs)
        people = sorted(
            ((str(each.user.id), each.user.name) for each in members_of(request.tenant)), key=lambda pair: pair[1]
        )
        self.fields["user"].choices = [("", _("Please choose")), *people]  # type: ignore[attr-defined]
        self.fields["project"].choices = [("", "–"), *project_choices()]  # type: ignore[attr-defined]


@require_safe
@permit("receipts.process")
def advances(request: TenantRequest) -> HttpResponse:
    """List advances by how far they are, and receipts that name one nobody has recorded."""
    state = request.GET.get("state", "open")
    state = state if state in WORDS else "open"
    rows = advance_rows()
    tabs = [
        Tab(label=str(word), url=f"?state={key}", count=sum(row.is_in(key) for row in rows), is_current=key == state)
        for key, word in WORDS.items()
    ]
    context = {
        "rows": [row for row in rows if row.is_in(state)], "tabs": tabs, "unlinked": unlinked(), "words": WORDS,
        "money_accounts": MoneyAccount.objects.filter(is_active=True).order_by("name"), "states": STATES,
        "today_shown": day_words(clock.today(request.tenant.country)), "may_pay": "receipts.settle" in request.rights,
    }  # fmt: skip
    return render(request, "receipts/desk/advances.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.process")
def record(request: TenantRequest) -> HttpResponse:
    """Record an advance for somebody; it is paid out in the next step."""
    form = AdvanceForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with db.savepoint():
                request_advance(
                    user_id=int(typed["user"]), amount=typed["amount"], currency=request.tenant.base_currency,
                    purpose=typed["purpose"], project_id=int(typed["project"]) if typed["project"] else None,
                    at=clock.now(), by=request.user,
                )  # fmt: skip
        except (Refusal, Error) as error:
            form.add_error(None, refusal_of(error))
        else:
            messages.success(request, _("The advance is recorded. It can be paid out now."))
            return redirect(_list(request, "asked"))
    return render(request, "receipts/desk/advance_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@permit("receipts.process", fresh=True)
def pay(request: TenantRequest, advance_id: int) -> HttpResponse:
    """Record that an advance was paid out: from where, and when; asks for the password anew, as for a payment list."""
    if "receipts.settle" not in request.rights:
        raise NotAllowed(right=_("Set receipts paid by hand"))
    account = request.POST.get("money_account", "")

    def do() -> None:
        if not account.isdecimal() or len(account) > 18:
            raise AccountNotChosen
        pay_out_advance(advance_id, int(account), day=day_typed(request), at=clock.now(), by=request.user)

    return _done(request, do, told=_("The advance is paid out"), state="paid")


@require_POST
@permit("receipts.process")
def repaid(request: TenantRequest, advance_id: int) -> HttpResponse:
    """Record what came back of an advance: how much, where it arrived, and when; `receipt` leads back to the desk."""
    if "receipts.settle" not in request.rights:
        raise NotAllowed(right=_("Set receipts paid by hand"))
    account, receipt = request.POST.get("money_account", ""), request.POST.get("receipt", "")

    def do() -> None:
        if not account.isdecimal() or len(account) > 18:
            raise AccountNotChosen
        receive_repayment(
            advance_id, int(account), amount=_amount(request), day=day_typed(request), at=clock.now(), by=request.user
        )  # fmt: skip

    done = _done(request, do, told=_("The repayment is recorded"), state="open")
    if receipt.isdecimal() and len(receipt) < ID_DIGITS:
        scope = scope_posted(request.POST, region=request.tenant.country)
        return redirect(bench_url(request, scope, r=int(receipt)))
    return done


def _amount(request: TenantRequest) -> int | None:
    """Return how much came back as typed, None for all of it.  Raises: UnreadableAmount."""
    text = request.POST.get("amount", "").strip()
    if not text:
        return None
    amount = parse_amount(text, decimal_mark="." if request.tenant.country == "CH" else ",")
    return minor_units(amount, request.tenant.base_currency)


@require_POST
@permit("receipts.process")
def decline(request: TenantRequest, advance_id: int) -> HttpResponse:
    """Decline an advance that was asked for."""
    return _done(
        request, lambda: decline_advance(advance_id, by=request.user), told=_("The advance is declined"), state="asked"
    )


def _done(request: TenantRequest, do: Callable[[], object], *, told: str, state: str) -> HttpResponse:
    try:
        with db.savepoint():
            do()
    except (Refusal, Error) as error:
        messages.error(request, refusal_of(error))
        return redirect(_list(request, "asked"))
    messages.success(request, told)
    return redirect(_list(request, state))


def _list(request: TenantRequest, state: str) -> str:
    return reverse("receipts:desk_advances", kwargs={"tenant": request.tenant.code}) + f"?state={state}"
