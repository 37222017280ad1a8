"""Forms of payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.banking.models import MoneyAccount
from kontor.core.iban import format_iban
from kontor.core.refusal import Refusal
from kontor.payments.rules.days import check_day
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.refusals import translated


class ListForm(LocalForm):
    """From where and when a list pays."""

    account = forms.ChoiceField(label=_("Pay from"))
    day = DayField(
        label=_("Day of execution"),
        help_text=_("A bank working day; weekends and bank holidays become the next one."),
    )
    as_one = forms.BooleanField(
        label=_("One line on the statement"), required=False,
        help_text=_("The bank books the whole list as one debit. Otherwise each order has its own line."),
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Sequence[MoneyAccount], on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.today = on
        self.fields["account"].choices = [(str(row.id), account_words(row)) for row in accounts]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """Return a day that is not over."""
        day: date = self.cleaned_data["day"]
        try:
            check_day(day, today=self.today)
        except Refusal as refusal:
            raise forms.ValidationError(translated(refusal)) from refusal
        return day


class PaidForm(LocalForm):
    """When a list was paid."""

    day = DayField(label=_("Paid on"))


class RefusedForm(LocalForm):
    """When an order came back."""

    day = DayField(label=_("Day"))


def account_words(account: MoneyAccount) -> str:
    """Return a money account as a choice names it."""
    return " · ".join(part for part in (account.name, format_iban(account.iban), account.currency) if part)
