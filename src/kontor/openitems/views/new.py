"""A new open item by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.ledger.models.accounts import Account
from kontor.ledger.queries.names import dated_tax_codes
from kontor.openitems.actions.opening import open_items
from kontor.openitems.forms import INVOICE, LINES, LineForm, NewItemForm
from kontor.openitems.models import ItemKind
from kontor.openitems.queries.loading import Rates, base_currency
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated


@permit("openitems.edit")
def new(request: TenantRequest) -> HttpResponse:
    """Enter a document by hand: contact, dates, and lines with their tax."""
    form, lines = _forms(request)
    if request.method == "POST" and _are_valid(form, lines) and _complete(form, lines):
        try:
            with db.savepoint():
                item_id = _open(form, lines)
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, _("%(number)s is open.") % {"number": form.cleaned_data["document_number"]})
            return _after(request, item_id)
    is_wrong = bool(form.errors) or any(line.errors for line in lines)
    context = {"form": form, "lines": lines, "accounts": _accounts()}
    return render(request, "openitems/new.html", context, status=422 if is_wrong else 200)


def _after(request: TenantRequest, item_id: int) -> HttpResponse:
    if "another" in request.POST:
        return redirect("openitems:new", tenant=request.tenant.code)
    return redirect("openitems:item", tenant=request.tenant.code, item_id=item_id)


def _forms(request: TenantRequest) -> tuple[NewItemForm, list[LineForm]]:
    data = request.POST or None
    on = clock.today(request.tenant.country)
    local: dict[str, Any] = {"region": request.tenant.country, "currency": request.tenant.base_currency, "on": on}
    kind = ItemKind.PAYABLE if request.GET.get("kind") == ItemKind.PAYABLE else ItemKind.RECEIVABLE
    initial = {
        "kind": kind,
        "document_date": on,
        "currency": request.tenant.base_currency,
        "party": request.GET.get("party", ""),
    }
    options = reverse("contacts:options", kwargs={"tenant": request.tenant.code})
    codes = _codes(on)
    return (
        NewItemForm(data, initial=initial, options_url=options, **local),
        [LineForm(data, prefix=f"line{number}", codes=codes, **local) for number in range(LINES)],
    )


def _are_valid(form: NewItemForm, lines: list[LineForm]) -> bool:
    """Check every form, so that all errors are shown at once."""
    checked = [each.is_valid() for each in (form, *lines)]
    return all(checked)


def _complete(form: NewItemForm, lines: list[LineForm]) -> bool:
    """Check what only the whole form can know: at least one line, and an account for each new one."""
    filled = [line for line in lines if line.cleaned_data.get("amount")]
    if not filled:
        lines[0].add_error("amount", _("A document needs at least one line with an amount."))
    for line in filled:
        if form.cleaned_data["origin"] == INVOICE and not line.cleaned_data["account"]:
            line.add_error("account", _("The account is missing."))
    return bool(filled) and not any(line.errors for line in lines)


def _open(form: NewItemForm, lines: list[LineForm]) -> int:
    typed = form.cleaned_data
    rate = Rates(base_currency()).on(typed["currency"], typed["document_date"])
    new_item = form.new_item((line.cleaned_data for line in lines), rate=rate)
    return open_items([new_item], at=clock.now())[0]


def _codes(on: Any) -> list[tuple[str, str]]:
    is_german = (get_language() or "de").startswith("de")
    return [
        (code.code, code.name_de if is_german else code.name_en)
        for code in dated_tax_codes()
        if code.valid_from <= on and (code.valid_to is None or on <= code.valid_to)
    ]


def _accounts() -> list[tuple[str, str]]:
    rows = Account.objects.filter(is_active=True, control="", kind__in=["income", "expense", "asset", "liability"])
    is_german = (get_language() or "de").startswith("de")
    return [(row.number, row.name_de if is_german else row.name_en) for row in rows.order_by("number")]
