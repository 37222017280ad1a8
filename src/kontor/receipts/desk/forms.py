"""The bookkeeper's form: the head of a receipt and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kontor.contacts.models import Party
from kontor.core.clock import today
from kontor.core.money import decimals_of
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.ledger.models.accounts import Account
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.rules.taxes import TaxCode
from kontor.ledger.wording import sphere_choices
from kontor.openitems.queries.loading import Rates
from kontor.organisations.access import TenantRequest
from kontor.organisations.models import Chart
from kontor.receipts.actions.processing import ProcessedPart
from kontor.receipts.desk.choices import Choices, choices_of
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.offered import Offered
from kontor.receipts.queries.taxes import purchase_tax_choices
from kontor.receipts.rules.habits import Habit
from kontor.receipts.rules.lines import Line
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField, IbanField
from kontor.ui.forms.widgets import Combo
from kontor.ui.refusals import translated

PARTS_MAX = 40
ID_DIGITS = 18


class HeadForm(LocalForm):
    """What the receipt says as a whole, who paid, and how the money moves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    supplier = forms.CharField(label=_("Supplier"), required=False, max_length=200)
    document_number = forms.CharField(label=_("Document number"), required=False, max_length=70)
    document_date = DayField(label=_("Document date"))
    due_date = DayField(label=_("Due on"), required=False)
    service_from = DayField(label=_("Service from"), required=False)
    service_to = DayField(label=_("Service until"), required=False)
    gross = AmountField(label=_("Gross"), negative=True)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    rate = forms.CharField(label=_("Exchange rate"), required=False, max_length=20)
    purpose = forms.CharField(label=_("What for"), required=False, max_length=500)
    variant = forms.ChoiceField(label=_("Payment"))
    means = forms.ChoiceField(label=_("Paid with"), required=False)
    refund_route = forms.ChoiceField(label=_("Way of the refund"), required=False)
    payee_name = forms.CharField(label=_("Payee"), required=False, max_length=140)
    payee_iban = IbanField(label=pgettext_lazy("field", "IBAN"), required=False)
    payee_email = forms.EmailField(label=pgettext_lazy("field", "E-mail"), required=False)
    remittance = forms.CharField(label=_("Remittance text"), required=False, max_length=140)
    payment_reference = forms.CharField(label=_("Payment reference"), required=False, max_length=140)
    advance = forms.ChoiceField(label=_("Advance"), required=False)
    repayment_route = forms.ChoiceField(label=_("Way of the repayment"), required=False)
    more_receipts_follow = forms.BooleanField(label=_("More receipts follow on this advance"), required=False)
    categories = forms.MultipleChoiceField(label=_("Categories"), required=False, widget=forms.CheckboxSelectMultiple)
    new_categories = forms.CharField(label=_("New categories"), required=False, max_length=200)
    keep = forms.BooleanField(
        label=_("Keep assigned to me on save"),
        help_text=_("Others can read the receipt, but not change it."),
        required=False,
    )
    entry_date = DayField(label=_("Posting date"), required=False)

    def __init__(self, *args: Any, choices: Choices, base_currency: str, options_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, currency=choices.currency, **kwargs)
        self.base_currency = base_currency
        for name, found in choices.fields.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # every one of them is a choice
        self.fields["supplier"].widget = Combo(url=options_url, label=self._supplier_label())

    def _supplier_label(self) -> str:
        party = _party(str(self.data.get("supplier", "") or self.initial.get("supplier", "")))
        return party.name if party else ""

    def clean_currency(self) -> str:
        """Return a currency that these books can hold."""
        currency = str(self.cleaned_data["currency"]).upper()
        try:
            decimals_of(currency)
        except Refusal as refusal:
            raise forms.ValidationError(translated(refusal)) from refusal
        return currency

    def clean(self) -> dict[str, Any]:
        """Find the rate that holds when none was typed."""
        typed: dict[str, Any] = super().clean() or {}
        currency, day = typed.get("currency"), typed.get("document_date")
        if currency and day:
            try:
                typed["rate"] = self._rate(str(typed.get("rate") or ""), currency, day)
            except Refusal as refusal:
                self.add_error("rate", translated(refusal))
        return typed

    def _rate(self, text: str, currency: str, day: Any) -> Decimal:
        if currency == self.base_currency:
            return Decimal(1)
        if text and currency == str(self.initial.get("currency")):
            return parse_amount(text, decimal_mark="." if "." in text and "," not in text else ",")
        return Rates(self.base_currency).on(currency, day)

    def values(self) -> dict[str, Any]:
        """Return the columns of the document as typed."""
        typed = self.cleaned_data
        party = _party(typed["supplier"])
        plain = (
            "document_number", "document_date", "due_date", "service_from", "service_to", "gross", "currency", "rate",
            "purpose", "variant", "payee_name", "payee_iban", "payee_email", "remittance", "payment_reference",
            "more_receipts_follow",
        )  # fmt: skip
        keys = ("means", "refund_route", "repayment_route", "advance")
        return {
            "supplier_id": party.id if party else None,
            "supplier_name": party.name if party else typed["supplier"].strip(),
            **{name: typed[name] for name in plain},
            **{f"{name}_id": int(typed[name]) if typed[name] else None for name in keys},
        }

    def held(self) -> dict[str, object]:
        """Return the columns that what was read is compared with, as typed; what cannot be read is None."""
        names = (
            "document_number", "document_date", "due_date", "gross", "currency", "payee_iban", "payment_reference",
            "variant",
        )  # fmt: skip
        self.is_valid()
        return {"supplier_name": self._supplier_label() or self["supplier"].value()} | {
            name: self.cleaned_data.get(name) for name in names
        }

    def category_names(self) -> list[str]:
        """Return the keywords that are ticked or new."""
        return [*self.cleaned_data["categories"], *self.cleaned_data["new_categories"].split(",")]


