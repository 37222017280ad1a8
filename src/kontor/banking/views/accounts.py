"""Money accounts: opening one, its statements and their balances, its column profiles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.actions.profiles import delete_profile, rename_profile
from kontor.banking.forms import MoneyAccountForm, ProfileForm
from kontor.banking.models import CsvProfileRow, MoneyAccount
from kontor.banking.queries.profiles import profiles_of
from kontor.banking.queries.statements import balance_proof, checked_statements
from kontor.banking.wording import sentence
from kontor.core.iban import format_iban
from kontor.core.refusal import Refusal
from kontor.ledger.models.accounts import Account
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

STATEMENTS_SHOWN_MAX = 200


@permit("banking.accounts")
def new_account(request: TenantRequest) -> HttpResponse:
    """Open a money account."""
    form = MoneyAccountForm(
        request.POST or None, initial={"currency": request.tenant.base_currency},
        region=request.tenant.country, currency=request.tenant.base_currency,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = values.pop("account")
        account = Account.objects.filter(id=chosen, is_money=True).first() if chosen else None
        try:
            with db.savepoint():
                opened = open_money_account(account=account, **{k: v or "" for k, v in values.items()})
        except Refusal as no:
            form.add_error(None, translated(no))
        else:
            messages.success(request, _("Money account %(name)s opened.") % {"name": opened.name})
            return redirect("bank", tenant=request.tenant.code)
    status = 422 if form.errors else 200
    return render(
        request, "banking/account_form.html", {"heading": _("Open a money account"), "form": form}, status=status
    )


@require_safe
@permit("banking.view")
def account_detail(request: TenantRequest, account_id: int) -> HttpResponse:
    """Show an account's statements in a row with what is wrong, and the column profiles of its files."""
    account = get_object_or_404(MoneyAccount.objects.select_related("account"), id=account_id)
    proof = balance_proof(account)
    rows = [(one.statement, [sentence(*p) for p in one.problems]) for one in checked_statements(account)]
    return render(request, "banking/account.html", {
        "heading": account.name, "account": account, "iban": format_iban(account.iban or ""), "proof": proof,
        "proof_problem": translated(proof.problem) if proof and proof.problem else "",
        "rows": rows[:STATEMENTS_SHOWN_MAX], "count": len(rows), "odd": sum(bool(problems) for _row, problems in rows),
        "profiles": [(row, ProfileForm.of(row)) for row in profiles_of(account)],
    })  # fmt: skip


@require_POST
@permit("banking.accounts")
def change_profile(request: TenantRequest, account_id: int, profile_id: int) -> HttpResponse:
    """Rename a column profile or give it another account."""
    row = get_object_or_404(CsvProfileRow, id=profile_id)
    form = ProfileForm(request.POST, prefix=f"p{profile_id}")
    if form.is_valid():
        try:
            with db.savepoint():
                rename_profile(row, name=form.cleaned_data["name"], account=form.chosen_account())
        except Refusal as no:
            messages.error(request, translated(no))
        else:
            messages.success(request, _("Column profile %(name)s saved.") % {"name": row.name})
    else:
        messages.error(request, _("The column profile needs a name."))
    return redirect("bank_account", tenant=request.tenant.code, account_id=account_id)


@require_POST
@permit("banking.accounts")
def remove_profile(request: TenantRequest, account_id: int, profile_id: int) -> HttpResponse:
    """Delete a column profile."""
    row = get_object_or_404(CsvProfileRow, id=profile_id)
    delete_profile(row)
    messages.success(request, _("Column profile %(name)s deleted. The next such file asks again.") % {"name": row.name})
    return redirect("bank_account", tenant=request.tenant.code, account_id=account_id)
