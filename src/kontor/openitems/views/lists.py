"""The lists: receivables, payables, one contact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.contacts.models import Party
from kontor.core import clock
from kontor.core.numbers import row_keys
from kontor.core.refusal import Refusal
from kontor.openitems.actions.closing import set_off, write_off
from kontor.openitems.forms import WriteOffForm
from kontor.openitems.models import ItemKind, OpenItem
from kontor.openitems.queries.items import (
    STATES,
    ListFigures,
    balances_of_party,
    due_spans,
    figures_of_list,
    in_list,
    items,
)
from kontor.openitems.tables import items_table
from kontor.openitems.views.ages import KEYS, ages
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.addresses import address
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated
from kontor.ui.tables.table import Table

SELECTED_MAX = 1_000
_NAMES = {ItemKind.RECEIVABLE: "openitems:list", ItemKind.PAYABLE: "openitems:payables"}


@require_safe
@permit("openitems.view")
def receivables(request: TenantRequest) -> HttpResponseBase:
    """Show what customers owe, with age and tabs."""
    return _list(request, ItemKind.RECEIVABLE)


@require_safe
@permit("openitems.view")
def payables(request: TenantRequest) -> HttpResponseBase:
    """Show what we owe, with age and tabs."""
    return _list(request, ItemKind.PAYABLE)


def _list(request: TenantRequest, kind: ItemKind) -> HttpResponseBase:
    on = clock.today(request.tenant.country)
    figures = figures_of_list(kind, on=on)
    counts, table = figures.counts, _table(request, kind, figures)
    if (file := export_of(request, table)) is not None:
        return file
    context = {
        "table": table, "tabs": _tabs(request, kind, counts), "counts": counts, "kind": kind,
        "ages": ages(figures.ages, tenant=request.tenant, kind=kind, current=request.GET.get("age", "")),
        "kinds": [Tab(label=label, url=address(_NAMES[each], tenant=request.tenant.code), is_current=each == kind)
                  for each, label in ((ItemKind.RECEIVABLE, _("Receivables")), (ItemKind.PAYABLE, _("Payables")))],
        "age_sub": _age_words(counts),
    }  # fmt: skip
    return render(request, "openitems/list.html", context)


def _age_words(counts: dict[str, int]) -> str:
    found = ngettext("%(n)s item", "%(n)s items", counts["open"]) % {"n": counts["open"]}
    return found + ", " + _("%(n)s overdue") % {"n": counts["overdue"]}


def _table(request: TenantRequest, kind: ItemKind, figures: ListFigures | None = None) -> Table[OpenItem]:
    """Return the list's table: the tab and the age bucket of the address narrow it."""
    state = _state(request)
    on = clock.today(request.tenant.country)
    listed = in_list.of(kind, state, on=on if state == "overdue" else None)
    age = request.GET.get("age", "")
    if age in KEYS:
        rows = listed()
        first, last = due_spans(on)[KEYS.index(age)]
        rows = rows.filter(due_date__gte=first) if first else rows
        rows = rows.filter(due_date__lte=last) if last else rows
        return items_table(request, rows, kind=kind, is_settled=state == "settled")
    if figures is None:
        return items_table(request, listed, kind=kind, is_settled=state == "settled")
    sums = {"amount": figures.amount, "amount_open": figures.amount_open} if state == "open" else None
    return items_table(
        request, listed, kind=kind, is_settled=state == "settled", count=figures.counts[state], sums=sums
    )


def _state(request: TenantRequest) -> str:
    state = request.GET.get("state", "open")
    return state if state in STATES else "open"


def _tabs(request: TenantRequest, kind: ItemKind, counts: dict[str, int]) -> list[Tab]:
    words = {"open": _("Open"), "overdue": _("Overdue"), "credit": _("Credits"), "settled": _("Settled")}
    base = address(_NAMES[kind], tenant=request.tenant.code)
    return [
        Tab(label=words[key], url=f"{base}?state={key}", count=counts[key], is_current=key == _state(request))
        for key in STATES
    ]


