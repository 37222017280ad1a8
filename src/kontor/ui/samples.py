"""Invented content of the gallery, so that every component can be seen in each of its states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField, IbanField
from kontor.ui.forms.widgets import CardLabel, Cards, Drop, Picks, Segments, Switch
from kontor.ui.marks import Age, Mark, Moment, Step, Tab
from kontor.ui.tables.columns import Bulk, Column, Empty, Filter
from kontor.ui.tables.table import Table

OPEN = Mark(gettext_lazy("open item"), "open")  # type: ignore[arg-type]  # translated when shown
PARTLY = Mark(gettext_lazy("partly paid"), "half")  # type: ignore[arg-type]
OVERDUE = Mark(gettext_lazy("overdue"), "neg")  # type: ignore[arg-type]


class SampleForm(LocalForm):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Text"), initial="Hofmann Möbelbau GmbH")
    day = DayField(label=gettext_lazy("With hint"), help_text=gettext_lazy("3, 3.11, today or +7"), required=False)
    iban = IbanField(label=gettext_lazy("Error"))
    locked = forms.CharField(label=gettext_lazy("Read only"), initial="10234", disabled=True)
    vat_id = forms.CharField(label=gettext_lazy("Confirmed"), initial="DE 284 771 905", required=False)
    amount = AmountField(label=gettext_lazy("Amount"), initial=119000)
    francs = AmountField(label=gettext_lazy("Amount in francs"), initial=123450)
    term = forms.ChoiceField(label=gettext_lazy("Choice"), choices=[("28", "28"), ("14", "14")])
    agreed = forms.BooleanField(label=gettext_lazy("Propose reminders"), initial=True, required=False)
    substitute = forms.BooleanField(label=gettext_lazy("Substitute"), initial=True, required=False, widget=Switch)
    kind = forms.ChoiceField(
        label=gettext_lazy("Switch"),
        choices=[("o", gettext_lazy("Organisation")), ("p", gettext_lazy("Person"))],
        initial="o",
        widget=Segments,
    )
    favourite = forms.ChoiceField(
        label=gettext_lazy("Favourites"),
        choices=[("1", "Offene Werkstatt"), ("2", "Jugendfreizeit")],
        initial="1",
        widget=Picks,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Invoices go by"),
        choices=[
            ("m", CardLabel(gettext_lazy("E-mail with PDF"), gettext_lazy("A link to the portal is enclosed"), "mail")),
            ("e", CardLabel(gettext_lazy("E-invoice"), "XRechnung, ZUGFeRD", "file-code-2")),
        ],
        initial="m",
        widget=Cards({"columns": 2}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 2}))
    file = forms.FileField(label=gettext_lazy("Files"), required=False, widget=Drop(accept="image/*,application/pdf"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sample table."""

    number: str
    text: str
    customer: str
    due: date
    state: Mark
    gross: int
    unpaid: int


ROWS = (
    Row("2026-0344", "Projektwoche Holz", "Grundschule Wettbergen", date(2026, 9, 1), PARTLY, 142800, 71400),
    Row("2026-0351", "Fahrradreparaturen", "Caritas Ortsverband Linden", date(2026, 9, 16), OVERDUE, 38675, 38675),
    Row(
        "2026-0359",
        "Bühnenbau Sommerfest",
        "Stadtteilverein Nordstadt e.V.",
        date(2026, 9, 30),
        OVERDUE,
        119000,
        119000,
    ),
    Row("2026-0398", "Ladenregal, 2. Abschlag", "Hofmann Möbelbau GmbH", date(2026, 11, 22), OPEN, 119000, 119000),
)


def sample_table(request: HttpRequest) -> Table[Row]:
    """Return the sample table for this request's address."""
    columns = (
        Column[Row](
            key="number", label=_("Invoice"), sort="number", href=lambda _row: "#",
            sub=lambda row: row.text, phone_sub=lambda row: row.customer,
        ),
        Column[Row](key="customer", label=_("Customer"), sort="customer", hide_mobile=True),
        Column[Row](key="due", label=_("Due"), kind="day", sort="due", hide_mobile=True),
        Column[Row](key="state", label=_("Status"), kind="status", sort="state", hide_mobile=True),
        Column[Row](key="gross", label=_("Amount €"), kind="amount", sort="gross", total="value", hide_mobile=True),
        Column[Row](key="unpaid", label=_("Open €"), kind="amount", sort="unpaid", total="value", is_strong=True),
    )  # fmt: skip
    return Table(
        request, ROWS, columns=columns, label=_("Open items"), sort="due",
        search=lambda rows, q: [row for row in rows if q.casefold() in f"{row.number} {row.customer} {row.text}".casefold()],
        search_hint=_("Number, customer, amount"), sentence=_("Items"),
        filters=(
            Filter(
                key="state", anything=_("in every state"), choices=(("neg", _("that are overdue")), ("half", _("that are partly paid"))),
                apply=lambda rows, tone: [row for row in rows if row.state.tone == tone],
            ),
        ),
        bulk=(Bulk(label=_("Prepare reminder"), url="#", icon="mail-warning"), Bulk(label=_("Write off …"), url="#", icon="eraser")),
        row_id=lambda row: row.number, row_label=lambda row: row.number, empty=Empty(title=_("No open items"), icon="circle-check"),
    )  # fmt: skip


def gallery(request: HttpRequest) -> dict[str, Any]:
    """Return everything the gallery shows."""
    wrong = SampleForm(
        {"iban": "DE21 2505 0180 0000 4417 04", "name": "", "amount": "12,5+3", "francs": "1"}, on=date(2026, 11, 20)
    )
    form = SampleForm(on=date(2026, 11, 20))
    form.fields["francs"].localise(region="CH", currency="CHF", on=date(2026, 11, 20))  # type: ignore[attr-defined]
    return {
        "sample": form,
        "wrong": wrong,
        "table": sample_table(request),
        "tabs": [
            Tab(label=pgettext("state", "Open"), url="#", count=14, is_current=True),
            Tab(label=_("Partly"), url="#", count=2),
            Tab(label=_("All"), url="#", count=52),
        ],
        "switch": [("d", _("Book discount")), ("o", _("Leave open")), ("w", _("Write off"))],
        "moments": [
            Moment(
                who="Sabine Brandt",
                what=_("Discount entered"),
                when="06.11.2026",
                changes=((_("Discount"), "", "2 %"),),
            ),
            Moment(who="Kontor", what=_("VAT number confirmed"), when="12.11.2026", by_machine=True),
        ],
        "steps": [
            Step(label=_("Submitted"), sub="18.11.", state="done"),
            Step(label=_("Being booked"), sub="20.11.", state="now"),
            Step(label=_("On the payment list"), sub="23.11."),
            Step(label=_("On the account"), sub="27.11."),
        ],
        "ages": [
            Age(label=_("not due"), amount=1791255, count=29),
            Age(label=_("1–30 days"), amount=387195, count=4),
            Age(label=_("31–60 days"), amount=193165, count=2),
            Age(label=_("61–90 days"), amount=110075, count=2),
            Age(label=_("over 90 days"), amount=0, count=0),
        ],
        "spark": [4200, 3900, 5100, 4800, 5300, 6169],
        "job": {"label": _("Reading statement"), "done": 1200, "total": 5000, "message": "1.200 / 5.000", "url": "#"},
        "points": [
            (_("Invoice number in the text"), 40, 40),
            (_("IBAN known"), 25, 25),
            (_("Amount fits"), 20, 20),
            (_("Name similar"), 0, 10),
        ],
    }
