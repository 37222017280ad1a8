"""How the books are taxed, from which day on (decisions.md 25)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.core.figures import format_day
from kontor.core.refusal import Refusal
from kontor.ledger.actions.taxes import remove_vat_regime, set_vat_regime
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import Period, PeriodState
from kontor.ledger.models.taxes import VatRegime
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.setup.histories import history
from kontor.ledger.wording import RETURN_PERIODS, regime_words, words
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.forms.widgets import CardLabel, Cards
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated

SHOWN_MOMENTS = 3
STATUS_CARDS = (
    ("regular", CardLabel(gettext_lazy("Regular taxation"), gettext_lazy("VAT is charged, input VAT is deducted."))),
    ("small", CardLabel(gettext_lazy("Small business"), gettext_lazy("No VAT is charged and no input VAT deducted; invoices say why."))),
    ("not_entrepreneur", CardLabel(gettext_lazy("No entrepreneur"), gettext_lazy("No VAT at all; input VAT is part of the expense."))),
    ("flat_rate", CardLabel(gettext_lazy("Net tax rate"), gettext_lazy("VAT is charged as usual, no input VAT is deducted (Switzerland)."))),
)  # fmt: skip


class RegimeForm(LocalForm):
    """A regime from a day on."""

    valid_from = DayField(label=gettext_lazy("From"), help_text=gettext_lazy("The first day of a month."))
    return_period = forms.ChoiceField(label=gettext_lazy("VAT return"))
    status = forms.ChoiceField(label=gettext_lazy("Taxation"), widget=Cards({"columns": 2}), choices=STATUS_CARDS)
    output_timing = forms.ChoiceField(label=gettext_lazy("Output VAT falls due"), widget=Cards({"columns": 2}))
    input_timing = forms.ChoiceField(label=gettext_lazy("Input VAT is deducted"), widget=Cards({"columns": 2}))

    def __init__(self, *args: Any, country: str, **more: Any) -> None:
        super().__init__(*args, **more)
        allowed = [card for card in STATUS_CARDS if card[0] != "flat_rate" or country == "CH"]
        self.fields["status"].choices = allowed  # type: ignore[attr-defined]
        self.fields["output_timing"].choices = (  # type: ignore[attr-defined]
            ("agreed", CardLabel(_("When agreed"), _("With the invoice, whether it is paid or not."))),
            ("received", CardLabel(_("When received"), _("With the payment; until then it waits on an account of its own."))),
        )  # fmt: skip
        self.fields["input_timing"].choices = (  # type: ignore[attr-defined]
            ("agreed", CardLabel(_("When agreed"), _("With the supplier’s invoice."))),
            ("received", CardLabel(_("When received"), _("Only when the invoice is paid."))),
        )
        periods = [pair for pair in words(RETURN_PERIODS) if country == "CH" or pair[0] != "half_year"]
        self.fields["return_period"].choices = periods  # type: ignore[attr-defined]


@require_safe
@permit("ledger.view")
def regimes(request: TenantRequest) -> HttpResponse:
    """Show the regimes by day, and the form of another one."""
    newest = VatRegime.objects.order_by("-valid_from").first()
    names = ("status", "output_timing", "input_timing", "return_period")
    initial = {name: getattr(newest, name) for name in names} if newest else {}
    form = RegimeForm(country=request.tenant.country, region=request.tenant.country, initial=initial)
    return _page(request, form)


@require_POST
@permit("ledger.setup")
def add(request: TenantRequest) -> HttpResponse:
    """Say what a new regime means, then save it."""
    form = RegimeForm(request.POST, country=request.tenant.country, region=request.tenant.country)
    if not form.is_valid():
        return _page(request, form)
    typed = form.cleaned_data
    if request.POST.get("step") != "save":
        return _page(request, form, consequences=_consequences(typed))
    try:
        attempt(lambda: set_vat_regime(**typed))
    except Refusal as refusal:
        form.add_error("valid_from", translated(refusal))
        return _page(request, form)
    messages.success(request, _("The VAT regime is set."))
    return redirect("ledger_setup_regimes", tenant=request.tenant.code)


@require_POST
@permit("ledger.setup")
def remove(request: TenantRequest, regime_id: int) -> HttpResponse:
    """Remove a regime that has not begun."""
    try:
        attempt(lambda: remove_vat_regime(regime_id, on=clock.today(request.tenant.country)))
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, _("The VAT regime was removed."))
    return redirect("ledger_setup_regimes", tenant=request.tenant.code)


def _page(request: TenantRequest, form: RegimeForm, *, consequences: list[str] | None = None) -> HttpResponse:
    on = clock.today(request.tenant.country)
    found = list(VatRegime.objects.order_by("-valid_from"))
    current = next((row.id for row in found if row.valid_from <= on), None)
    rows = [
        {
            "row": row, "words": regime_words(row),
            "is_future": row.valid_from > on, "state": _state(row, on, current),
        }
        for row in found
    ]  # fmt: skip
    closed = (
        Period.objects.exclude(state=PeriodState.OPEN).order_by("-last_day").values_list("last_day", flat=True).first()
    )
    context = {
        "form": form, "rows": rows, "consequences": consequences, "closed": closed,
        "from_day": format_day(form.cleaned_data["valid_from"], language=get_language() or "de") if consequences else "",
        "moments": [moment for row in found[:SHOWN_MOMENTS] for moment in history("ledger.vatregime", row.id)],
    }  # fmt: skip
    return render(request, "ledger/setup/regimes.html", context, status=422 if form.errors else 200)


def _state(row: VatRegime, on: date, current: int | None) -> Mark:
    if row.valid_from > on:
        return Mark(_("future"), "open")
    return Mark(_("in force"), "pos") if row.id == current else Mark(_("ended"), "done")


def _consequences(typed: dict[str, Any]) -> list[str]:
    """Say in sentences what a regime changes, beginning with what stays."""
    before = VatRegime.objects.filter(valid_from__lt=typed["valid_from"]).order_by("-valid_from").first()
    count = (
        JournalLine.objects.filter(entry_date__gte=typed["valid_from"])
        .exclude(tax_code="")
        .values("entry_id")
        .distinct()
        .count()
    )
    said = [
        {
            "regular": _("From then on VAT is charged and input VAT is deducted."),
            "small": _("From then on no VAT is charged and no input VAT is deducted; invoices need the tax code of small businesses."),
            "not_entrepreneur": _("From then on no VAT is charged, and the input VAT of suppliers is part of the expense."),
            "flat_rate": _("From then on VAT is charged as usual, no input VAT is deducted, and the return uses the net tax rate."),
        }[typed["status"]]
    ]  # fmt: skip
    if before is not None and before.output_timing != typed["output_timing"]:
        said.append(
            _("Invoices posted before keep their timing: their VAT still falls due when they are paid.")
            if before.output_timing == "received"
            else _("Invoices posted before keep their timing: their VAT was due already and does not fall due again.")
        )
    if count:
        said.append(
            ngettext(
                "One entry with VAT from that day on is posted already and stays as it is; please check it.",
                "%(n)s entries with VAT from that day on are posted already and stay as they are; please check them.",
                count,
            )
            % {"n": count}
        )
    return said