class PartForm(LocalForm):
    """One part: gross, account, tax, project."""

    gross = AmountField(label=_("Gross"), required=False, negative=True)
    account = forms.CharField(label=_("Account"), required=False, max_length=120)
    tax_code = forms.ChoiceField(label=_("Tax"), required=False)
    tax_amount = AmountField(label=_("Tax amount"), required=False, negative=True)
    project = forms.ChoiceField(label=_("Project"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False)
    text = forms.CharField(label=_("Text"), required=False, max_length=140)
    cost_type = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, taxes: Sequence[tuple[str, str]], projects: Sequence[tuple[str, str]],
        spheres: Sequence[tuple[str, str]], labels: Mapping[str, str], options_url: str, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get(self.add_prefix("account"), "") or self.initial.get("account", ""))
        self.fields["account"].widget = Combo(url=options_url, label=labels.get(chosen, chosen))
        for name, choices in (("tax_code", taxes), ("project", projects), ("sphere", spheres)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not spheres:
            del self.fields["sphere"]
        self.cost_type_name = self.initial.get("cost_type_name", "")
        self.usual: Habit | None = None

    @property
    def is_usual(self) -> bool:
        """Tell whether the account is the one that is proposed."""
        return self.usual is not None and str(self["account"].value() or "") == self.usual.choice.number

    def clean_account(self) -> Account | None:
        """Return the account in use that was chosen or typed."""
        text = str(self.cleaned_data["account"]).strip()
        if not text:
            return None
        found = account_meant(text)
        if found is None or not found.is_active or found.control:
            raise forms.ValidationError(_("There is no account of this number for it."))
        return found

    @property
    def account_number(self) -> str:
        """Return the number of the account as typed, "" for none; the form must be valid."""
        account: Account | None = self.cleaned_data.get("account")
        return account.number if account else ""

    def part(self, *, only: int | None) -> ProcessedPart:
        """Return the part as typed; `only` is the gross of the whole when it is the single part."""
        typed = self.cleaned_data
        account = typed.get("account")
        return ProcessedPart(
            gross=only if only is not None else typed.get("gross") or 0,
            account_id=account.id if account else None,
            project_id=int(typed["project"]) if typed.get("project") else None,
            cost_type_id=typed.get("cost_type"),
            tax_code=typed.get("tax_code", ""),
            tax_amount=typed.get("tax_amount"),
            sphere=typed.get("sphere", ""),
            text=typed.get("text", ""),
        )


@dataclass(frozen=True, slots=True)
class DeskForms:
    """Head and parts together."""

    head: HeadForm
    parts: tuple[PartForm, ...]

    def is_valid(self) -> bool:
        """Check everything, so that all errors are shown at once."""
        return all([self.head.is_valid(), *[part.is_valid() for part in self.parts]])

    @property
    def usual(self) -> dict[int | None, Habit]:
        """Return which account is usual for each of the parts' cost types."""
        return {_cost_type(part): part.usual for part in self.parts if part.usual is not None}

    def lines(self) -> list[Line]:
        """Return the parts that say anything as they would be booked."""
        parts = [part for part in self.parts if len(self.parts) == 1 or part.cleaned_data.get("gross")]
        return [
            Line(
                position=place, gross=stored.gross, account=part.account_number, tax_code=stored.tax_code,
                tax_amount=stored.tax_amount, project_id=stored.project_id, sphere=stored.sphere, text=stored.text,
            )
            for place, (part, stored) in enumerate(zip(parts, self.processed(), strict=True), start=1)
        ]  # fmt: skip

    def processed(self) -> list[ProcessedPart]:
        """Return the parts that say anything; a single one carries the whole amount."""
        gross = self.head.cleaned_data["gross"]
        if len(self.parts) == 1:
            return [self.parts[0].part(only=gross)]
        return [part.part(only=None) for part in self.parts if part.cleaned_data.get("gross")]


def desk_forms(
    request: TenantRequest,
    document: IncomingDocument,
    lines: Sequence[IncomingLine],
    *,
    categories: Sequence[str],
    found: Offered,
    codes: Sequence[TaxCode],
    entry_date: Any,
    data: QueryDict | None = None,
    count: int | None = None,
    drop: int | None = None,
    proposed: Mapping[int | None, Habit] | None = None,
) -> DeskForms:
    """Return the form as stored, or as posted; `count` parts, without part `drop`."""
    tenant = request.tenant
    local: dict[str, Any] = {"region": tenant.country, "on": today(tenant.country)}
    accounts = reverse("account_options", kwargs={"tenant": tenant.code})
    day = document.service_to or document.document_date or entry_date
    posted = _posted_categories(data)
    head = HeadForm(
        data, initial=_head(document, categories, entry_date, region=tenant.country),
        choices=choices_of(document, found, more_categories=posted, country=tenant.country),
        base_currency=tenant.base_currency, options_url=reverse("contacts:options", kwargs={"tenant": tenant.code}), **local,
    )  # fmt: skip
    usual = proposed or {}
    rows = [_with_usual(_part(line), usual) for line in lines] or [_with_usual(_empty(document), usual)]
    numbers = range(len(rows) if data is None else count or 1)
    labels = _labels(rows, lines, data, numbers)
    offered: dict[str, Any] = {
        "taxes": [("", _("without tax")), *purchase_tax_choices(day, codes=codes, held={str(row.get("tax_code", "")) for row in rows})],
        "projects": [("", "–"), *found.projects],
        "spheres": sphere_choices() if tenant.chart == Chart.SKR42 else [], "labels": labels, "options_url": accounts,
    }  # fmt: skip
    parts = [
        PartForm(data, prefix=f"part{n}", initial=rows[n] if n < len(rows) else {}, currency=document.currency,
                 **offered, **local)
        for n in numbers if n != drop
    ]  # fmt: skip
    for part in parts:
        part.usual = usual.get(_cost_type(part))
    return DeskForms(head, tuple(parts))


def _with_usual(row: dict[str, Any], usual: Mapping[int | None, Habit]) -> dict[str, Any]:
    """Return the part with the usual account where none was chosen; nothing is saved by that."""
    habit = usual.get(row.get("cost_type"))
    if row.get("account") or habit is None:
        return row
    choice = habit.choice
    return row | {"account": choice.number, "tax_code": choice.tax_code, "sphere": choice.sphere}


def _cost_type(part: PartForm) -> int | None:
    text = str(part["cost_type"].value() or "")
    return int(text) if text.isdecimal() and len(text) < ID_DIGITS else None


def _posted_categories(data: QueryDict | None) -> list[str]:
    return data.getlist("categories")[:50] if data is not None else []


def _head(document: IncomingDocument, categories: Sequence[str], entry_date: Any, *, region: str) -> dict[str, Any]:
    plain = (
        "version", "document_number", "document_date", "due_date", "service_from", "service_to", "gross", "currency",
        "purpose", "variant", "payee_name", "payee_iban", "payee_email", "remittance", "payment_reference",
        "more_receipts_follow",
    )  # fmt: skip
    rate = document.rate.normalize()
    shown = f"{rate:f}" if region == "CH" else f"{rate:f}".replace(".", ",")
    return {
        **{name: getattr(document, name) for name in plain},
        "supplier": str(document.supplier_id or "") or document.supplier_name,
        "means": document.means_id, "refund_route": document.refund_route_id,
        "repayment_route": document.repayment_route_id, "advance": document.advance_id, "rate": shown,
        "categories": list(categories), "keep": document.assigned_to_id is not None, "entry_date": entry_date,
    }  # fmt: skip


def _part(line: IncomingLine) -> dict[str, Any]:
    return {
        "gross": line.gross, "account": line.account.number if line.account else "", "tax_code": line.tax_code,
        "tax_amount": line.tax_amount, "project": line.project_id, "sphere": line.sphere, "text": line.text,
        "cost_type": line.cost_type_id, "cost_type_name": line.cost_type.name if line.cost_type else "",
    }  # fmt: skip


def _empty(document: IncomingDocument) -> dict[str, Any]:
    return {"gross": document.gross}


def _labels(
    rows: Sequence[Mapping[str, Any]], lines: Sequence[IncomingLine], data: QueryDict | None, numbers: range
) -> dict[str, str]:
    """Return "4980 Betriebsbedarf" for each account number that the form holds."""
    held = {str(row.get("account", "")) for row in rows}
    if data is not None:
        held |= {data.get(f"part{n}-account", "") for n in numbers}
    known = {line.account.number: line.account for line in lines if line.account is not None}
    asked = [number for number in held if number and number not in known]
    if asked:
        known |= {account.number: account for account in Account.objects.filter(number__in=asked)}
    return {number: f"{number} {account_name(account)}" for number, account in known.items()}


def _party(typed: str) -> Party | None:
    return Party.objects.filter(id=int(typed)).first() if typed.isdecimal() and len(typed) < ID_DIGITS else None
