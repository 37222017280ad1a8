"""A new entry by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kontor.core import clock
from kontor.core.figures import format_amount
from kontor.core.refusal import Refusal
from kontor.ledger.actions.entries import change_draft, delete_draft, rebook_entry, save_draft
from kontor.ledger.actions.manual import typed_posting
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.actions.templates import delete_template, save_template
from kontor.ledger.forms import EntryForm, EntryLineForm
from kontor.ledger.models.entries import EntryTemplate, JournalEntry
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import deductible_tax_codes
from kontor.ledger.queries.regimes import timing_on
from kontor.ledger.rules.manual import TypedLine
from kontor.ledger.rules.postings import Posting, UnbalancedEntry
from kontor.ledger.rules.stored_lines import stored_line
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.lines import fresh_line_forms, line_options, lines_context, typed_line_forms, without_errors
from kontor.ledger.views.splitting import SplitForm, split_rows, typed_rows
from kontor.ledger.views.starts import start_of
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

SAVING = frozenset({"post", "another", "draft", "template"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The forms of one request: head, lines, the split of an instalment; the draft or entry that this replaces."""

    form: EntryForm
    lines: list[EntryLineForm]
    split: SplitForm
    draft_id: int | None
    rebook_id: int | None

    def is_valid(self) -> bool:
        """Tell whether head and lines can be read, each line with an account where it has an amount."""
        return all([self.form.is_valid(), *[line.is_valid() for line in self.lines]])


@require_http_methods(["GET", "POST"])
@permit("ledger.post")
def new(request: TenantRequest) -> HttpResponse:
    """Enter an entry: lines with debit or credit, posted at once or kept as a draft; a refusal keeps what was typed."""
    typed = _typed(request)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in SAVING and typed.is_valid():
        try:
            return attempt(lambda: _done(request, typed, step))
        except Refusal as refusal:
            typed.form.add_error(None, translated(refusal))
    if request.method == "POST" and step not in SAVING:
        for form in (typed.form, *typed.lines):
            form.is_valid()
        without_errors(typed.form, *typed.lines)
    if step == "split":
        typed = _split(request, typed)
    is_wrong = step in SAVING or (step == "split" and bool(typed.split.errors))
    return render(request, "ledger/new.html", _context(request, typed), status=422 if is_wrong else 200)


@require_POST
@permit("ledger.templates")
def forget_template(request: TenantRequest, template_id: int) -> HttpResponse:
    """Delete a template."""
    delete_template(template_id)
    messages.success(request, _("Template deleted."))
    return redirect("entry_new", tenant=request.tenant.code)


def _done(request: TenantRequest, typed: Typed, step: str) -> HttpResponse:
    if step == "template":
        return _keep_template(request, typed)
    posting, on = _posting(request, typed), typed.form.cleaned_data["entry_date"]
    if step == "draft":
        written = _draft(typed, posting, on)
        messages.success(request, _("Kept as a draft; it has no effect on balances yet."))
        return redirect("entry", tenant=request.tenant.code, entry_id=written.id)
    written = _posted(typed, posting, on)
    messages.success(request, _("Posted as entry %(number)s.") % {"number": f"{written.year}-{written.sequence:06d}"})
    if step == "another":
        return redirect(f"{reverse('entry_new', kwargs={'tenant': request.tenant.code})}?day={on.isoformat()}")
    return redirect("entry", tenant=request.tenant.code, entry_id=written.id)


def _posted(typed: Typed, posting: Posting, on: date) -> WrittenEntry:
    if typed.rebook_id is not None:
        return rebook_entry(typed.rebook_id, posting, on=on, at=clock.now())
    if typed.draft_id is not None:
        delete_draft(typed.draft_id)
    return post([NewEntry(posting=posting, entry_date=on)], at=clock.now())[0]


def _draft(typed: Typed, posting: Posting, on: date) -> WrittenEntry:
    if typed.draft_id is not None:
        return change_draft(typed.draft_id, posting, on=on, at=clock.now())
    return save_draft(posting, on=on, at=clock.now())


