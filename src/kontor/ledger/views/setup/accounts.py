"""The chart of accounts as it is set up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.ledger.actions.settings import (
    AccountFacts,
    KindStays,
    NumberTaken,
    PlaysPart,
    change_account,
    create_account,
    deactivate_account,
    reactivate_account,
)
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.queries.names import account_name, dated_tax_codes, is_german
from kontor.ledger.queries.settings import AccountRow, balance_of, chart_rows, has_entries
from kontor.ledger.rules.account_numbers import LENGTH, NoSuchClass, NotADigit, WrongClass, WrongLength
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.setup.histories import history
from kontor.ledger.wording import GROUPS, KIND_TONES, KINDS, role_words, words
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.forms.base import LocalForm
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated
from kontor.ui.tables.columns import Column, Filter
from kontor.ui.tables.table import Table

_FIELDS: dict[type[Refusal], str] = {
    NumberTaken: "number", NotADigit: "number", WrongLength: "number", NoSuchClass: "number", WrongClass: "number",
    KindStays: "kind",
}  # fmt: skip


class AccountForm(LocalForm):
    """What is said of an account."""

    number = forms.CharField(label=gettext_lazy("Account number"), max_length=9)
    name_de = forms.CharField(label=gettext_lazy("German name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=100, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type"))
    report_group = forms.ChoiceField(label=gettext_lazy("Group in reports"))
    tax_code = forms.ChoiceField(
        label=gettext_lazy("Default tax code"), required=False, help_text=gettext_lazy("Proposed for every entry.")
    )
    is_automatic = forms.BooleanField(
        label=gettext_lazy("Automatic account"), required=False,
        help_text=gettext_lazy("Amounts are gross; the tax code belongs to the account and is not exported with it."),
    )  # fmt: skip
    is_money = forms.BooleanField(
        label=gettext_lazy("Money account"), required=False, help_text=gettext_lazy("Counts as cash or bank.")
    )
    is_donation = forms.BooleanField(
        label=gettext_lazy("Donations"), required=False, help_text=gettext_lazy("Donation receipts may be issued.")
    )

    def __init__(self, *args: Any, chart: str, account: Account | None = None, keeps_kind: bool = False, **more: Any) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.fields["number"].help_text = _("%(length)s digits in %(chart)s.") % {
            "length": LENGTH[chart],
            "chart": chart,
        }
        self.fields["number"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        self.fields["number"].disabled = account is not None
        self.fields["kind"].choices = words(KINDS)  # type: ignore[attr-defined]
        self.fields["report_group"].choices = [("", "–"), *sorted(words(GROUPS), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        codes = {row.code: row.name_de if is_german() else row.name_en for row in dated_tax_codes()}
        self.fields["tax_code"].choices = [("", _("none")), *sorted(codes.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        self.fields["kind"].disabled = keeps_kind
        if keeps_kind:
            self.fields["kind"].help_text = _("The account has entries and keeps its type.")

    def clean(self) -> dict[str, Any]:
        """Refuse an automatic account without the tax code that makes it one."""
        typed = super().clean() or {}
        if typed.get("is_automatic") and not typed.get("tax_code"):
            self.add_error("tax_code", _("An automatic account needs a tax code."))
        return typed

    def facts(self) -> AccountFacts:
        """Return what was typed."""
        return AccountFacts(**{name: self.cleaned_data[name] for name in self.fields if name != "number"})


@require_safe
@permit("ledger.view")
def accounts(request: TenantRequest) -> HttpResponseBase:
    """Show every account with type, flags, balance and state."""
    table = _table(request)
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "ledger/setup/accounts.html", {"table": table})


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def new(request: TenantRequest) -> HttpResponse:
    """Add an account, perhaps like another one (`?like=4930`)."""
    like = Account.objects.filter(number=request.GET.get("like", "")).first()
    form = AccountForm(request.POST or None, chart=request.tenant.chart, initial=_initial(like) if like else {})
    if form.is_bound and form.is_valid():
        try:
            made = attempt(
                lambda: create_account(form.cleaned_data["number"].strip(), form.facts(), chart=request.tenant.chart)
            )
            messages.success(request, _("Account %(number)s created.") % {"number": made.number})
            return redirect("ledger_setup_accounts", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    return render(request, "ledger/setup/account.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def account(request: TenantRequest, account_id: int) -> HttpResponse:
    """Rename an account and set its flags."""
    found = _found(account_id)
    form = AccountForm(
        request.POST or None, chart=request.tenant.chart, account=found, keeps_kind=has_entries(account_id),
        initial=_initial(found) | {"number": found.number},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            attempt(lambda: change_account(account_id, form.facts(), chart=request.tenant.chart))
            messages.success(request, _("Account %(number)s saved.") % {"number": found.number})
            return redirect("ledger_setup_accounts", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    roles = AccountRole.objects.filter(account_id=account_id).order_by("role", "rate_percent")
    context = {
        "form": form, "account": found, "name": account_name(found), "balance": balance_of(account_id),
        "roles": [(role_words(row.role), row) for row in roles], "moments": history("ledger.account", account_id),
    }  # fmt: skip
    return render(request, "ledger/setup/account.html", context, status=422 if form.errors else 200)


@require_POST
@permit("ledger.setup")
def switch(request: TenantRequest, account_id: int) -> HttpResponse:
    """Take an account out of use, or into use again."""
    found = _found(account_id)
    try:
        attempt(lambda: deactivate_account(account_id) if found.is_active else reactivate_account(account_id))
    except PlaysPart as refusal:
        parts = ", ".join(role_words(role) for role in str(refusal.facts["roles"]).split(", "))
        messages.error(request, translated(PlaysPart(number=found.number, roles=parts)))
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        done = _("Account %(number)s is out of use.") if found.is_active else _("Account %(number)s is in use again.")
        messages.success(request, done % {"number": found.number})
    return redirect("ledger_setup_account", tenant=request.tenant.code, account_id=account_id)


def _found(account_id: int) -> Account:
    found = Account.objects.filter(id=account_id).first()
    if found is None:
        raise Http404
    return found


def _initial(found: Account) -> dict[str, Any]:
    names = ("name_de", "name_en", "kind", "report_group", "tax_code", "is_automatic", "is_money", "is_donation")
    return {name: getattr(found, name) for name in names}


def _table(request: TenantRequest) -> Table[AccountRow]:
    kinds, may_edit = dict(words(KINDS)), "ledger.setup" in request.rights
    columns: list[Column[AccountRow]] = [
        Column(key="number", label=_("Account"), sort="number", is_strong=True, phone_sub=lambda row: row.name,
               href=(lambda row: _address(request, row)) if may_edit else None),
        Column(key="name", label=_("Name"), sort="name", hide_mobile=True, sub=_flags),
        Column(key="kind", label=_("Type"), kind="status", value=lambda row: Mark(kinds[row.kind], KIND_TONES[row.kind]),
               sort="kind", hide_mobile=True),
        Column(key="tax_code", label=_("Tax code"), sort="tax_code", hide_mobile=True),
        Column(key="is_active", label=_("State"), kind="status", hide_mobile=True,
               value=lambda row: Mark(_("in use"), "pos") if row.is_active else Mark(_("out of use"), "done")),
        Column(key="balance", label=_("Balance"), kind="amount", sort="balance"),
    ]  # fmt: skip
    return Table[AccountRow](
        request, chart_rows(clock.today(request.tenant.country)), columns=columns, label=_("Chart of accounts"),
        sort="number", search=_search, search_hint=_("Number or name"), sentence=_("Accounts"), size=100,
        row_id=lambda row: row.id, name="chart", filters=[
            Filter(key="kind", anything=_("of every type"), choices=list(kinds.items()),
                   apply=lambda rows, value: [row for row in rows if row.kind == value]),
            Filter(key="state", anything=_("in and out of use"), choices=[("on", _("in use")), ("off", _("out of use"))],
                   apply=lambda rows, value: [row for row in rows if row.is_active == (value == "on")]),
        ],
    )  # fmt: skip


def _flags(row: AccountRow) -> str:
    said = (
        (row.is_automatic, _("automatic account")), (row.is_money, _("money")), (bool(row.control), _("collects open items")),
        (bool(row.roles), _("used by automatic postings")),
    )  # fmt: skip
    return " · ".join(word for holds, word in said if holds)


def _address(request: TenantRequest, row: AccountRow) -> str:
    return reverse("ledger_setup_account", kwargs={"tenant": request.tenant.code, "account_id": row.id})


def _search(rows: Any, text: str) -> Any:
    typed = text.casefold()
    return [row for row in rows if row.number.startswith(typed) or typed in row.other_name.casefold()]
