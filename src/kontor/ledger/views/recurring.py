"""Recurring entries: the list, what is due, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kontor.core import clock
from kontor.core.figures import format_day
from kontor.core.refusal import Refusal
from kontor.ledger.actions.manual import posting_of_lines
from kontor.ledger.actions.recurring import (
    Terms,
    change_recurring,
    delete_recurring,
    end_recurring,
    post_recurring,
    resume_recurring,
    save_recurring,
    skip_recurring,
)
from kontor.ledger.forms import EntryLineForm
from kontor.ledger.models.entries import EntryTemplate, JournalEntry, RecurringEntry
from kontor.ledger.queries.names import deductible_tax_codes
from kontor.ledger.queries.recurring import StateOfPlan, plans, posted_count, state_of_plan
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.stored_lines import stored_line
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.lines import (
    fresh_line_forms,
    line_options,
    lines_context,
    row,
    typed_line_forms,
    without_errors,
)
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import DayField
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated

EVERY = (
    (1, gettext_lazy("every month")),
    (2, gettext_lazy("every two months")),
    (3, gettext_lazy("every quarter")),
    (6, gettext_lazy("every half year")),
    (12, gettext_lazy("every year")),
)


class RecurringForm(LocalForm):
    """When an entry comes again."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    text = forms.CharField(label=gettext_lazy("Text of the entries"), max_length=140, required=False)
    every_months = forms.TypedChoiceField(label=gettext_lazy("How often"), choices=EVERY, coerce=int)
    next_day = DayField(label=gettext_lazy("Next on"))
    until = DayField(label=gettext_lazy("Until, this day included"), required=False)

    def terms(self) -> Terms:
        """Return what was typed."""
        typed = self.cleaned_data
        return Terms(
            name=typed["name"], text=typed["text"], every_months=typed["every_months"], next_day=typed["next_day"],
            until=typed["until"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as the list shows it."""

    row: RecurringEntry
    every: str
    state: Mark
    problem: str


@require_http_methods(["GET", "POST"])
@permit("ledger.templates")
def recurring(request: TenantRequest) -> HttpResponse:
    """Show recurring entries with their state, and post what is due."""
    if request.method == "POST":
        return _post_due(request)
    on = clock.today(request.tenant.country)
    rows = [shown_plan(plan, on=on) for plan in plans(loans=False)]
    due = sum(1 for plan in plans() if state_of_plan(plan, on=on) is StateOfPlan.DUE)
    context = {"rows": rows, "due": due, "templates": list(EntryTemplate.objects.order_by("name")[:100])}
    return render(request, "ledger/recurring.html", context)


@require_http_methods(["GET", "POST"])
@permit("ledger.templates")
def recurring_entry(request: TenantRequest, plan_id: int | None = None) -> HttpResponse:
    """Show the form of a new or a known recurring entry and save it; a refusal keeps what was typed."""
    plan = _plan(plan_id) if plan_id is not None else None
    form, lines = _forms(request, plan)
    is_saving = request.POST.get("step", "") == "save"
    if is_saving and all([form.is_valid(), *[line.is_valid() for line in lines]]):
        try:
            attempt(lambda: _save(request, form, lines, plan))
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("Recurring entry saved."))
            return redirect("recurring", tenant=request.tenant.code)
    if request.method == "POST" and not is_saving:
        for typed in (form, *lines):
            typed.is_valid()
        without_errors(form, *lines)
    context = lines_context(request, lines) | {"form": form, "plan": plan, "forms": [form, *lines]}
    if plan is not None:
        posted = JournalEntry.objects.filter(source_type="ledger.recurring", source_id=plan.id)
        context |= {
            "shown": shown_plan(plan, on=clock.today(request.tenant.country)), "posted": posted_count(plan.id),
            "last": posted.order_by("-entry_date", "-id").first(),
        }  # fmt: skip
    return render(request, "ledger/recurring_entry.html", context, status=422 if is_saving else 200)


@require_POST
@permit("ledger.templates")
def step(request: TenantRequest, plan_id: int) -> HttpResponse:
    """End, resume, skip or delete a recurring entry or a loan's plan."""
    plan = _plan(plan_id)
    wanted = request.POST.get("step", "")
    back = "loans" if plan.loan is not None else "recurring"
    try:
        words = attempt(lambda: _stepped(plan, wanted))
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, words)
    return redirect(back, tenant=request.tenant.code)


def shown_plan(plan: RecurringEntry, *, on: date) -> Shown:
    """Return a plan with its rhythm, its state and what holds it up in words."""
    marks = {
        StateOfPlan.DUE: Mark(_("due"), "open"), StateOfPlan.WAITING: Mark(_("planned"), "half"),
        StateOfPlan.HELD: Mark(_("held up"), "warn"), StateOfPlan.ENDED: Mark(_("ended"), "done"),
    }  # fmt: skip
    problem = _(plan.problem["sentence"]) % plan.problem["facts"] if plan.problem else ""
    every = dict(EVERY).get(plan.every_months) or _("every %(n)s months") % {"n": plan.every_months}
    return Shown(plan, str(every), marks[state_of_plan(plan, on=on)], problem)


def _stepped(plan: RecurringEntry, wanted: str) -> str:
    match wanted:
        case "end":
            end_recurring(plan.id)
            return _("“%(name)s” has ended; nothing more is posted.") % {"name": plan.name}
        case "resume":
            resume_recurring(plan.id)
            return _("“%(name)s” is posted again.") % {"name": plan.name}
        case "skip":
            day = skip_recurring(plan.id)
            return _("Left out; the next one is on %(day)s.") % {"day": format_day(day)}
        case "delete":
            delete_recurring(plan.id)
            return _("“%(name)s” deleted.") % {"name": plan.name}
    raise Http404


def _forms(request: TenantRequest, plan: RecurringEntry | None) -> tuple[RecurringForm, list[EntryLineForm]]:
    on = clock.today(request.tenant.country)
    region = request.tenant.country
    if request.method == "POST":
        form = RecurringForm(request.POST, region=region, on=on)
        return form, typed_line_forms(request, line_options(request, on=on))
    template = request.GET.get("template", "")
    found = (
        EntryTemplate.objects.filter(id=int(template)).first() if template.isdecimal() and len(template) < 18 else None
    )
    head: dict[str, Any] = {"every_months": 1, "next_day": on}
    if plan is not None:
        head = {key: getattr(plan, key) for key in ("name", "text", "every_months", "next_day", "until")}
    elif found is not None:
        head |= {"name": found.name, "text": found.text}
    kept = plan.lines if plan is not None else found.lines if found is not None else []
    rows = [row(**line) for line in kept]
    lines = fresh_line_forms(rows, line_options(request, on=on), foreign=any(line["currency"] for line in rows))
    return RecurringForm(initial=head, region=region, on=on), lines


def _save(request: TenantRequest, form: RecurringForm, lines: list[EntryLineForm], plan: RecurringEntry | None) -> None:
    terms = form.terms()
    taxes = deductible_tax_codes(terms.next_day)
    kept = [stored_line(line.line(taxes, on=terms.next_day)) for line in lines if line.amount]
    posting_of_lines(kept, on=terms.next_day, base_currency=request.tenant.base_currency, memo=Memo(text=terms.text))
    if plan is None:
        save_recurring(terms, lines=kept)
    else:
        change_recurring(plan.id, terms, lines=kept)


def _post_due(request: TenantRequest) -> HttpResponse:
    on, currency = clock.today(request.tenant.country), request.tenant.base_currency
    run = post_recurring(on=on, currency=currency, at=clock.now())
    count = len(run.written)
    messages.success(request, ngettext("%(n)s entry posted.", "%(n)s entries posted.", count) % {"n": count})
    for one in run.refused:
        messages.error(request, f"{one.name}, {format_day(one.day)}: {translated(one.refusal)}")
    return redirect("loans" if request.POST.get("back") == "loans" else "recurring", tenant=request.tenant.code)


def _plan(plan_id: int) -> RecurringEntry:
    found = RecurringEntry.objects.filter(id=plan_id).first()
    if found is None:
        raise Http404
    return found
