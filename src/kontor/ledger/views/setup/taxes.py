"""Tax codes and their dated versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kontor.core import clock
from kontor.core.figures import format_decimal
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.ledger.actions.taxes import (
    CodeNameTaken,
    EndsBeforeStart,
    EntriesFollow,
    VersionBefore,
    VersionFacts,
    add_tax_version,
    create_tax_code,
    end_tax_version,
    remove_tax_version,
)
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.queries.accounts import AccountBook, account_book
from kontor.ledger.queries.names import is_german
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.setup.histories import history
from kontor.ledger.wording import TAX_KINDS, words
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated
from kontor.ui.tables.columns import Column, Filter
from kontor.ui.tables.table import Table

CATEGORIES = ("", "S", "Z", "E", "AE", "K", "G", "O")
_FIELDS: dict[type[Refusal], str] = {
    CodeNameTaken: "code", VersionBefore: "valid_from", EndsBeforeStart: "valid_to", EntriesFollow: "",
}  # fmt: skip


class PercentField(forms.CharField):
    """A percentage from 0 through 100 with at most three decimals."""

    region = "DE"

    def localise(self, *, region: str, currency: str, on: date) -> None:  # noqa: ARG002  # one call for all local fields
        """Write and read as `region` does."""
        self.region = region

    def prepare_value(self, value: Any) -> Any:
        """Return the figure of a stored rate; what was typed stays as typed."""
        return format_decimal(value, region=self.region) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Return the percentage, None if empty."""
        text = str(value or "").replace("%", "").strip()
        if not text:
            return None
        try:
            rate = parse_amount(text, decimal_mark="." if self.region == "CH" else ",")
        except Refusal as refusal:
            raise ValidationError(translated(refusal), code="unreadable") from refusal
        if not 0 <= rate <= 100 or rate != round(rate, 3):
            raise ValidationError(_("A rate lies between 0 and 100 % and has at most three decimals."), code="range")
        return rate

    def clean(self, value: Any) -> Any:
        """Return the percentage; a required field refuses emptiness."""
        rate = self.to_python(value)
        self.validate("" if rate is None else str(rate))
        return rate


