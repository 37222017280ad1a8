"""One entry: its lines, where it comes from, and what can be done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse as address_of
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.core.audit import page_of
from kontor.core.refusal import Refusal
from kontor.ledger.actions.entries import change_text, delete_draft, post_draft, reverse_entry
from kontor.ledger.forms import DayForm, TextForm
from kontor.ledger.models.entries import EntryState, JournalEntry, JournalLine
from kontor.ledger.models.periods import PeriodState
from kontor.ledger.queries.journal import entry_by_id, lines_of, links_of, number_of, reversed_by
from kontor.ledger.queries.names import account_name, is_german, tax_codes_on
from kontor.ledger.rules.taxes import TaxKind
from kontor.ledger.tables import kind_words, state_of
from kontor.ledger.uses import is_undone_elsewhere
from kontor.ledger.views.attempts import attempt
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.ui.refusals import translated

SALES = frozenset({TaxKind.OUTPUT, TaxKind.EU_SUPPLY, TaxKind.EXPORT})


@require_safe
@permit("ledger.view")
def entry(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Show an entry with lines, VAT figures, source and history."""
    return _page(request, entry_id)


@require_POST
@permit("ledger.reverse")
def reverse(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Reverse an entry on the chosen day by its mirror."""
    form = DayForm(request.POST, region=request.tenant.country, auto_id="reverse_%s")
    if form.is_valid():
        try:
            typed, key = form.cleaned_data, _found(entry_id).id
            mirror = attempt(lambda: reverse_entry(key, on=typed["day"], at=clock.now(), text=typed["reason"]))
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(
                request, _("Reversed by entry %(number)s.") % {"number": f"{mirror.year}-{mirror.sequence:06d}"}
            )
            return redirect("entry", tenant=request.tenant.code, entry_id=entry_id)
    return _page(request, entry_id, day_form=form)


@require_POST
@permit("ledger.post")
def text(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Change the text of an entry that is not committed."""
    form = TextForm(request.POST, region=request.tenant.country, auto_id="text_%s")
    if form.is_valid():
        key, words = _found(entry_id).id, form.cleaned_data["text"]
        try:
            attempt(lambda: change_text(key, words))
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("Text changed."))
            return redirect("entry", tenant=request.tenant.code, entry_id=entry_id)
    return _page(request, entry_id, text_form=form)


@require_POST
@permit("ledger.post")
def post(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Post a draft."""
    found = _found(entry_id)
    number = post_draft(found.id)
    messages.success(request, _("Posted as entry %(number)s.") % {"number": f"{found.entry_date.year}-{number:06d}"})
    return redirect("entry", tenant=request.tenant.code, entry_id=entry_id)


@require_POST
@permit("ledger.post")
def delete(request: TenantRequest, entry_id: int) -> HttpResponse:
    """Delete a draft."""
    delete_draft(_found(entry_id).id)
    messages.success(request, _("Draft deleted."))
    return redirect("journal", tenant=request.tenant.code)


def entry_context(request: TenantRequest, entry_id: int) -> dict[str, Any]:
    """Return what the entry's page and the pane beside an account sheet show."""
    found = _found(entry_id)
    lines = lines_of(entry_id)
    mark = state_of(found)
    is_committed = found.period.state == PeriodState.COMMITTED
    is_posted = found.state == EntryState.POSTED
    is_elsewhere = _is_control(lines) or is_undone_elsewhere(found.source_type)
    return {
        "entry": found, "entry_number": number_of(found),
        "lines": [(line, account_name(line.account), -line.amount_base) for line in lines],
        "taxes": _taxes(lines, on=found.document_date),
        "debits": sum(line.amount_base for line in lines if line.amount_base > 0),
        "state": _(mark.word), "tone": mark.tone, "kind": kind_words(found.kind), "is_committed": is_committed,
        "is_draft": not is_posted, "history": moments_of("ledger.entry", entry_id), "links": _links(request, found, lines),
        "may_reverse": is_posted and not reversed_by(found) and "ledger.reverse" in request.rights and not is_elsewhere,
        "may_change": not is_committed and "ledger.post" in request.rights, "is_control": is_elsewhere,
    }  # fmt: skip


def _taxes(lines: list[JournalLine], *, on: date) -> list[tuple[str, int | None, int | None]]:
    """Return name, base and tax of the taxed lines; what is owed for sales stands without the minus of its credit."""
    taxed = [line for line in lines if line.tax_base is not None or line.tax_amount is not None]
    codes = {code.code: code for code in tax_codes_on(on)} if taxed else {}
    found: list[tuple[str, int | None, int | None]] = []
    for line in taxed:
        code = codes.get(line.tax_code)
        sign = -1 if code is not None and code.kind in SALES else 1
        name = line.tax_code if code is None else code.name_de if is_german() else code.name_en
        base, tax = (None if figure is None else sign * figure for figure in (line.tax_base, line.tax_amount))
        found.append((name, base, tax))
    return found


def _is_control(lines: list[JournalLine]) -> bool:
    return any(line.account.control for line in lines)


def _links(request: TenantRequest, found: JournalEntry, lines: list[JournalLine]) -> list[dict[str, str]]:
    """Return entry and counter-entry, where the entry comes from, and what other contexts know of it."""
    code = request.tenant.code
    links = []
    for key, word in ((found.reverses_id, _("Reverses entry")), (reversed_by(found), _("Reversed by entry"))):
        if key is not None:
            other = JournalEntry.objects.get(id=key)
            links.append({"label": f"{word} {number_of(other)}", "icon": "undo-2", "sub": "",
                          "url": address_of("entry", kwargs={"tenant": code, "entry_id": key})})  # fmt: skip
    known = links_of(found.id)
    for link in known:
        is_open = bool(link.url_name) and (not link.right or link.right in request.rights)
        url = address_of(link.url_name, kwargs={"tenant": code, link.argument: link.object_id}) if is_open else ""
        links.append({"label": link.label, "icon": link.icon, "sub": link.sub, "url": url})
    page = page_of(found.source_type, found.source_id) if found.source_id else None
    if page is not None and not known:
        links.append({"label": _("Source of the entry"), "icon": "file-text", "sub": "",
                      "url": address_of(page[0], kwargs={"tenant": code, **page[1]})})  # fmt: skip
    links += [
        {"label": line.party.name, "icon": "contact", "sub": line.account.number,
         "url": address_of("contacts:party", kwargs={"tenant": code, "party_id": line.party_id})}
        for line in {line.party_id: line for line in lines if line.party_id}.values()
    ]  # fmt: skip
    return links


def _found(entry_id: int) -> JournalEntry:
    found = entry_by_id(entry_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: TenantRequest, entry_id: int, *, day_form: DayForm | None = None, text_form: TextForm | None = None
) -> HttpResponse:
    context = entry_context(request, entry_id)
    today = clock.today(request.tenant.country)
    region = request.tenant.country
    context["day_form"] = day_form or DayForm(initial={"day": today}, region=region, auto_id="reverse_%s")
    context["text_form"] = text_form or TextForm(
        initial={"text": context["entry"].text}, region=region, auto_id="text_%s"
    )
    is_wrong = bool((day_form and day_form.errors) or (text_form and text_form.errors))
    return render(request, "ledger/entry.html", context, status=422 if is_wrong else 200)
