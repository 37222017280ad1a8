"""Recurring entries: what comes again, and posting what is due."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from kontor.core import clock
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.templates import post_recurring, posting_of_lines, save_recurring
from kontor.ledger.models.entries import EntryTemplate, RecurringEntry
from kontor.ledger.rules.postings import Memo
from kontor.ledger.views.attempts import attempt
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.refusals import translated

EVERY = (
    (1, gettext_lazy("every month")),
    (3, gettext_lazy("every quarter")),
    (6, gettext_lazy("every half year")),
    (12, gettext_lazy("every year")),
)


class TaxedTemplate(Refusal):
    """What comes again is posted as its lines say, net."""

    sentence = gettext_noop(
        "The template “%(name)s” has lines with a tax code. Please enter net amount and tax as lines of their own, then it can come again."
    )


class RecurringForm(LocalForm):
    """A template that comes again from a day on."""

    template = forms.ChoiceField(label=gettext_lazy("Template"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    every_months = forms.TypedChoiceField(label=gettext_lazy("How often"), choices=EVERY, coerce=int)
    first_day = DayField(label=gettext_lazy("First on"))
    until = DayField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, templates: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@permit("ledger.templates")
def recurring(request: TenantRequest) -> HttpResponse:
    """Show recurring entries, take a new one up, and post what is due."""
    step = request.POST.get("step", "")
    if step == "post":
        return _post_due(request)
    templates = list(EntryTemplate.objects.order_by("name").values_list("id", "name")[:200])
    on = clock.today(request.tenant.country)
    form = RecurringForm(
        request.POST if step == "add" else None,
        templates=templates,
        region=request.tenant.country,
        initial={"first_day": on},
    )
    if form.is_bound and form.is_valid():
        try:
            attempt(lambda: _save(request, form))
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("Recurring entry saved."))
            return redirect("recurring", tenant=request.tenant.code)
    words = dict(EVERY)
    rows = [
        (row, words.get(row.every_months, f"{row.every_months}"))
        for row in RecurringEntry.objects.order_by("-is_active", "next_day", "id")
    ]
    due = sum(1 for row, _every in rows if row.is_active and row.next_day <= on)
    context = {"form": form, "rows": rows, "due": due, "templates": templates}
    return render(request, "ledger/recurring.html", context, status=422 if form.errors else 200)


def _save(request: TenantRequest, form: RecurringForm) -> None:
    typed = form.cleaned_data
    template = EntryTemplate.objects.get(id=int(typed["template"]))
    day = typed["first_day"]
    if any(line.get("tax_code") for line in template.lines):
        raise TaxedTemplate(name=template.name)
    posting_of_lines(template.lines, currency=request.tenant.base_currency, memo=Memo(text=template.text))
    save_recurring(
        typed["name"], lines=template.lines, text=template.text or typed["name"], every_months=typed["every_months"],
        day_of_month=day.day, first_day=day, until=typed["until"],
    )  # fmt: skip


def _post_due(request: TenantRequest) -> HttpResponse:
    try:
        on, currency = clock.today(request.tenant.country), request.tenant.base_currency
        written = attempt(lambda: post_recurring(on=on, currency=currency, at=clock.now()))
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(
            request, ngettext("%(n)s entry posted.", "%(n)s entries posted.", len(written)) % {"n": len(written)}
        )
    return redirect("recurring", tenant=request.tenant.code)
