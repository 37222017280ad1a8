"""The form of a receipt that is handed in: one form, shown in three steps on the phone and beside the picture at a desk.

Reading and other windows fill fields while the form is open. Every such field carries what was stored when the page
was made (`initial-<name>`); only what a person changed since then is saved, so that a late save never empties a field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal
from kontor.receipts.forms.choices import Choices, one_of
from kontor.receipts.models import RememberedPayee
from kontor.receipts.rules.submission import VARIANTS
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField

CURRENCIES = ("EUR", "CHF", "USD", "GBP", "DKK", "SEK", "NOK", "PLN", "CZK", "HUF")
READ = (
    "gross", "currency", "document_date", "supplier_name", "document_number", "to_pay_iban", "due_date",
    "payment_reference",
)  # fmt: skip
PLAIN = ("purpose", "comment", "own_voucher_reason")
WITH_ROUTE = ("private", "advance")
NEW = "new"
TEXT_MAX = 500


def _text(label: Any = "", *, long: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=2000 if long else TEXT_MAX, widget=widget)


class SubmissionForm(LocalForm):
    """Everything but the parts; nothing is required, because drafts are kept half filled."""

    gross = AmountField(label=_("Amount"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    document_date = DayField(label=_("Date"), required=False)
    supplier_name = _text(_("Supplier"))
    document_number = _text(_("Document number"))
    purpose = _text(_("What for?"))
    comment = _text(_("Comment"), long=True)
    own_voucher_reason = _text(_("Why is there no receipt?"), long=True)
    variant = forms.CharField(required=False)
    private_route = forms.CharField(required=False)
    private_payee = forms.CharField(required=False)
    private_iban = _text(_("IBAN"))
    private_name = _text(_("Account holder"))
    private_email = _text(_("E-mail address"))
    means = forms.CharField(required=False)
    to_pay_iban = _text(_("IBAN of the supplier"))
    due_date = DayField(label=_("Due on"), required=False)
    payment_reference = _text(_("Payment reference"))
    remittance = _text(_("Text of the transfer"))
    advance = forms.CharField(required=False)
    advance_typed = AmountField(label=_("Amount of the advance"), required=False)
    more_receipts_follow = forms.BooleanField(label=_("More receipts follow"), required=False)
    repayment_route = forms.CharField(required=False)
    advance_route = forms.CharField(required=False)
    advance_payee = forms.CharField(required=False)
    advance_iban = _text(_("IBAN"))
    advance_name = _text(_("Account holder"))
    advance_email = _text(_("E-mail address"))

    def __init__(self, *args: Any, choices: Choices, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        self.choices = choices
        offered = dict.fromkeys([currency, *CURRENCIES])
        currency_field = self.fields["currency"]
        assert isinstance(currency_field, forms.ChoiceField)
        currency_field.choices = [(code, code) for code in offered]

    def stored(self) -> Iterator[tuple[str, str]]:
        """Give name and text of what is stored for each single field, for hidden fields."""
        for name in (*READ, *PLAIN):
            shown = self.fields[name].prepare_value(self.initial.get(name))
            yield f"initial-{name}", "" if shown is None else str(shown)

    @property
    def shown(self) -> dict[str, Any]:
        """Return what each field shows: what was posted, else what is stored, as text."""
        texts = {}
        for name in self.fields:
            value = self[name].value()
            texts[name] = "" if value is None or value is False else value
        return texts

    @property
    def shown_routes(self) -> dict[str, dict[str, Any]]:
        """Return what the fields of the refund show, per variant that has them."""
        shown = self.shown
        return {
            variant: {name: shown[f"{variant}_{name}"] for name in ("route", "payee", "iban", "name", "email")}
            for variant in WITH_ROUTE
        }

    def _is_touched(self, name: str) -> bool:
        if f"initial-{name}" not in self.data:
            return name in self.data
        return _lines(self.data.get(name, "")) != _lines(self.data[f"initial-{name}"])

    def typed(self) -> dict[str, Any]:
        """Return what a person typed and could be read, under the names of `save_draft`; call `is_valid` before."""
        given = self.cleaned_data
        columns = (*(name for name in READ if name != "to_pay_iban"), *PLAIN)
        values: dict[str, Any] = {
            name: given[name] for name in columns if name in given and name in self.data and self._is_touched(name)
        }
        variant = given.get("variant", "")
        if variant in self.choices.variants:
            values |= {"variant": variant, **self._payment(variant)}
        elif variant in VARIANTS:  # switched off since the page was opened: refused by name, never taken for another
            values["variant"] = variant
        return values

    def _payment(self, variant: str) -> dict[str, Any]:
        """Return everything about the payment; what belongs to another variant is emptied."""
        given = self.cleaned_data
        values: dict[str, Any] = {
            "refund_route_id": None, "means_id": None, "repayment_route_id": None, "advance_id": None,
            "advance_typed": None, "more_receipts_follow": False, "payee_name": "", "payee_iban": "", "payee_email": "",
            "remittance": "",
        }  # fmt: skip
        if variant in WITH_ROUTE:
            values |= self._payee(variant)
        if variant == "organisation":
            values["means_id"] = one_of(given.get("means"), self.choices.means)
        if variant == "advance":
            values |= {
                "advance_id": one_of(given.get("advance"), self.choices.advances),
                "more_receipts_follow": bool(given.get("more_receipts_follow")),
                "repayment_route_id": one_of(given.get("repayment_route"), self.choices.repayment_routes),
            }
            if values["advance_id"] is None:
                values["advance_typed"] = given.get("advance_typed")
        if variant == "to_pay":
            values["remittance"] = given.get("remittance", "")
            values["payee_name"] = given.get("supplier_name", "")
            if self._is_touched("to_pay_iban"):
                values["payee_iban"] = _tidy_iban(given.get("to_pay_iban", ""))
            else:
                del values["payee_iban"]
        return values

    def _payee(self, variant: str) -> dict[str, Any]:
        given = self.cleaned_data
        route_id = one_of(given.get(f"{variant}_route"), self.choices.refund_routes)
        route = next((each for each in self.choices.refund_routes if each.id == route_id), None)
        values: dict[str, Any] = {"refund_route_id": route_id}
        if route is None or route.input == "none":
            return values
        known = self._known_payee(given.get(f"{variant}_payee", ""), input_kind=route.input)
        if route.input == "iban":
            values["payee_iban"] = known.value if known else _tidy_iban(given.get(f"{variant}_iban", ""))
            values["payee_name"] = known.holder if known and known.holder else given.get(f"{variant}_name", "")
        else:
            values["payee_email"] = known.value if known else given.get(f"{variant}_email", "").strip()
        return values

    def _known_payee(self, chosen: str, *, input_kind: str) -> RememberedPayee | None:
        rows = [each for each in self.choices.payees if each.input == input_kind]
        return next((each for each in rows if str(each.id) == chosen), None)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())


def _tidy_iban(text: str) -> str:
    """Return a right IBAN compact, and anything else as typed, so that a draft keeps it."""
    try:
        return compact_iban(text)
    except Refusal:
        return text.strip()
