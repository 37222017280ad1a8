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
from kontor.ledger.actions.entries import change_draft, delete_draft, posting_of, save_draft
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.actions.templates import delete_template, save_template
from kontor.ledger.forms import EntryForm, EntryLineForm
from kontor.ledger.models.entries import EntryState, EntryTemplate, JournalEntry
from kontor.ledger.queries.names import deductible_tax_codes, project_choices, tax_choices
from kontor.ledger.rules.manual import as_typed, manual_posting
from kontor.ledger.rules.postings import Posting, PostingLine, UnbalancedEntry
from kontor.ledger.views.attempts import attempt
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.models import Chart
from kontor.ui.refusals import translated

LINES_MIN = 3
LINES_MAX = 60


@dataclass(frozen=True, slots=True)
class Typed:
    """The forms of one request: the head, its lines, and the draft that is changed."""

    form: EntryForm
    lines: list[EntryLineForm]
    draft_id: int | None

    def is_valid(self) -> bool:
        """Tell whether head and lines can be read, each line with an account where it has an amount."""
        return all([self.form.is_valid(), *[line.is_valid() for line in self.lines]])


@require_http_methods(["GET", "POST"])
@permit("ledger.post")
def new(request: TenantRequest) -> HttpResponse:
    """Enter an entry: lines with debit or credit, posted at once or kept as a draft; a refusal keeps what was typed."""
    typed = _typed(request)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in {"post", "another", "draft", "template"} and typed.is_valid():
        try:
            return attempt(lambda: _done(request, typed, step))
        except Refusal as refusal:
            typed.form.add_error(None, translated(refusal))
    is_asked = request.method == "POST" and step in {"post", "another", "draft", "template"}
    if request.method == "POST" and not is_asked:
        _without_errors(typed)
    return render(request, "ledger/new.html", _context(request, typed), status=422 if is_asked else 200)


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
    if typed.draft_id is not None:
        delete_draft(typed.draft_id)
    written = post([NewEntry(posting=posting, entry_date=on)], at=clock.now())[0]
    messages.success(request, _("Posted as entry %(number)s.") % {"number": f"{written.year}-{written.sequence:06d}"})
    if step == "another":
        return redirect(f"{reverse('entry_new', kwargs={'tenant': request.tenant.code})}?day={on.isoformat()}")
    return redirect("entry", tenant=request.tenant.code, entry_id=written.id)


def _draft(typed: Typed, posting: Posting, on: date) -> WrittenEntry:
    if typed.draft_id is not None:
        return change_draft(typed.draft_id, posting, on=on, at=clock.now())
    return save_draft(posting, on=on, at=clock.now())


def _posting(request: TenantRequest, typed: Typed) -> Posting:
    head = typed.form.cleaned_data
    on = head["document_date"] or head["entry_date"]
    taxes = deductible_tax_codes(on)
    lines = [line.line(taxes, on=on) for line in typed.lines if line.amount]
    currency, region = request.tenant.base_currency, request.tenant.country
    try:
        return manual_posting(lines, currency=currency, memo=typed.form.memo())
    except UnbalancedEntry as uneven:
        debit, credit = (
            format_amount(sum(max(sign * line.amount, 0) for line in lines), currency=currency, region=region)
            for sign in (1, -1)
        )
        raise UnbalancedEntry(debit=debit, credit=credit) from uneven


def _keep_template(request: TenantRequest, typed: Typed) -> HttpResponse:
    if "ledger.templates" not in request.rights:
        typed.form.add_error(None, _("Saving templates needs the right to templates and recurring entries."))
        return render(request, "ledger/new.html", _context(request, typed), status=422)
    name = request.POST.get("template_name", "").strip() or typed.form.cleaned_data["text"]
    lines = [
        {
            "account": line.account_row.number, "amount": line.amount, "tax_code": line.cleaned_data["tax_code"],
            "project_id": int(line.cleaned_data["project"]) if line.cleaned_data["project"] else None,
            "sphere": line.cleaned_data.get("sphere", ""), "text": line.cleaned_data["text"],
        }
        for line in typed.lines if line.account_row is not None
    ]  # fmt: skip
    saved = save_template(name, lines=lines, text=typed.form.cleaned_data["text"])
    messages.success(request, _("Template “%(name)s” saved.") % {"name": saved.name})
    return redirect(f"{reverse('entry_new', kwargs={'tenant': request.tenant.code})}?template={saved.id}")