@require_safe
@permit("openitems.view")
def party(request: TenantRequest, party_id: int) -> HttpResponseBase:
    """Show everything open with one contact, both sides, and what was settled."""
    found = Party.objects.filter(id=party_id).first()
    if found is None:
        raise Http404
    on = clock.today(request.tenant.country)
    is_settled = request.GET.get("state") == "settled"
    rows = items().filter(party_id=party_id)
    rows = rows.filter(amount_open=0) if is_settled else rows.filter(amount_open__gt=0)
    table = items_table(request, rows, kind=ItemKind.RECEIVABLE, is_settled=is_settled, party=False)
    if (file := export_of(request, table)) is not None:
        return file
    tabs = [Tab(label=_("Open"), url="?state=open", is_current=not is_settled),
            Tab(label=_("Settled"), url="?state=settled", is_current=is_settled)]  # fmt: skip
    context = {"party": found, "table": table, "tabs": tabs, "balances": balances_of_party(party_id, on=on)}
    return render(request, "openitems/party.html", context)


@require_POST
@permit("openitems.allocate")
def assign(request: TenantRequest) -> HttpResponse:
    """Lead from chosen items to the workbench, where their payments are proposed."""
    chosen = ",".join(str(key) for key in row_keys(request.POST.getlist("ids")[:SELECTED_MAX]))
    return redirect(f"{address('match', tenant=request.tenant.code)}?items={chosen}")


@require_POST
@permit("openitems.allocate")
def set_off_items(request: TenantRequest) -> HttpResponse:
    """Set the chosen items of one contact off against each other."""
    try:
        with db.savepoint():
            entries = set_off(_ids(request), day=clock.today(request.tenant.country), at=clock.now(), by=request.user)
    except Refusal as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(
            request, ngettext("%(n)s set-off posted.", "%(n)s set-offs posted.", len(entries)) % {"n": len(entries)}
        )
    return _back(request)


@require_POST
@permit("openitems.write_off")
def write_off_items(request: TenantRequest) -> HttpResponse:
    """Ask for day and reason, then write the chosen items off."""
    ids = _ids(request)
    rows = list(
        OpenItem.objects.filter(id__in=ids, amount_open__gt=0).select_related("party").order_by("due_date", "id")
    )
    if not rows:
        messages.error(request, _("Nothing was chosen that is still open."))
        return _back(request)
    form = WriteOffForm(
        request.POST if "confirmed" in request.POST else None, region=request.tenant.country,
        currency=request.tenant.base_currency, initial={"day": clock.today(request.tenant.country)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            with db.savepoint():
                write_off([row.id for row in rows], text=form.cleaned_data["text"], account=form.cleaned_data["account"],
                          day=form.cleaned_data["day"], at=clock.now(), by=request.user)  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(
                request, ngettext("%(n)s item written off.", "%(n)s items written off.", len(rows)) % {"n": len(rows)}
            )
            return _back(request)
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "total": sum(row.base_open for row in rows),
        "query": request.GET.urlencode(),
    }
    return render(request, "openitems/write_off.html", context, status=422 if form.errors else 200)


def _ids(request: TenantRequest) -> list[int]:
    if request.POST.get("all") == "1":
        kind = ItemKind.PAYABLE if request.GET.get("kind") == ItemKind.PAYABLE else ItemKind.RECEIVABLE
        return [row.id for row in _table(request, kind).rows[:SELECTED_MAX]]
    return row_keys(request.POST.getlist("ids")[:SELECTED_MAX])


def _back(request: TenantRequest) -> HttpResponse:
    query = QueryDict(request.GET.urlencode(), mutable=True)
    kind = ItemKind.PAYABLE if query.pop("kind", [""])[0] == ItemKind.PAYABLE else ItemKind.RECEIVABLE
    url = address(_NAMES[kind], tenant=request.tenant.code)
    return redirect(f"{url}?{query.urlencode()}" if query else url)
