"""Inputs with what the browser should know about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise


class AmountInput(forms.TextInput):
    """A right-aligned figure with its currency; `k-money` adds up and formats when it is left."""

    template_name = "ui/forms/amount.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, unit: str = "EUR", region: str = "DE") -> None:
        self.unit, self.region = unit, region
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add sign and region to the input's context."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = {"EUR": "€", "USD": "$", "GBP": "£"}.get(self.unit, self.unit)
        context["widget"]["region"] = self.region
        return context


class DayInput(forms.TextInput):
    """A day as text with a calendar beside it; ↑ and ↓ move it by a day."""

    template_name = "ui/forms/day.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "text", "autocomplete": "off", **(attrs or {})})


class IbanInput(forms.TextInput):
    """An IBAN: no spelling help, capitals."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", **(attrs or {})}
        )


@dataclass(frozen=True, slots=True)
class CardLabel:
    """What stands on one card: word, sentence and icon."""

    word: str | Promise
    text: str | Promise = ""
    icon: str = ""

    def __str__(self) -> str:
        return str(self.word)


class Cards(forms.RadioSelect):
    """A choice of few, each with a sentence: choices are (value, CardLabel(…))."""

    template_name = "ui/forms/cards.html"


class Segments(forms.RadioSelect):
    """A switch of two or three short words."""

    template_name = "ui/forms/segments.html"


class Picks(forms.RadioSelect):
    """Favourites as chips, one of them chosen."""

    template_name = "ui/forms/picks.html"


class Combo(forms.TextInput):
    """A search field over many things; stores the id, shows the label.

    `url` answers `?q=` with `<li role="option" data-value="ID">…</li>` lines. Without scripts the id or
    number itself can be typed; the form's field resolves it.
    """

    template_name = "ui/forms/combo.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, url: str = "", label: str = "") -> None:
        self.url, self.label = url, label
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the search address and the label of the chosen thing."""
        context = super().get_context(name, value, attrs)
        context["widget"]["url"], context["widget"]["label"] = self.url, self.label
        return context


class Switch(forms.CheckboxInput):
    """An on-off switch."""


class Drop(forms.ClearableFileInput):
    """A place for files: drop, dialog or camera; several at once with `multiple=True`."""

    template_name = "ui/forms/drop.html"
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "", multiple: bool = False) -> None:
        extra: dict[str, Any] = {"accept": accept} if accept else {}
        if multiple:
            extra["multiple"] = True
        super().__init__({**extra, **(attrs or {})})
