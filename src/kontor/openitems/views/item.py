"""One open item: its figures, what happened to it, and what can be done."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.openitems.actions.closing import cancel_item, write_off
from kontor.openitems.actions.terms import change_terms
from kontor.openitems.actions.undoing import cancel_allocation, cancel_entry
from kontor.openitems.forms import DayForm, TermsForm, WriteOffForm, terms_of
from kontor.openitems.models import OpenItem
from kontor.openitems.queries.allocations import allocations_of_item
from kontor.openitems.queries.items import item_by_id
from kontor.openitems.tables import state_of
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.ui.refusals import translated


@require_safe
@permit("openitems.view")
def item(request: TenantRequest, item_id: int) -> HttpResponse:
    """Show an item with its allocations, terms and history."""
    return _page(request, _found(item_id))


@require_POST
@permit("openitems.edit")
def terms(request: TenantRequest, item_id: int) -> HttpResponse:
    """Change the terms of an item."""
    found = _found(item_id)
    form = TermsForm(request.POST, region=request.tenant.country, currency=found.currency)
    if form.is_valid():
        try:
            with db.savepoint():
                change_terms(item_id, form.terms(), by=request.user)
        except Refusal as refusal:
            form.add_error("due_date", translated(refusal))
        else:
            messages.success(request, _("Terms of %(number)s changed.") % {"number": found.document_number})
            return _to(request, item_id)
    return _page(request, found, terms_form=form)


@require_POST
@permit("openitems.allocate")
def take_back(request: TenantRequest, item_id: int, allocation_id: int) -> HttpResponse:
    """Take an assignment of the item back, dated the chosen day."""
    form = DayForm(request.POST, region=request.tenant.country)
    row = next((each for each in allocations_of_item(item_id) if each.id == allocation_id), None)
    if row is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["day"])))
        return _to(request, item_id)
    undo = cancel_allocation if row.kind == "payment" else None
    try:
        with db.savepoint():
            if undo:
                undo(allocation_id, day=form.cleaned_data["day"], at=clock.now(), by=request.user)
            else:
                cancel_entry(row.entry_id, day=form.cleaned_data["day"], at=clock.now(), by=request.user)
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, _("Assignment taken back; the item is open again."))
    return _to(request, item_id)


@require_POST
@permit("openitems.write_off")
def write_item_off(request: TenantRequest, item_id: int) -> HttpResponse:
    """Write off what is open of the item."""
    found = _found(item_id)
    form = WriteOffForm(request.POST, region=request.tenant.country, currency=found.currency)
    if form.is_valid():
        try:
            with db.savepoint():
                write_off([item_id], text=form.cleaned_data["text"], account=form.cleaned_data["account"],
                          day=form.cleaned_data["day"], at=clock.now(), by=request.user)  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("%(number)s is written off.") % {"number": found.document_number})
            return _to(request, item_id)
    return _page(request, found, write_off_form=form)


@require_POST
@permit("openitems.edit")
def cancel(request: TenantRequest, item_id: int) -> HttpResponse:
    """Cancel the document by the mirror of its entry."""
    found = _found(item_id)
    form = DayForm(request.POST, region=request.tenant.country)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["day"])))
        return _to(request, item_id)
    try:
        with db.savepoint():
            cancel_item(item_id, day=form.cleaned_data["day"], at=clock.now(), by=request.user)
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, _("%(number)s is cancelled.") % {"number": found.document_number})
    return _to(request, item_id)


def _found(item_id: int) -> OpenItem:
    found = item_by_id(item_id)
    if found is None:
        raise Http404
    return found


def _to(request: TenantRequest, item_id: int) -> HttpResponse:
    return redirect("openitems:item", tenant=request.tenant.code, item_id=item_id)


def _page(
    request: TenantRequest,
    found: OpenItem,
    *,
    terms_form: TermsForm | None = None,
    write_off_form: WriteOffForm | None = None,
) -> HttpResponse:
    on = clock.today(request.tenant.country)
    mark = state_of(found, on=on)
    entry = found.journal_line.entry
    context = {
        "item": found, "state": _(mark.word), "tone": mark.tone, "rows": allocations_of_item(found.id), "entry": entry,
        "entry_number": f"{entry.year}-{entry.sequence:06d}",
        "terms_form": terms_form or TermsForm(initial=terms_of(found), region=request.tenant.country, currency=found.currency),
        "write_off_form": write_off_form or WriteOffForm(initial={"day": on}, region=request.tenant.country,
                                                         currency=found.currency),
        "day_form": DayForm(initial={"day": on}, region=request.tenant.country, auto_id="day_%s"),
        "is_untouched": found.amount_open == found.amount, "history": moments_of("openitems.item", found.id), "today": on,
        "paid": found.amount - found.amount_open,
    }  # fmt: skip
    is_wrong = bool((terms_form and terms_form.errors) or (write_off_form and write_off_form.errors))
    return render(request, "openitems/item.html", context, status=422 if is_wrong else 200)
