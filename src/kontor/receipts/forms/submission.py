"""The form of a receipt that is handed in: one form, shown in three steps on the phone and beside the picture at a desk.

Reading fills fields while the form is open. Every such field carries what was stored when the page was made
(`initial-<name>`); only what a person changed since then is saved, so that a late save never empties a read field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.core.iban import compact_iban, format_iban
from kontor.core.refusal import Refusal
from kontor.projects.models import CostType, Project
from kontor.receipts.actions.drafting import Part
from kontor.receipts.models import (
    Advance,
    IncomingDocument,
    IncomingLine,
    PaymentMeans,
    RefundRoute,
    RememberedPayee,
    RepaymentRoute,
)
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField

CURRENCIES = ("EUR", "CHF", "USD", "GBP", "DKK", "SEK", "NOK", "PLN", "CZK", "HUF")
READ = (
    "gross", "currency", "document_date", "supplier_name", "document_number", "to_pay_iban", "due_date",
    "payment_reference",
)  # fmt: skip
WITH_ROUTE = ("private", "advance")
NEW = "new"
TEXT_MAX = 500
PARTS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What may be chosen, in the order it is shown; `variants` are codes."""

    variants: Sequence[str]
    projects: Sequence[Project]
    cost_types: Sequence[CostType]
    means: Sequence[PaymentMeans] = ()
    refund_routes: Sequence[RefundRoute] = ()
    repayment_routes: Sequence[RepaymentRoute] = ()
    payees: Sequence[RememberedPayee] = ()
    advances: Sequence[Advance] = field(default_factory=tuple)


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
        """Give name and text of what is stored for each field that reading may fill, for hidden fields."""
        for name in READ:
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
        return bool(self.data.get(name, "") != self.data[f"initial-{name}"])

    def typed(self) -> dict[str, Any]:
        """Return what a person typed and could be read, under the names of `save_draft`; call `is_valid` before."""
        given = self.cleaned_data
        plain = ("purpose", "comment", "own_voucher_reason")
        read = (
            "gross",
            "currency",
            "document_date",
            "supplier_name",
            "document_number",
            "due_date",
            "payment_reference",
        )
        values = {name: given[name] for name in plain if name in given and name in self.data}
        values |= {name: given[name] for name in read if name in given and self._is_touched(name)}
        variant = given.get("variant", "")
        if variant in self.choices.variants:
            values |= {"variant": variant, **self._payment(variant)}
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
            values["means_id"] = _one_of(given.get("means"), self.choices.means)
        if variant == "advance":
            values |= {
                "advance_id": _one_of(given.get("advance"), self.choices.advances),
                "more_receipts_follow": bool(given.get("more_receipts_follow")),
                "repayment_route_id": _one_of(given.get("repayment_route"), self.choices.repayment_routes),
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
        route_id = _one_of(given.get(f"{variant}_route"), self.choices.refund_routes)
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


def initial_of(document: IncomingDocument | None, *, choices: Choices, currency: str, name: str) -> dict[str, Any]:
    """Return what the form shows of a document; a new one has the person's own name as account holder."""
    initial: dict[str, Any] = {"currency": currency}
    for variant in WITH_ROUTE:
        initial |= _first_route(variant, choices=choices, name=name)
    if len(choices.means) == 1:
        initial["means"] = str(choices.means[0].id)
    if len(choices.repayment_routes) == 1:
        initial["repayment_route"] = str(choices.repayment_routes[0].id)
    if choices.advances:
        initial["advance"] = str(choices.advances[0].id)
    if document is None:
        return initial
    plain = (
        "gross", "currency", "document_date", "supplier_name", "document_number", "purpose", "comment", "variant",
        "own_voucher_reason", "due_date", "payment_reference", "remittance", "advance_typed", "more_receipts_follow",
    )  # fmt: skip
    initial |= {each: getattr(document, each) for each in plain}
    initial["to_pay_iban"] = _supplier_iban(document)
    if document.variant in WITH_ROUTE:
        initial |= _chosen_route(document, choices=choices)
    for column, key in (("means_id", "means"), ("advance_id", "advance"), ("repayment_route_id", "repayment_route")):
        if getattr(document, column):
            initial[key] = str(getattr(document, column))
    if document.variant == "advance" and document.advance_id is None and document.advance_typed:
        initial["advance"] = ""
    return initial


def _first_route(variant: str, *, choices: Choices, name: str) -> dict[str, Any]:
    if not choices.refund_routes:
        return {}
    route = choices.refund_routes[0]
    known = next((each for each in choices.payees if each.input == route.input), None)
    return {
        f"{variant}_route": str(route.id), f"{variant}_payee": str(known.id) if known else NEW, f"{variant}_name": name,
    }  # fmt: skip


def _chosen_route(document: IncomingDocument, *, choices: Choices) -> dict[str, Any]:
    variant, value = document.variant, document.payee_iban or document.payee_email
    known = next((each for each in choices.payees if value and each.value == value), None)
    found = {f"{variant}_payee": str(known.id) if known else NEW} if value else {}
    if document.refund_route_id:
        found[f"{variant}_route"] = str(document.refund_route_id)
    if value and known is None:
        found |= {
            f"{variant}_iban": format_iban("".join(document.payee_iban.split())),
            f"{variant}_email": document.payee_email,
        }
    if document.payee_name:
        found[f"{variant}_name"] = document.payee_name
    return found


def _supplier_iban(document: IncomingDocument) -> str:
    if document.variant in {"", "to_pay"}:
        iban: str = document.payee_iban
    else:
        iban = str(document.proposals.get("iban", {}).get("value", ""))
    return format_iban("".join(iban.split()))


def parts_of(
    data: Mapping[str, Any], *, choices: Choices, gross: int | None, region: str, currency: str
) -> list[Part] | None:
    """Return the parts that were posted, None if the form had none; a single part carries the whole amount.

    What is not on offer counts as not chosen. An amount that cannot be read counts as 0 until it can: the sum then shows that something is missing.
    """
    count = _count(data)
    if count is None:
        return None
    amounts = AmountField(required=False, currency=currency, region=region)
    parts = []
    for place in range(count):
        amount = gross or 0
        if count > 1:
            try:
                amount = amounts.clean(data.get(f"part-{place}-gross", "")) or 0
            except forms.ValidationError:
                amount = 0
        parts.append(
            Part(
                gross=amount,
                project_id=_one_of(_chosen(data, place, "project"), choices.projects),
                cost_type_id=_one_of(_chosen(data, place, "cost_type"), choices.cost_types),
                text=str(data.get(f"part-{place}-text", ""))[:TEXT_MAX],
            )
        )
    return parts


def _count(data: Mapping[str, Any]) -> int | None:
    given = str(data.get("parts", ""))
    return min(max(int(given), 1), PARTS_MAX) if given.isdecimal() else None


def _chosen(data: Mapping[str, Any], place: int, name: str) -> str:
    return str(data.get(f"part-{place}-other_{name}") or data.get(f"part-{place}-{name}") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A part as the page shows it; `projects` and `cost_types` are (id, name) as chips, the rest is in a list."""

    place: int
    project_id: int | None
    cost_type_id: int | None
    gross: int | None
    text: str = ""
    is_proposed: bool = False


def shown_parts(lines: Sequence[IncomingLine], *, project_id: int | None, cost_type_id: int | None) -> list[ShownPart]:
    """Return the parts to show: the stored ones, or a first one with what was chosen last time."""
    if not lines:
        return [
            ShownPart(place=0, project_id=project_id, cost_type_id=cost_type_id, gross=None,
                      is_proposed=project_id is not None)
        ]  # fmt: skip
    return [
        ShownPart(
            place=place, project_id=line.project_id, cost_type_id=line.cost_type_id, gross=line.gross, text=line.text
        )
        for place, line in enumerate(lines)
    ]


def _one_of(chosen: object, rows: Sequence[Any]) -> int | None:
    return next((int(row.id) for row in rows if str(row.id) == str(chosen)), None)


def _tidy_iban(text: str) -> str:
    """Return a right IBAN compact, and anything else as typed, so that a draft keeps it."""
    try:
        return compact_iban(text)
    except Refusal:
        return text.strip()
