"""Loans: their instalments to come, split into interest and principal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.ledger.actions.recurring import Terms, change_recurring, loan_of, save_recurring
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.entries import JournalEntry, RecurringEntry
from kontor.ledger.queries.balances import balance_on
from kontor.ledger.queries.recurring import StateOfPlan, plans, posted_count, state_of_plan
from kontor.ledger.rules.loan_plans import LoanPlan, stored_plan
from kontor.ledger.rules.loans import DayCount, Instalment, LoanKind, LoanTerms, annuity, plan
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.recurring import EVERY, Shown, shown_plan
from kontor.ledger.views.splitting import AccountField, PercentField, offer_accounts
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField
from kontor.ui.forms.widgets import CardLabel, Cards
from kontor.ui.refusals import translated

KINDS = (
    (LoanKind.ANNUITY.value, CardLabel(gettext_lazy("Constant instalment"), gettext_lazy("Annuity: less interest and more principal each time"))),
    (LoanKind.PRINCIPAL.value, CardLabel(gettext_lazy("Constant principal"), gettext_lazy("Interest comes on top; 0 pays interest only"))),
)  # fmt: skip
DAY_COUNTS = (
    (DayCount.MONTHS_30_360.value, gettext_lazy("30/360 (German banks)")),
    (DayCount.ACT_360.value, gettext_lazy("actual days/360")),
    (DayCount.ACT_365.value, gettext_lazy("actual days/365")),
)


class LoanForm(LocalForm):
    """A debt and how it is paid back."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    text = forms.CharField(label=gettext_lazy("Text of the entries"), max_length=140, required=False)
    loan_account = AccountField(label=gettext_lazy("Loan account"))
    interest_account = AccountField(label=gettext_lazy("Interest account"))
    money_account = AccountField(label=gettext_lazy("Paid from"))
    balance = AmountField(label=gettext_lazy("Debt"))
    since = DayField(label=gettext_lazy("Interest since"))
    rate_percent = PercentField(label=gettext_lazy("Interest rate in %"))
    day_count = forms.ChoiceField(label=gettext_lazy("Days of interest"), choices=DAY_COUNTS)
    kind = forms.ChoiceField(label=gettext_lazy("Paid back by"), choices=KINDS, widget=Cards)
    amount = AmountField(label=gettext_lazy("Instalment"), required=False)
    count = forms.IntegerField(label=gettext_lazy("Number of instalments"), required=False, min_value=1, max_value=600)
    every_months = forms.TypedChoiceField(label=gettext_lazy("How often"), choices=EVERY, coerce=int)
    next_day = DayField(label=gettext_lazy("Next instalment on"))
    until = DayField(label=gettext_lazy("Until, this day included"), required=False)

    def clean(self) -> dict[str, Any]:
        """Work the instalment out where only the number of instalments was given."""
        typed = super().clean() or {}
        if typed.get("since") and typed.get("next_day") and typed["since"] >= typed["next_day"]:
            self.add_error("since", _("Interest starts before the instalment."))
        if typed.get("amount") is None and not typed.get("count"):
            self.add_error("amount", _("Please type the instalment, or the number of instalments."))
        elif typed.get("amount") is None and not self.errors:
            typed["amount"] = self._worked_out(typed)
        return typed

    def _worked_out(self, typed: dict[str, Any]) -> int:
        if typed["kind"] == LoanKind.PRINCIPAL:
            return int(typed["balance"] / typed["count"])
        return annuity(
            typed["balance"],
            rate_percent=typed["rate_percent"],
            every_months=typed["every_months"],
            count=typed["count"],
        )

    def loan(self, *, number: int = 1) -> LoanPlan:
        """Return the loan as typed; `number` counts its next instalment, from 1."""
        typed = self.cleaned_data
        count = typed["count"]
        terms = LoanTerms(
            rate_percent=typed["rate_percent"], amount=typed["amount"], every_months=typed["every_months"],
            day_of_month=typed["next_day"].day, kind=LoanKind(typed["kind"]), day_count=DayCount(typed["day_count"]),
            count=count + number - 1 if count else None,
        )  # fmt: skip
        return LoanPlan(
            loan_account=typed["loan_account"].number, interest_account=typed["interest_account"].number,
            money_account=typed["money_account"].number, balance=typed["balance"], since=typed["since"], terms=terms,
            number=number,
        )  # fmt: skip

    def terms(self) -> Terms:
        """Return when the instalments come."""
        typed = self.cleaned_data
        return Terms(
            name=typed["name"], text=typed["text"], every_months=typed["every_months"], next_day=typed["next_day"],
            until=typed["until"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan as the list shows it: its next instalment, None once it is paid or cannot be worked out."""

    shown: Shown
    loan: LoanPlan
    following: Instalment | None


@require_safe
@permit("ledger.templates")
def loans(request: TenantRequest) -> HttpResponse:
    """Show the loans with their debt and next instalment."""
    on = clock.today(request.tenant.country)
    rows = [_row(each, on=on) for each in plans(loans=True)]
    context = {
        "rows": rows, "total": sum(row.loan.balance for row in rows),
        "due": sum(1 for each in plans() if state_of_plan(each, on=on) is StateOfPlan.DUE),
    }  # fmt: skip
    return render(request, "ledger/loans.html", context)


@require_http_methods(["GET", "POST"])
@permit("ledger.templates")
def loan(request: TenantRequest, plan_id: int | None = None) -> HttpResponse:
    """Show a loan with the plan of its instalments; preview and save what is typed."""
    kept = _kept(plan_id) if plan_id is not None else None
    form = _form(request, kept)
    is_saving = request.POST.get("step") == "save"
    rows: list[Instalment] = []
    if form.is_bound:
        try:
            if form.is_valid():
                rows = _instalments(form.loan(number=_number(kept)), form.terms())
                if is_saving:
                    attempt(lambda: _save(form, kept))
                    messages.success(request, _("Loan saved; its instalments are posted on their day."))
                    return redirect("loans", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
    elif kept is not None:
        rows = _kept_instalments(kept)
    context = {"form": form, "kept": kept, "rows": rows, "sums": _sums(rows)} | _about(request, kept)
    return render(request, "ledger/loan.html", context, status=422 if form.errors else 200)


def _row(kept: RecurringEntry, *, on: date) -> LoanRow:
    found = loan_of(kept)
    assert found is not None
    rows = _kept_instalments(kept)[:1]
    return LoanRow(shown_plan(kept, on=on), found, rows[0] if rows else None)


def _kept_instalments(kept: RecurringEntry) -> list[Instalment]:
    found = loan_of(kept)
    assert found is not None
    terms = Terms(
        name=kept.name, text=kept.text, every_months=kept.every_months, next_day=kept.next_day, until=kept.until
    )
    try:
        return _instalments(found, terms) if kept.is_active else []
    except Refusal:
        return []  # the list says what holds the plan up


def _instalments(found: LoanPlan, terms: Terms) -> list[Instalment]:
    return plan(
        found.balance, since=found.since, first_day=terms.next_day, terms=found.terms, until=terms.until,
        number=found.number,
    )  # fmt: skip


def _sums(rows: list[Instalment]) -> dict[str, int]:
    return {
        "interest": sum(row.interest for row in rows), "principal": sum(row.principal for row in rows),
        "total": sum(row.total for row in rows), "balance": rows[-1].balance if rows else 0,
    }  # fmt: skip


def _about(request: TenantRequest, kept: RecurringEntry | None) -> dict[str, Any]:
    """Return how the plan compares with the books."""
    if kept is None:
        return {}
    found = loan_of(kept)
    assert found is not None
    on = clock.today(request.tenant.country)
    account = Account.objects.filter(number=found.loan_account).first()
    booked = -balance_on(account, on=on) if account is not None else 0
    last = JournalEntry.objects.filter(source_type="ledger.recurring", source_id=kept.id).order_by("-id").first()
    return {
        "shown": shown_plan(kept, on=on), "loan": found, "account": account, "booked": booked,
        "is_agreed": booked == found.balance, "posted": posted_count(kept.id), "last": last,
    }  # fmt: skip


def _form(request: TenantRequest, kept: RecurringEntry | None) -> LoanForm:
    on = clock.today(request.tenant.country)
    local: dict[str, Any] = {"region": request.tenant.country, "currency": request.tenant.base_currency, "on": on}
    form = (
        LoanForm(request.POST, **local) if request.method == "POST" else LoanForm(initial=_initial(kept, on), **local)
    )
    offer_accounts(form, request, "loan_account", "interest_account", "money_account")
    return form


def _initial(kept: RecurringEntry | None, on: date) -> dict[str, Any]:
    if kept is None:
        numbers = dict(
            AccountRole.objects.filter(role__in=["loan", "interest_expense", "bank"], rate_percent=None)
            .values_list("role", "account__number")
        )  # fmt: skip
        return {
            "loan_account": numbers.get("loan", ""), "interest_account": numbers.get("interest_expense", ""),
            "money_account": numbers.get("bank", ""), "every_months": 1, "next_day": on,
            "kind": LoanKind.ANNUITY.value, "day_count": DayCount.MONTHS_30_360.value,
        }  # fmt: skip
    found = loan_of(kept)
    assert found is not None
    left = None if found.terms.count is None else found.terms.count - found.number + 1
    return {
        **stored_plan(found), "name": kept.name, "text": kept.text, "every_months": kept.every_months,
        "next_day": kept.next_day, "until": kept.until, "since": found.since, "rate_percent": found.terms.rate_percent,
        "count": left,
    }  # fmt: skip


def _save(form: LoanForm, kept: RecurringEntry | None) -> None:
    if kept is None:
        save_recurring(form.terms(), loan=form.loan())
    else:
        change_recurring(kept.id, form.terms(), loan=form.loan(number=_number(kept)))


def _number(kept: RecurringEntry | None) -> int:
    return 1 if kept is None or kept.loan is None else int(kept.loan["number"])


def _kept(plan_id: int) -> RecurringEntry:
    found = RecurringEntry.objects.filter(id=plan_id, loan__isnull=False).first()
    if found is None:
        raise Http404
    return found
