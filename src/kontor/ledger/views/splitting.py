"""Splitting the instalment of a loan on the form of an entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kontor.core import clock
from kontor.ledger.forms import EntryLineForm, RateField
from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.queries.balances import balance_on
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.rules.loans import DayCount, interest_years, split_instalment
from kontor.ledger.views.lines import row
from kontor.organisations.access import TenantRequest
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField
from kontor.ui.forms.widgets import Combo


class PercentField(RateField):
    """A rate of interest in percent; 0 is one."""

    def to_python(self, value: Any) -> Decimal | None:
        """Return the rate, None if empty."""
        return Decimal(0) if str(value).strip() in {"0", "0,0", "0.0"} else super().to_python(value)


class AccountField(forms.Field):
    """An account by number or name; gives its row."""

    def to_python(self, value: Any) -> Account | None:
        """Return the account meant, None if empty."""
        typed = str(value or "").strip()[:120]
        if not typed:
            return None
        found = account_meant(typed)
        if found is None:
            raise forms.ValidationError(
                _("There is no account of this number or name. Please choose one from the list.")
            )
        return found


def offer_accounts(form: forms.Form, request: TenantRequest, *names: str) -> None:
    """Let the fields `names` search the chart."""
    url = reverse("account_options", kwargs={"tenant": request.tenant.code})
    for name in names:
        typed = str(
            form.data.get(form.add_prefix(name), "")
            if form.is_bound
            else form.get_initial_for_field(form.fields[name], name) or ""
        )
        found = Account.objects.filter(number=typed).first() if typed else None
        form.fields[name].widget = Combo(url=url, label=f"{found.number} {account_name(found)}" if found else typed)


class SplitForm(LocalForm):
    """What was paid on which loan; the debt is the balance of its account."""

    loan = AccountField(label=gettext_lazy("Loan account"))
    money = AccountField(label=gettext_lazy("Paid from"))
    paid = AmountField(label=gettext_lazy("Instalment"))
    rate_percent = PercentField(label=gettext_lazy("Interest rate in %"))
    since = DayField(label=gettext_lazy("Interest since"))

    def __init__(self, *args: Any, request: TenantRequest, **kwargs: Any) -> None:
        super().__init__(
            *args, region=request.tenant.country, currency=request.tenant.base_currency,
            on=clock.today(request.tenant.country), **kwargs,
        )  # fmt: skip
        offer_accounts(self, request, "loan", "money")


def split_rows(form: SplitForm, *, on: date) -> list[dict[str, Any]] | None:
    """Return the rows of an instalment paid on the day `on`: interest, principal, what is too much, money.

    None if the form cannot be read.  Raises: InstalmentTooSmall.
    """
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    split = split_instalment(
        typed["paid"], balance=max(-balance_on(typed["loan"], on=on), 0), rate_percent=typed["rate_percent"],
        years=interest_years(typed["since"], on, count=DayCount.MONTHS_30_360),
    )  # fmt: skip
    parts = (
        (_number_of_role("interest_expense"), split.interest), (typed["loan"].number, split.principal),
        (_number_of_role("suspense"), split.excess), (typed["money"].number, -typed["paid"]),
    )  # fmt: skip
    return [row(account=number, amount=amount) for number, amount in parts if amount]


def typed_rows(lines: Sequence[EntryLineForm]) -> list[dict[str, Any]]:
    """Return what was typed, as rows that forms can start with; empty lines fall away."""
    rows = []
    for line in lines:
        typed = line.cleaned_data
        if typed.get("account") or line.amount:
            found = getattr(line, "account_row", None)
            rows.append({**typed, "account": found.number if found else typed.get("account", "")})
    return rows


def _number_of_role(role: str) -> str:
    return (
        AccountRole.objects.filter(role=role, rate_percent=None).values_list("account__number", flat=True).first() or ""
    )