class VersionForm(LocalForm):
    """A tax code from a day on."""

    code = forms.SlugField(
        label=gettext_lazy("Tax code"), max_length=40, help_text=gettext_lazy("Small letters, digits and hyphens.")
    )
    valid_from = DayField(label=gettext_lazy("Valid from"), help_text=gettext_lazy("The day of the service counts."))
    rate_percent = PercentField(label=gettext_lazy("Rate in %"))
    deductible_percent = PercentField(label=gettext_lazy("Deductible in %"))
    name_de = forms.CharField(label=gettext_lazy("German name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=100, required=False)
    base_box = forms.CharField(label=gettext_lazy("Box of the base"), max_length=20, required=False)
    tax_box = forms.CharField(label=gettext_lazy("Box of the tax"), max_length=20, required=False)
    contra_box = forms.CharField(label=gettext_lazy("Box of the input tax"), max_length=20, required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("Category in e-invoices"), required=False, choices=[(code, code or "–") for code in CATEGORIES],
        help_text=gettext_lazy("As EN 16931 names it."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Note on invoices, German"), max_length=200, required=False)
    reason_en = forms.CharField(label=gettext_lazy("Note on invoices, English"), max_length=200, required=False)

    def facts(self) -> VersionFacts:
        """Return what was typed."""
        return VersionFacts(
            **{name: value for name, value in self.cleaned_data.items() if name not in {"code", "valid_from"}}
        )


class EndForm(LocalForm):
    """The last day of a version."""

    valid_to = DayField(
        label=gettext_lazy("Last day of validity"), required=False, help_text=gettext_lazy("Empty: without an end.")
    )


@require_safe
@permit("ledger.view")
def taxes(request: TenantRequest) -> HttpResponseBase:
    """Show every version of every tax code."""
    table = _table(request)
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "ledger/setup/taxes.html", {"table": table})


@require_safe
@permit("ledger.setup")
def tax(request: TenantRequest, version_id: int) -> HttpResponse:
    """Show a version, the others of its code, and what can be done."""
    found = _found(version_id)
    return _page(request, found, EndForm(initial={"valid_to": found.valid_to}, region=request.tenant.country))


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def version(request: TenantRequest, version_id: int) -> HttpResponse:
    """Let a code say something else from a day on."""
    found = _found(version_id)

    def save(form: VersionForm) -> TaxCode:
        return add_tax_version(version_id, form.facts(), valid_from=form.cleaned_data["valid_from"])

    return _edit(request, found, save, is_new_code=False)


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def copy(request: TenantRequest, version_id: int) -> HttpResponse:
    """Add a code that works like another one."""
    found = _found(version_id)

    def save(form: VersionForm) -> TaxCode:
        typed = form.cleaned_data
        return create_tax_code(version_id, form.facts(), code=typed["code"], valid_from=typed["valid_from"])

    return _edit(request, found, save, is_new_code=True)


@require_POST
@permit("ledger.setup")
def end(request: TenantRequest, version_id: int) -> HttpResponse:
    """End the newest version, or let it run on."""
    found = _found(version_id)
    form = EndForm(request.POST, region=request.tenant.country)
    if form.is_valid():
        try:
            attempt(lambda: end_tax_version(version_id, valid_to=form.cleaned_data["valid_to"]))
            messages.success(request, _("Validity of %(code)s saved.") % {"code": _name(found)})
            return redirect("ledger_setup_tax", tenant=request.tenant.code, version_id=version_id)
        except Refusal as refusal:
            form.add_error("valid_to", translated(refusal))
    return _page(request, found, form)


@require_POST
@permit("ledger.setup")
def remove(request: TenantRequest, version_id: int) -> HttpResponse:
    """Take back a version that nothing was posted with."""
    found = _found(version_id)
    try:
        attempt(lambda: remove_tax_version(version_id))
    except Refusal as refusal:
        messages.error(request, translated(refusal))
        return redirect("ledger_setup_tax", tenant=request.tenant.code, version_id=version_id)
    messages.success(request, _("The version of %(code)s was taken back.") % {"code": _name(found)})
    return redirect("ledger_setup_taxes", tenant=request.tenant.code)


def _edit(
    request: TenantRequest, found: TaxCode, save: Callable[[VersionForm], TaxCode], *, is_new_code: bool
) -> HttpResponse:  # fmt: skip
    form = VersionForm(
        request.POST or None, region=request.tenant.country, initial=_initial(found, is_new_code=is_new_code)
    )
    form.fields["code"].disabled = not is_new_code
    if form.is_bound and form.is_valid():
        try:
            made = attempt(lambda: save(form))
            messages.success(request, _("Tax code %(code)s saved.") % {"code": _name(made)})
            return redirect("ledger_setup_tax", tenant=request.tenant.code, version_id=made.id)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)) or "valid_from", translated(refusal))
    context = {
        "form": form,
        "version": found,
        "is_new_code": is_new_code,
        "name": _name(found),
        "kind": _(TAX_KINDS[found.kind]),
    }
    return render(request, "ledger/setup/tax_edit.html", context, status=422 if form.errors else 200)


def _page(request: TenantRequest, found: TaxCode, form: EndForm) -> HttpResponse:
    versions = list(TaxCode.objects.filter(code=found.code).order_by("-valid_from"))
    book, on = account_book(), clock.today(request.tenant.country)
    facts = [
        (_("Tax account"), _account(book, found, found.tax_role)),
        (_("Contra account"), _account(book, found, found.contra_role)),
        (_("Account while not yet due"), _account(book, found, found.undue_role)),
    ]
    context = {
        "form": form, "version": found, "kind": _(TAX_KINDS[found.kind]), "facts": [pair for pair in facts if pair[1]],
        "name": _name(found), "moments": history("ledger.taxcode", found.id),
        "versions": [(row, _state(row, on), format_decimal(row.rate_percent, region=request.tenant.country)) for row in versions],
        "is_newest": versions[0].id == found.id, "can_remove": versions[0].id == found.id and len(versions) > 1,
        "rate": format_decimal(found.rate_percent, region=request.tenant.country),
        "deductible": format_decimal(found.deductible_percent, region=request.tenant.country),
    }  # fmt: skip
    return render(request, "ledger/setup/tax.html", context, status=422 if form.errors else 200)


