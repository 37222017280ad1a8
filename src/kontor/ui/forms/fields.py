"""Fields that understand what people type: amounts, days, IBANs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.clock import today
from kontor.core.days import parse_day
from kontor.core.figures import format_amount, format_day
from kontor.core.iban import compact_iban, format_iban
from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.ui.forms.widgets import AmountInput, DayInput, IbanInput
from kontor.ui.refusals import translated

AMOUNT_DIGITS_MAX = 15


class AmountField(forms.CharField):
    """An amount in minor units: reads `1.234,50`, `1'200.50` and sums such as `12,5+3`."""

    widget = AmountInput

    def __init__(self, *, currency: str = "EUR", region: str = "DE", negative: bool = False, **kwargs: Any) -> None:
        self.currency, self.region, self.negative = currency, region, negative
        super().__init__(**kwargs)

    def localise(self, *, region: str, currency: str, on: date) -> None:  # noqa: ARG002  # one call for all local fields
        """Write and read as `region` does, in `currency`."""
        self.region, self.currency = region, currency
        self.widget.unit, self.widget.region = currency, region

    def prepare_value(self, value: Any) -> Any:
        """Return the figure of a stored amount; what was typed stays as typed."""
        return format_amount(value, currency=self.currency, region=self.region) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Return the amount in minor units, None if empty."""
        if value in (None, ""):
            return None
        try:
            amount = parse_amount(str(value), decimal_mark="." if self.region == "CH" else ",")
            minor = minor_units(amount, self.currency)
        except Refusal as refusal:
            raise ValidationError(translated(refusal), code="unreadable") from refusal
        if abs(minor) >= 10**AMOUNT_DIGITS_MAX:
            raise ValidationError(_("This amount is too large."), code="large")
        if minor < 0 and not self.negative:
            raise ValidationError(_("The amount cannot be negative."), code="negative")
        return minor

    def clean(self, value: Any) -> Any:
        """Return minor units; a required field refuses emptiness."""
        amount = self.to_python(value)
        self.validate("" if amount is None else str(amount))
        return amount


class DayField(forms.Field):
    """A day: reads `3`, `3.11`, `03.11.26`, `+7`, `heute`."""

    widget = DayInput

    def __init__(self, *, on: date | None = None, **kwargs: Any) -> None:
        self.on = on
        super().__init__(**kwargs)

    def localise(self, *, region: str, currency: str, on: date) -> None:  # noqa: ARG002  # one call for all local fields
        """Take `on` as today."""
        self.on = on

    def prepare_value(self, value: Any) -> Any:
        """Return a stored day as people write it; what was typed stays as typed."""
        return format_day(value, language=get_language() or "de") if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """Return the day, None if empty."""
        if isinstance(value, date) or value in (None, ""):
            return value or None
        try:
            return parse_day(str(value), today=self.on or today())
        except Refusal as refusal:
            raise ValidationError(translated(refusal), code="unreadable") from refusal


class IbanField(forms.CharField):
    """An IBAN: checked, stored without blanks, shown in groups of four."""

    widget = IbanInput

    def prepare_value(self, value: Any) -> Any:
        """Return the IBAN in groups of four."""
        return format_iban("".join(str(value).split())) if value else value

    def to_python(self, value: Any) -> str:
        """Return the checked IBAN without blanks, "" if empty."""
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return compact_iban(text)
        except Refusal as refusal:
            raise ValidationError(translated(refusal), code="iban") from refusal
