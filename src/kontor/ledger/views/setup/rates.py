"""Exchange rates: the list, one by hand, many from a file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.core.archive import kept_bytes
from kontor.core.figures import format_decimal
from kontor.core.money import UnknownCurrency, decimals_of
from kontor.core.refusal import Refusal
from kontor.ledger.actions.rates import import_exchange_rates, remove_exchange_rate, set_exchange_rate
from kontor.ledger.models.taxes import ExchangeRate
from kontor.ledger.rules.rate_files import NoRate, OwnCurrency, RateReading, RateRow, rate_of, read_rates, turned
from kontor.ledger.views.attempts import attempt
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.refusals import translated
from kontor.ui.sent_files import PreviewTooOld, SentFileField, keep_shown, shown_before
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table

BYTES_MAX = 2 * 1024 * 1024
SHOWN_MAX = 50
PROBLEMS_MAX = 100
FAR_OFF = Decimal("0.25")
_PURPOSE = "ledger.rates"


class RateForm(LocalForm):
    """One rate, seen from either currency."""

    currency = forms.CharField(label=gettext_lazy("Currency"), min_length=3, max_length=3)
    day = DayField(label=gettext_lazy("From"))
    rate = forms.CharField(label=gettext_lazy("Exchange rate"), max_length=30)
    direction = forms.ChoiceField(label=gettext_lazy("The rate says"))

    def __init__(self, *args: Any, base: str, decimal_mark: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.base, self.decimal_mark = base, decimal_mark
        self.fields["rate"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["currency"].widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off"}
        self.fields["direction"].choices = _directions(base)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read currency and rate."""
        typed = super().clean() or {}
        try:
            typed["currency"] = typed.get("currency", "").upper()
            decimals_of(typed["currency"] or "-")
            if typed["currency"] == self.base:
                raise OwnCurrency(currency=self.base)
        except (UnknownCurrency, OwnCurrency) as refusal:
            if "currency" not in self.errors:
                self.add_error("currency", translated(refusal))
        if "rate" in typed and "direction" in typed:
            try:
                rate = rate_of(typed["rate"], decimal_mark=self.decimal_mark)
                typed["units"] = turned(rate) if typed["direction"] == "per_base" else rate
            except NoRate as refusal:
                self.add_error("rate", translated(refusal))
        return typed


