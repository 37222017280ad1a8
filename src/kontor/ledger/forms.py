"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import Sphere
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.rules.manual import TypedLine
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.taxes import TaxCode, tax_code_on
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField
from kontor.ui.forms.widgets import AmountInput, Combo


class EntryForm(LocalForm):
    """The head of an entry."""

    entry_date = DayField(label=_("Posted on"))
    document_date = DayField(label=_("Document date"), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=70, required=False)
    text = forms.CharField(label=_("Text"), max_length=140)

    def memo(self) -> Memo:
        """Return what the entry says about itself."""
        typed = self.cleaned_data
        return Memo(
            text=typed["text"], document_number=typed["document_number"],
            document_date=typed["document_date"] or typed["entry_date"],
        )  # fmt: skip


class EntryLineForm(LocalForm):
    """One line: an account with either a debit or a credit."""

    account = forms.CharField(label=_("Account"), max_length=120, required=False)
    debit = AmountField(label=_("Debit"), required=False)
    credit = AmountField(label=_("Credit"), required=False)
    tax_code = forms.ChoiceField(label=_("Tax"), required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False)
    text = forms.CharField(label=_("Text of the line"), max_length=140, required=False)

    def __init__(
        self, *args: Any, options_url: str = "", taxes: Iterable[tuple[str, str]] = (),
        projects: Iterable[tuple[str, str]] = (), has_spheres: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["account"].widget = Combo(url=options_url, label=self._label())
        self.fields["tax_code"].choices = [("", _("none")), *taxes]  # type: ignore[attr-defined]
        self.fields["project"].choices = [("", "–"), *projects]  # type: ignore[attr-defined]
        self.fields["sphere"].choices = Sphere.choices  # type: ignore[attr-defined]
        if not has_spheres:
            del self.fields["sphere"]
        for name in ("debit", "credit"):
            widget = self.fields[name].widget
            assert isinstance(widget, AmountInput)
            widget.attrs["data-side"] = name

    def _label(self) -> str:
        typed = str(self.data.get(self.add_prefix("account"), "") or self.initial.get("account", ""))
        found = Account.objects.filter(number=typed).first() if typed else None
        return f"{found.number} {account_name(found)}" if found else typed

    def clean(self) -> dict[str, Any]:
        """Resolve the account and refuse half a line."""
        typed = super().clean() or {}
        self.account_row = None
        if typed.get("account"):
            self.account_row = account_meant(typed["account"])
            if self.account_row is None:
                self.add_error(
                    "account", _("There is no account of this number or name. Please choose one from the list.")
                )
        if typed.get("debit") and typed.get("credit"):
            self.add_error("credit", _("A line has a debit or a credit, not both."))
        if self.amount and not typed.get("account") and not self.errors:
            self.add_error("account", _("The account is missing."))
        return typed

    @property
    def amount(self) -> int:
        """Return the amount in minor units, debit positive; 0 without one."""
        return int(self.cleaned_data.get("debit") or 0) - int(self.cleaned_data.get("credit") or 0)

    def line(self, taxes: Iterable[TaxCode], *, on: date) -> TypedLine:
        """Return the typed line.  Raises: UnknownTaxCode."""
        typed = self.cleaned_data
        assert self.account_row is not None
        code = typed["tax_code"]
        return TypedLine(
            account=self.account_row.number, amount=self.amount, tax=tax_code_on(taxes, code, on=on) if code else None,
            project_id=int(typed["project"]) if typed["project"] else None, sphere=typed.get("sphere", ""),
            text=typed["text"],
        )  # fmt: skip


class DayForm(LocalForm):
    """The day of a reversal."""

    day = DayField(label=_("Day of the reversal"))
    reason = forms.CharField(label=_("Reason"), max_length=140, required=False)


class TextForm(LocalForm):
    """The text of an entry."""

    text = forms.CharField(label=_("Text"), max_length=140)
