"""The base of every form: it tells its fields region, currency and day."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Protocol, runtime_checkable

from django import forms
from django.utils.translation import gettext_lazy

from kontor.core.clock import today


@runtime_checkable
class Local(Protocol):
    """A field that reads and writes as the region does."""

    def localise(self, *, region: str, currency: str, on: date) -> None:
        """Take over how figures are written and which day is today."""


MISSING = gettext_lazy("Please fill this in.")


class LocalForm(forms.Form):
    """A form whose amounts and days follow the tenant: `LocalForm(data, region="CH", currency="CHF")`.

    `starts_at` names the field that has the focus when the empty form is opened.
    """

    starts_at: ClassVar[str] = ""

    def __init__(
        self, *args: Any, region: str = "DE", currency: str = "EUR", on: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = MISSING
            if isinstance(field, Local):
                field.localise(region=region, currency=currency, on=on or today(region))
        if self.starts_at in self.fields and not self.is_bound:
            self.fields[self.starts_at].widget.attrs["autofocus"] = True
