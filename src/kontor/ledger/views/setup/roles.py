"""Which account plays which part in automatic postings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kontor.core.figures import format_decimal, format_money
from kontor.core.refusal import Refusal
from kontor.ledger.actions.settings import assign_role
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.queries.settings import balance_of
from kontor.ledger.views.attempts import attempt
from kontor.ledger.wording import ROLES, role_words
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.widgets import Combo
from kontor.ui.refusals import translated


class RoleForm(LocalForm):
    """Another account for a part."""

    account = forms.CharField(label=gettext_lazy("Account"), max_length=120)
    confirmed = forms.BooleanField(label=gettext_lazy("Change it although the account holds a balance"), required=False)

    def __init__(self, *args: Any, url: str, rest: str, label: str, current: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rest, self.current = rest, current
        self.fields["account"].widget = Combo(url=url, label=label)
        if not rest:
            del self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        """Resolve the account and ask for the confirmation of what the change means."""
        typed = super().clean() or {}
        self.found = account_meant(typed["account"]) if typed.get("account") else None
        if typed.get("account") and self.found is None:
            self.add_error("account", _("There is no account of this number or name. Please choose one from the list."))
        if self.rest and not typed.get("confirmed") and self.found and self.found.id != self.current:
            self.add_error(
                "confirmed",
                _("The present account holds %(rest)s, which stays there. Please confirm the change.")
                % {"rest": self.rest},
            )
        return typed


@require_safe
@permit("ledger.view")
def roles(request: TenantRequest) -> HttpResponse:
    """Show every part with its account, per tax rate where there are several."""
    rows: dict[str, list[tuple[AccountRole, str, str]]] = {}
    region = request.tenant.country
    for row in AccountRole.objects.select_related("account").order_by("role", "rate_percent"):
        rows.setdefault(row.role, []).append((row, _rate_words(row.rate_percent, region), account_name(row.account)))
    groups = [
        (_(title), [(_(word), rows.pop(role)) for role, word in members.items() if role in rows])
        for title, members in ROLES.items()
    ]
    if rows:
        groups.append((_("Others"), [(role, found) for role, found in sorted(rows.items())]))
    return render(request, "ledger/setup/roles.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def role(request: TenantRequest, role_id: int) -> HttpResponse:
    """Assign another account to a part, after a warning."""
    row = AccountRole.objects.select_related("account").filter(id=role_id).first()
    if row is None:
        raise Http404
    form = _form(request, row)
    if form.is_bound and form.is_valid():
        assert form.found is not None
        chosen = form.found
        try:
            attempt(lambda: assign_role(role_id, account_id=chosen.id))
            words = {"role": role_words(row.role), "number": chosen.number}
            messages.success(request, _("%(role)s: account %(number)s from now on.") % words)
            return redirect("ledger_setup_roles", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error("account", translated(refusal))
    context = {
        "form": form, "role": row, "words": role_words(row.role), "name": account_name(row.account),
        "rate": _rate_words(row.rate_percent, request.tenant.country),
    }  # fmt: skip
    return render(request, "ledger/setup/role.html", context, status=422 if form.errors else 200)


def _form(request: TenantRequest, row: AccountRole) -> RoleForm:
    balance = balance_of(row.account_id)
    rest = (
        format_money(balance, currency=request.tenant.base_currency, region=request.tenant.country) if balance else ""
    )
    typed = request.POST.get("account", row.account.number)
    shown = Account.objects.filter(number=typed).first()
    return RoleForm(
        request.POST or None, url=reverse("account_options", kwargs={"tenant": request.tenant.code}), rest=rest,
        label=f"{shown.number} {account_name(shown)}" if shown else typed, current=row.account_id,
        initial={"account": row.account.number},
    )  # fmt: skip


def _rate_words(rate: Decimal | None, region: str) -> str:
    return _("every rate") if rate is None else f"{format_decimal(rate, region=region)} %"