def _typed(request: TenantRequest) -> Typed:
    on = clock.today(request.tenant.country)
    local: dict[str, Any] = {"region": request.tenant.country, "currency": request.tenant.base_currency, "on": on}
    more = local | {
        "options_url": reverse("account_options", kwargs={"tenant": request.tenant.code}), "taxes": tax_choices(on),
        "projects": project_choices(), "has_spheres": request.tenant.chart == Chart.SKR42,
    }  # fmt: skip
    if request.method == "POST":
        numbers = _line_numbers(request)
        draft = request.POST.get("draft", "")
        return Typed(
            EntryForm(request.POST, **local),
            [EntryLineForm(request.POST, prefix=f"line{number}", **more) for number in numbers],
            int(draft) if draft.isdigit() else None,
        )
    head, rows, draft_id = _initial(request, on)
    rows += [{}] * (max(LINES_MIN, len(rows) + 1) - len(rows))
    return Typed(
        EntryForm(initial=head, **local),
        [EntryLineForm(prefix=f"line{number}", initial=row, **more) for number, row in enumerate(rows)],
        draft_id,
    )


def _line_numbers(request: TenantRequest) -> list[int]:
    """Return the numbers of the lines on the form, after a line was added or removed by its button."""
    given = request.POST.get("lines", "")
    numbers = [int(part) for part in given.split(",") if part.isdigit()][:LINES_MAX] or list(range(LINES_MIN))
    step = request.POST.get("step", "")
    if step == "add" and len(numbers) < LINES_MAX:
        numbers.append(max(numbers) + 1)
    if step.startswith("remove-") and len(numbers) > 1:
        numbers = [number for number in numbers if f"remove-{number}" != step]
    return numbers


def _initial(request: TenantRequest, on: date) -> tuple[dict[str, Any], list[dict[str, Any]], int | None]:
    """Return what the form starts with: a template, a draft, a copy of an entry, or nothing but the day."""
    day = request.GET.get("day", "")
    head: dict[str, Any] = {"entry_date": date.fromisoformat(day) if _is_day(day) else on}
    typed = {key: request.GET.get(key, "") for key in ("template", "draft", "copy")}
    wanted = {key: int(value) for key, value in typed.items() if value.isdigit() and len(value) < 18}
    if (template := EntryTemplate.objects.filter(id=wanted.get("template", 0)).first()) is not None:
        return head | {"text": template.text}, [_row(**line) for line in template.lines], None
    found = JournalEntry.objects.filter(id=wanted.get("draft") or wanted.get("copy") or 0).first()
    if found is None:
        return head, [_row(account=request.GET.get("account", ""))], None
    is_draft = "draft" in wanted and found.state == EntryState.DRAFT
    posting = posting_of(found)
    head |= {"text": found.text, "document_number": found.document_number}
    if is_draft:
        head |= {"entry_date": found.entry_date, "document_date": found.document_date}
    return head, [_row_of(line) for line in as_typed(posting.lines)], found.id if is_draft else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _row(
    *, account: str = "", amount: int = 0, tax_code: str | None = "", project_id: int | None = None,
    sphere: str | None = "", text: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "account": account, "debit": amount if amount > 0 else None, "credit": -amount if amount < 0 else None,
        "tax_code": tax_code or "", "project": str(project_id or ""), "sphere": sphere or "", "text": text,
    }  # fmt: skip


def _row_of(line: PostingLine) -> dict[str, Any]:
    return _row(
        account=line.account.number, amount=line.amount_base, tax_code=line.tax_code, project_id=line.project_id,
        sphere=line.sphere, text=line.text,
    )  # fmt: skip


def _without_errors(typed: Typed) -> None:
    """Add and remove lines without complaining about what is not finished yet."""
    for form in (typed.form, *typed.lines):
        form.errors.clear()


def _context(request: TenantRequest, typed: Typed) -> dict[str, Any]:
    debit, credit = (sum(_minor(line, side) for line in typed.lines) for side in ("debit", "credit"))
    shown = {"currency": request.tenant.base_currency, "region": request.tenant.country}
    return {
        "form": typed.form, "lines": typed.lines, "numbers": ",".join(line.prefix.removeprefix("line") for line in typed.lines if line.prefix),
        "draft_id": typed.draft_id, "templates": list(EntryTemplate.objects.order_by("name")[:100]),
        "has_spheres": request.tenant.chart == Chart.SKR42, "forms": [typed.form, *typed.lines],
        "debit": format_amount(debit, **shown), "credit": format_amount(credit, **shown),
        "difference": format_amount(debit - credit, **shown), "is_even": debit == credit,
        "may_keep": "ledger.templates" in request.rights,
    }  # fmt: skip


def _minor(line: EntryLineForm, side: str) -> int:
    if not line.is_bound:
        return int(line.initial.get(side) or 0)
    return int(getattr(line, "cleaned_data", {}).get(side) or 0)