class FileForm(LocalForm):
    """A file of rates."""

    file = SentFileField(
        label=gettext_lazy("File"), bytes_max=BYTES_MAX, widget=forms.FileInput({"accept": ".csv,.txt,text/csv"}),
        help_text=gettext_lazy("CSV with the columns date, currency and rate, or the table of the ECB’s data portal."),
    )  # fmt: skip
    direction = forms.ChoiceField(label=gettext_lazy("The rates say"))

    def __init__(self, *args: Any, base: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["direction"].choices = list(reversed(_directions(base)))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Shown:
    """A rate of the preview: known before, or far from the last one by so many per cent."""

    row: RateRow
    words: str
    is_known: bool
    is_changed: bool
    off_percent: int


@require_safe
@permit("ledger.view")
def rates(request: TenantRequest) -> HttpResponseBase:
    """Show the rates of every currency, and the forms for new ones."""
    table = _table(request)
    if (file := export_of(request, table)) is not None:
        return file
    return _page(request, _rate_form(request), _file_form(request))


@require_POST
@permit("ledger.setup")
def add(request: TenantRequest) -> HttpResponse:
    """Note one rate."""
    form = _rate_form(request)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            attempt(lambda: set_exchange_rate(currency=typed["currency"], day=typed["day"], rate=typed["units"]))
            messages.success(request, _("Rate of %(currency)s saved.") % {"currency": typed["currency"]})
            return redirect("ledger_setup_rates", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error("rate", translated(refusal))
    return _page(request, form, _file_form(request, blank=True))


@require_POST
@permit("ledger.setup")
def upload(request: TenantRequest) -> HttpResponse:
    """Read a file and show what would be noted; its bytes are kept."""
    form = _file_form(request)
    if not form.is_valid():
        return _page(request, _rate_form(request, blank=True), form)
    sent = form.cleaned_data["file"]
    content, direction = sent.read(), form.cleaned_data["direction"]
    try:
        reading = _read(request, content, direction)
    except Refusal as refusal:
        form.add_error("file", translated(refusal))
        return _page(request, _rate_form(request, blank=True), form)
    name = sent.name or "rates.csv"
    token = keep_shown(content, name=name, purpose=_PURPOSE, at=clock.now(), by=request.user, choice=direction)
    context = {
        "name": sent.name, "token": token, "rows": _shown(request, reading), "count": len(reading.rows),
        "more": max(0, len(reading.rows) - SHOWN_MAX), "problem_count": len(reading.problems),
        "problems": [(problem.line, translated(problem.refusal)) for problem in reading.problems[:PROBLEMS_MAX]],
    }  # fmt: skip
    return render(request, "ledger/setup/rates_preview.html", context, status=422 if reading.problems else 200)


@require_POST
@permit("ledger.setup")
def confirm(request: TenantRequest) -> HttpResponse:
    """Note the rates of the file that was shown."""
    try:
        file_id, direction = shown_before(request.POST.get("token", ""), purpose=_PURPOSE)
    except PreviewTooOld as refusal:
        messages.error(request, translated(refusal))
        return redirect("ledger_setup_rates", tenant=request.tenant.code)
    reading = _read(request, kept_bytes(file_id) or b"", direction)
    count = 0 if reading.problems else attempt(lambda: import_exchange_rates(reading.rows))
    messages.success(request, ngettext("%(n)s rate saved.", "%(n)s rates saved.", count) % {"n": count})
    return redirect("ledger_setup_rates", tenant=request.tenant.code)


@require_POST
@permit("ledger.setup")
def remove(request: TenantRequest, rate_id: int) -> HttpResponse:
    """Remove a rate that was noted by mistake."""
    attempt(lambda: remove_exchange_rate(rate_id))
    messages.success(request, _("The rate was removed; entries keep what they were posted with."))
    return redirect("ledger_setup_rates", tenant=request.tenant.code)


def _read(request: TenantRequest, content: bytes, direction: str) -> RateReading:
    return read_rates(
        content,
        base_currency=request.tenant.base_currency,
        is_per_base=direction == "per_base",
        decimal_mark=_mark(request),
    )


def _page(request: TenantRequest, form: RateForm, file_form: FileForm) -> HttpResponse:
    context = {"table": _table(request), "form": form, "file_form": file_form}
    return render(request, "ledger/setup/rates.html", context, status=422 if form.errors or file_form.errors else 200)


def _rate_form(request: TenantRequest, *, blank: bool = False) -> RateForm:
    is_sent = request.method == "POST" and not blank
    return RateForm(
        request.POST if is_sent else None, base=request.tenant.base_currency, decimal_mark=_mark(request),
        region=request.tenant.country, initial={"day": clock.today(request.tenant.country), "direction": "per_unit"},
    )  # fmt: skip


def _file_form(request: TenantRequest, *, blank: bool = False) -> FileForm:
    is_sent = request.method == "POST" and not blank
    return FileForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, base=request.tenant.base_currency,
        auto_id="file_%s",
    )  # fmt: skip


def _directions(base: str) -> list[tuple[str, str]]:
    return [
        ("per_unit", _("how much %(base)s one unit of the currency is worth") % {"base": base}),
        ("per_base", _("how much of the currency one %(base)s buys, as the ECB does") % {"base": base}),
    ]


def _mark(request: TenantRequest) -> str:
    return "." if request.tenant.country == "CH" else ","


def _words(request: TenantRequest, currency: str, rate: Decimal) -> str:
    shown = format_decimal(rate, region=request.tenant.country)
    return f"1 {currency} = {shown} {request.tenant.base_currency}"


def _shown(request: TenantRequest, reading: RateReading) -> list[Shown]:
    rows = reading.rows[:SHOWN_MAX]
    known: dict[str, list[ExchangeRate]] = {}
    for rate in ExchangeRate.objects.filter(currency__in={row.currency for row in rows}).order_by("day"):
        known.setdefault(rate.currency, []).append(rate)
    found = []
    for row in rows:
        stored = known.get(row.currency, [])
        same = next((one for one in stored if one.day == row.day), None)
        before = next((one.rate for one in reversed(stored) if one.day < row.day), None)
        off = abs(row.rate - before) / before if before else Decimal(0)
        found.append(
            Shown(row, _words(request, row.currency, row.rate), same is not None,
                  same is not None and same.rate != row.rate, int(off * 100) if off > FAR_OFF else 0)
        )  # fmt: skip
    return found


def _table(request: TenantRequest) -> Table[ExchangeRate]:
    base, region = request.tenant.base_currency, request.tenant.country
    currencies = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
    columns: list[Column[ExchangeRate]] = [
        Column(key="currency", label=_("Currency"), sort=("currency", "day"), is_strong=True),
        Column(key="day", label=_("From"), kind="day", sort=("day", "currency")),
        Column(key="rate", label=_("Exchange rate"), kind="number", value=lambda row: _words(request, row.currency, row.rate)),
        Column(key="inverse", label=_("The other way round"), kind="number", hide_mobile=True,
               value=lambda row: f"1 {base} = {format_decimal(round(1 / row.rate, 6), region=region)} {row.currency}"),
    ]  # fmt: skip
    if "ledger.setup" in request.rights:
        columns.append(Column(key="id", label=_("Action"), template="ledger/setup/rate_remove.html"))
    return Table[ExchangeRate](
        request, ExchangeRate.objects.all(), columns=columns, label=_("Exchange rates"), sort="-day", name="rates",
        sentence=_("Rates"), filters=[
            Filter(key="currency", anything=_("of every currency"), choices=[(one, one) for one in currencies],
                   apply=lambda rows, value: rows.filter(currency=value)),
        ],
        empty=Empty(title=_("No exchange rates yet"), icon="coins",
                    text=_("Documents and payments in a foreign currency need a rate of their day or an earlier one.")),
    )  # fmt: skip