def _found(version_id: int) -> TaxCode:
    found = TaxCode.objects.filter(id=version_id).first()
    if found is None:
        raise Http404
    return found


def _initial(found: TaxCode, *, is_new_code: bool) -> Mapping[str, Any]:
    names = (
        "rate_percent", "deductible_percent", "name_de", "name_en", "base_box", "tax_box", "contra_box", "category",
        "reason", "reason_en",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names} | {"code": "" if is_new_code else found.code}


def _account(book: AccountBook, row: TaxCode, role: str) -> str:
    """Return the number of the account that plays a part for the rate, "" if none does."""
    known = book.by_role.get((role, row.rate_percent.normalize())) or book.by_role.get((role, None))
    return known.number if role and known else ""


def _state(row: TaxCode, on: date) -> Mark:
    if row.valid_from > on:
        return Mark(_("future"), "open")
    return Mark(_("valid"), "pos") if row.valid_to is None or row.valid_to >= on else Mark(_("ended"), "done")


def _table(request: TenantRequest) -> Table[TaxCode]:
    book, on, region = account_book(), clock.today(request.tenant.country), request.tenant.country
    may_edit, kinds = "ledger.setup" in request.rights, dict(words(TAX_KINDS))

    def address(row: TaxCode) -> str:
        return reverse("ledger_setup_tax", kwargs={"tenant": request.tenant.code, "version_id": row.id})

    def shown_accounts(row: TaxCode) -> str:
        found = (_account(book, row, role) for role in (row.tax_role, row.contra_role, row.undue_role))
        return " · ".join(number for number in found if number)

    columns: list[Column[TaxCode]] = [
        Column(key="code", label=_("Tax code"), sort=("code", "valid_from"), is_strong=True, href=address if may_edit else None,
               value=_name, sub=lambda row: _kind_below(row, kinds)),
        Column(key="rate_percent", label=_("Rate in %"), kind="number", sort=("rate_percent", "code"),
               value=lambda row: format_decimal(row.rate_percent, region=region)),
        Column(key="valid_from", label=_("Valid from"), kind="day", sort=("valid_from", "code"), hide_mobile=True),
        Column(key="valid_to", label=_("Valid through"), kind="day", hide_mobile=True),
        Column(key="state", label=_("State"), kind="status", value=lambda row: _state(row, on)),
        Column(key="accounts", label=_("Tax accounts"), value=shown_accounts, hide_mobile=True),
        Column(key="boxes", label=_("Boxes"), hide_mobile=True,
               value=lambda row: " · ".join(box for box in (row.base_box, row.tax_box, row.contra_box) if box)),
    ]  # fmt: skip
    states = {"valid": _("valid today"), "future": _("valid in future"), "ended": _("ended")}
    return Table[TaxCode](
        request, TaxCode.objects.all(), columns=columns, label=_("Tax codes"), sort="code", size=100, name="taxes",
        search=lambda rows, text: rows.filter(code__icontains=text) | rows.filter(name_de__icontains=text) | rows.filter(name_en__icontains=text),
        search_hint=_("Code or name"), sentence=_("Tax codes"), filters=[
            Filter(key="state", anything=_("in every state"), choices=list(states.items()), apply=lambda rows, value: _in_state(rows, value, on)),
            Filter(key="kind", anything=_("of every kind"), choices=list(kinds.items()), apply=lambda rows, value: rows.filter(kind=value)),
        ],
    )  # fmt: skip


def _kind_below(row: TaxCode, kinds: Mapping[str, str]) -> str:
    """Return the kind unless the name says the same."""
    return "" if kinds[row.kind] == _name(row) else kinds[row.kind]


def _name(row: TaxCode) -> str:
    return row.name_de if is_german() else row.name_en


def _in_state(rows: Any, state: str, on: date) -> Any:
    if state == "future":
        return rows.filter(valid_from__gt=on)
    return (
        rows.filter(valid_to__lt=on) if state == "ended" else rows.filter(valid_from__lte=on).exclude(valid_to__lt=on)
    )
