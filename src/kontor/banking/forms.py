"""Forms of banking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.ledger.models.accounts import Account
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import IbanField

KINDS = (
    (MoneyAccountKind.BANK, _("Bank account")),
    (MoneyAccountKind.CASH, _("Cash")),
    (MoneyAccountKind.PAYPAL, _("PayPal")),
    (MoneyAccountKind.CARD, _("Card")),
)


class MoneyAccountForm(LocalForm):
    """A money account with the ledger account behind it."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As it is called in the office"))
    code = forms.SlugField(label=_("Short name"), max_length=40, help_text=_("For the command line, such as “main”"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    bank_name = forms.CharField(label=_("Bank"), max_length=80, required=False)
    iban = IbanField(label=_("IBAN"), required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    account = forms.ChoiceField(label=_("Ledger account"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = MoneyAccount.objects.values_list("account_id", flat=True)
        free = Account.objects.filter(is_money=True, is_active=True).exclude(id__in=list(taken)).order_by("number")
        choices = [(str(row.id), f"{row.number} {row.name_de}") for row in free]
        self.fields["account"].choices = [("", _("Open a new one")), *choices]  # type: ignore[attr-defined]


class AnswerAccountForm(forms.Form):
    """Which money account a held file belongs to."""

    account = forms.ChoiceField(label=_("Money account"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = MoneyAccount.objects.filter(is_active=True).order_by("name")
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            *((str(row.id), f"{row.name} {row.iban}") for row in rows),
            ("new", _("Open a new money account for it")),
        ]
