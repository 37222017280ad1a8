"""Forms of banking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.banking.formats.csvprofile import DATE_FORMATS, DELIMITERS, ENCODINGS
from kontor.banking.models import CsvProfileRow, MoneyAccount, MoneyAccountKind
from kontor.core.iban import format_iban
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

    def __init__(self, *args: Any, may_open: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = MoneyAccount.objects.filter(is_active=True).order_by("name")
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            *((str(row.id), " · ".join(filter(None, (row.name, format_iban(row.iban or ""))))) for row in rows),
            *((("new", _("Open a new money account for it")),) if may_open else ()),
        ]


_DELIMITER_WORDS = (_("Semicolon ;"), _("Comma ,"), _("Tab"), _("Bar |"))
_ENCODING_WORDS = ("UTF-8", "Windows (1252)", "ISO 8859-15", "UTF-16", "DOS (850)")
_DATE_WORDS = (
    "31.12.2026", "31.12.26", "2026-12-31", "31/12/2026", "31-12-2026", _("12/31/2026 (month first)"), "2026/12/31", "20261231",
)  # fmt: skip
TITLE_LINES_MAX = 60


class ColumnsForm(forms.Form):
    """How a CSV file is cut and written, and under which name its columns are kept."""

    name = forms.CharField(label=_("Name of the profile"), max_length=80, required=False)
    account = forms.ChoiceField(
        label=_("Money account"), required=False, help_text=_("For files that do not name their account")
    )
    delimiter = forms.ChoiceField(label=_("Separator"), choices=tuple(zip(DELIMITERS, _DELIMITER_WORDS, strict=True)))
    encoding = forms.ChoiceField(label=_("Characters"), choices=tuple(zip(ENCODINGS, _ENCODING_WORDS, strict=True)))
    decimal = forms.ChoiceField(
        label=_("Decimal sign"), choices=((",", _("Comma: 1.234,56")), (".", _("Point: 1,234.56")))
    )
    date_format = forms.ChoiceField(
        label=_("Days are written"), choices=tuple(zip(DATE_FORMATS, _DATE_WORDS, strict=True))
    )
    title_line = forms.IntegerField(
        label=_("Titles in line"), min_value=0, max_value=TITLE_LINES_MAX, help_text=_("0 if there are none")
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = _account_choices()  # type: ignore[attr-defined]

    def chosen_account(self) -> MoneyAccount | None:
        """Return the account that was chosen."""
        chosen = self.cleaned_data["account"]
        return MoneyAccount.objects.filter(id=chosen).first() if chosen else None


class ProfileForm(forms.Form):
    """The name of a column profile, and the account of files that name none."""

    name = forms.CharField(label=_("Name of the profile"), max_length=80)
    account = forms.ChoiceField(label=_("Money account"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = _account_choices()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: CsvProfileRow) -> ProfileForm:
        """Return the form of a saved profile."""
        return cls(initial={"name": row.name, "account": row.money_account_id or ""}, prefix=f"p{row.id}")

    def chosen_account(self) -> MoneyAccount | None:
        """Return the account that was chosen."""
        chosen = self.cleaned_data["account"]
        return MoneyAccount.objects.filter(id=chosen).first() if chosen else None


def _account_choices() -> list[tuple[str, Any]]:
    rows = MoneyAccount.objects.filter(is_active=True).order_by("name")
    return [("", _("Ask for each file")), *((str(row.id), row.name) for row in rows)]
