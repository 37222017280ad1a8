"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.ledger.models.accounts import Account
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.queries.rates import NoRate
from kontor.ledger.rules.manual import TypedLine
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.stored_lines import in_base
from kontor.ledger.rules.taxes import TaxCode, tax_code_on
from kontor.ledger.wording import sphere_choices
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField
from kontor.ui.forms.widgets import AmountInput, Combo
from kontor.ui.refusals import translated

RATE_MAX = Decimal(1_000_000)


class RateField(forms.Field):
    """How much base currency one unit is worth: reads `0,9231` and `0.9231`; above zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mark = ","
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}

    def localise(self, *, region: str, currency: str, on: date) -> None:  # noqa: ARG002  # one call for all local fields
        """Write and read as `region` does."""
        self.mark = "." if region == "CH" else ","

    def prepare_value(self, value: Any) -> Any:
        """Return a stored rate as people write it; what was typed stays as typed."""
        return f"{value.normalize():f}".replace(".", self.mark) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """Return the rate, None if empty."""
        if value in (None, ""):
            return None
        try:
            rate = parse_amount(str(value)[:40], decimal_mark=self.mark)
        except Refusal as refusal:
            raise forms.ValidationError(translated(refusal), code="unreadable") from refusal
        if not 0 < rate < RATE_MAX:
            raise forms.ValidationError(_("A rate is above zero."), code="rate")
        return rate


class EntryForm(LocalForm):
    """The head of an entry; `has_timing` where books can leave tax undue."""

    starts_at = "entry_date"

    entry_date = DayField(label=_("Posted on"))
    document_date = DayField(label=_("Document date"), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=70, required=False)
    text = forms.CharField(label=_("Text"), max_length=140)
    vat_due = forms.ChoiceField(
        label=_("Tax falls due"), required=False,
        choices=[("", _("with the money")), ("due", _("at once")), ("undue", _("not yet"))],
    )  # fmt: skip

    def __init__(self, *args: Any, has_timing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_timing:
            del self.fields["vat_due"]

    @property
    def wish(self) -> str:
        """Return when tax shall fall due: "due", "undue" or "" (as the money moves)."""
        return str(self.cleaned_data.get("vat_due", ""))

    def memo(self) -> Memo:
        """Return what the entry says about itself."""
        typed = self.cleaned_data
        return Memo(
            text=typed["text"], document_number=typed["document_number"],
            document_date=typed["document_date"] or typed["entry_date"],
        )  # fmt: skip


class EntryLineForm(LocalForm):
    """One line: an account with either a debit or a credit, in base currency or in one with a rate."""

    account = forms.CharField(label=_("Account"), max_length=120, required=False)
    debit = AmountField(label=_("Debit"), required=False)
    credit = AmountField(label=_("Credit"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    rate = RateField(label=_("Exchange rate"), required=False)
    base = AmountField(label=_("Amount in base currency"), required=False)
    tax_code = forms.ChoiceField(label=_("Tax"), required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False)
    text = forms.CharField(label=_("Text of the line"), max_length=140, required=False)

    def __init__(
        self, *args: Any, options_url: str = "", taxes: Iterable[tuple[str, str]] = (),
        projects: Iterable[tuple[str, str]] = (), has_spheres: bool = False, currencies: Iterable[str] = (),
        rates: Mapping[str, Decimal] | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.base_currency = str(kwargs.get("currency", "EUR"))
        self.rates = rates or {}
        self.on = kwargs.get("on")
        self.fields["account"].widget = Combo(url=options_url, label=self._label())
        self.fields["tax_code"].choices = [("", _("none")), *taxes]  # type: ignore[attr-defined]
        self.fields["project"].choices = [("", "–"), *projects]  # type: ignore[attr-defined]
        self.fields["sphere"].choices = sphere_choices()  # type: ignore[attr-defined]
        self._offer_currencies([code for code in currencies if code != self.base_currency])
        if not has_spheres:
            del self.fields["sphere"]
        for name in ("debit", "credit", "base"):
            if name in self.fields:
                widget = self.fields[name].widget
                assert isinstance(widget, AmountInput)
                widget.attrs["data-side"] = name

    def _offer_currencies(self, foreign: list[str]) -> None:
        if not foreign:
            for name in ("currency", "rate", "base"):
                del self.fields[name]
            return
        self.fields["currency"].choices = [("", self.base_currency), *((code, code) for code in foreign)]  # type: ignore[attr-defined]
        self.fields["currency"].widget.attrs["data-currency"] = ""
        self.fields["rate"].widget.attrs["data-rate"] = ""
        if self.is_foreign:
            for name in ("debit", "credit"):
                self.fields[name].currency = self.own_currency  # type: ignore[attr-defined]
                self.fields[name].widget.unit = self.own_currency

    @property
    def own_currency(self) -> str:
        """Return the currency of the line's amounts."""
        if "currency" not in self.fields:
            return self.base_currency
        chosen = self.data.get(self.add_prefix("currency"), "") if self.is_bound else self.initial.get("currency", "")
        known = [code for code, _word in self.fields["currency"].choices]  # type: ignore[attr-defined]
        return str(chosen) if chosen and chosen in known else self.base_currency

    @property
    def is_foreign(self) -> bool:
        """Tell whether the line's amounts are in another currency."""
        return self.own_currency != self.base_currency

    def _label(self) -> str:
        typed = str(self.data.get(self.add_prefix("account"), "") or self.initial.get("account", ""))
        found = Account.objects.filter(number=typed).first() if typed else None
        return f"{found.number} {account_name(found)}" if found else typed

    def clean(self) -> dict[str, Any]:
        """Resolve the account, refuse half a line, and work out the amount in base currency."""
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
        self.amount_base = self._base(typed)
        return typed

    def _base(self, typed: dict[str, Any]) -> int:
        """Return the signed amount in base currency: as typed, else by the typed or the stored rate."""
        amount = self.amount
        if not self.is_foreign or not amount:
            return amount
        if typed.get("base"):
            return int(typed["base"]) if amount > 0 else -int(typed["base"])
        rate = typed.get("rate") or self.rates.get(self.own_currency)
        if rate is None:
            if "rate" not in self.errors:
                day = self.on.isoformat() if self.on else ""
                self.add_error("rate", translated(NoRate(currency=self.own_currency, day=day)))
            return 0
        return in_base(amount, currency=self.own_currency, base_currency=self.base_currency, rate=rate)

    @property
    def amount(self) -> int:
        """Return the amount in minor units of the line's currency, debit positive; 0 without one."""
        return int(self.cleaned_data.get("debit") or 0) - int(self.cleaned_data.get("credit") or 0)

    def line(self, taxes: Iterable[TaxCode], *, on: date) -> TypedLine:
        """Return the typed line.  Raises: UnknownTaxCode."""
        typed = self.cleaned_data
        assert self.account_row is not None
        code = typed["tax_code"]
        return TypedLine(
            account=self.account_row.number, amount=self.amount_base,
            tax=tax_code_on(taxes, code, on=on) if code else None,
            project_id=int(typed["project"]) if typed["project"] else None, sphere=typed.get("sphere", ""),
            text=typed["text"], currency=self.own_currency if self.is_foreign else "",
            amount_currency=self.amount if self.is_foreign else 0,
        )  # fmt: skip


class DayForm(LocalForm):
    """The day of a reversal."""

    day = DayField(label=_("Day of the reversal"))
    reason = forms.CharField(label=_("Reason"), max_length=140, required=False)


class TextForm(LocalForm):
    """The text of an entry."""

    text = forms.CharField(label=_("Text"), max_length=140)