def _posting(request: TenantRequest, typed: Typed) -> Posting:
    head = typed.form.cleaned_data
    on = head["document_date"] or head["entry_date"]
    lines = _read(typed.lines, on=on)
    currency, region = request.tenant.base_currency, request.tenant.country
    try:
        return typed_posting(lines, on=on, base_currency=currency, memo=typed.form.memo(), wish=typed.form.wish)
    except UnbalancedEntry as uneven:
        debit, credit = (
            format_amount(sum(max(sign * line.amount, 0) for line in lines), currency=currency, region=region)
            for sign in (1, -1)
        )
        raise UnbalancedEntry(debit=debit, credit=credit) from uneven


def _read(lines: list[EntryLineForm], *, on: date) -> list[TypedLine]:
    taxes = deductible_tax_codes(on)
    return [line.line(taxes, on=on) for line in lines if line.amount]


def _keep_template(request: TenantRequest, typed: Typed) -> HttpResponse:
    if "ledger.templates" not in request.rights:
        typed.form.add_error(None, _("Saving templates needs the right to templates and recurring entries."))
        return render(request, "ledger/new.html", _context(request, typed), status=422)
    name = request.POST.get("template_name", "").strip() or typed.form.cleaned_data["text"]
    on = typed.form.cleaned_data["document_date"] or typed.form.cleaned_data["entry_date"]
    taxes = deductible_tax_codes(on)
    lines = [stored_line(line.line(taxes, on=on)) for line in typed.lines if line.account_row is not None]
    saved = save_template(name, lines=lines, text=typed.form.cleaned_data["text"])
    messages.success(request, _("Template “%(name)s” saved.") % {"name": saved.name})
    return redirect(f"{reverse('entry_new', kwargs={'tenant': request.tenant.code})}?template={saved.id}")


def _typed(request: TenantRequest) -> Typed:
    today = clock.today(request.tenant.country)
    local: dict[str, Any] = {"region": request.tenant.country, "currency": request.tenant.base_currency, "on": today}
    if request.method == "POST":
        form = EntryForm(request.POST, has_timing=timing_on(today).is_received, **local)
        form.is_valid()
        day = form.cleaned_data.get("document_date") or form.cleaned_data.get("entry_date") or today
        return Typed(
            form=form, lines=typed_line_forms(request, line_options(request, on=day)),
            split=SplitForm(request.POST if request.POST.get("step") == "split" else None, prefix="split", request=request),
            draft_id=_number(request, "draft"), rebook_id=_number(request, "rebook"),
        )  # fmt: skip
    start = start_of(request, on=today)
    day = start.head.get("document_date") or start.head["entry_date"]
    return Typed(
        form=EntryForm(initial=start.head, has_timing=timing_on(day).is_received, **local),
        lines=fresh_line_forms(start.rows, line_options(request, on=day), foreign=start.is_foreign),
        split=SplitForm(None, prefix="split", request=request), draft_id=start.draft_id, rebook_id=start.rebook_id,
    )  # fmt: skip


def _split(request: TenantRequest, typed: Typed) -> Typed:
    """Put the parts of a loan's instalment behind the lines that were typed."""
    day = typed.form.cleaned_data.get("entry_date") or clock.today(request.tenant.country)
    try:
        rows = split_rows(typed.split, on=day)
    except Refusal as refusal:
        typed.split.add_error(None, translated(refusal))
        return typed
    if rows is None:
        return typed
    lines = fresh_line_forms([*typed_rows(typed.lines), *rows], line_options(request, on=day))
    return Typed(
        form=typed.form, lines=lines, split=SplitForm(None, prefix="split", request=request), draft_id=typed.draft_id,
        rebook_id=typed.rebook_id,
    )  # fmt: skip


def _number(request: TenantRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _context(request: TenantRequest, typed: Typed) -> dict[str, Any]:
    rebooked = JournalEntry.objects.filter(id=typed.rebook_id).first() if typed.rebook_id else None
    return lines_context(request, typed.lines) | {
        "form": typed.form, "split": typed.split, "draft_id": typed.draft_id, "rebook_id": typed.rebook_id,
        "rebooked_number": number_of(rebooked) if rebooked else "",
        "templates": list(EntryTemplate.objects.order_by("name")[:100]),
        "forms": [typed.form, *typed.lines, typed.split], "may_keep": "ledger.templates" in request.rights,
        "is_foreign_asked": bool(request.POST.get("foreign") or request.GET.get("foreign")),
    }  # fmt: skip
