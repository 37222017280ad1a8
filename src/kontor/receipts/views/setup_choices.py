"""Types of expense, means of payment, ways of refund and of repayment (OC-59 … OC-62): lists, new ones, changes, order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.ledger.queries.mappings import mappings
from kontor.ledger.queries.names import account_name, tax_choices
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.projects.models import CostType
from kontor.receipts.actions import setting_up
from kontor.receipts.actions.setting_up import NameTaken, Ordered
from kontor.receipts.models import PaymentMeans, RefundRoute, RepaymentRoute
from kontor.receipts.queries.setup import all_means, all_refund_routes, all_repayment_routes, types_with_accounts
from kontor.receipts.queries.taxes import purchase_tax_choices
from kontor.receipts.views.setup_forms import INPUT_WORDS, MEANS_WORDS, MeansForm, RouteForm, TypeForm
from kontor.ui.refusals import translated

METHODS = ["GET", "HEAD", "POST"]
_LISTS: dict[Ordered, str] = {
    "type": "receipts:setup_types", "means": "receipts:setup_ways", "refund": "receipts:setup_ways",
    "repayment": "receipts:setup_ways",
}  # fmt: skip


@require_safe
@permit("receipts.setup")
def types(request: TenantRequest) -> HttpResponse:
    """Show the types of expense with the accounts behind them."""
    names = dict(tax_choices(clock.today(request.tenant.country)))
    rows = [
        (row.type, row.mapping, account_name(row.mapping.account) if row.mapping else "",
         names.get(row.mapping.tax_code, row.mapping.tax_code) if row.mapping else "")
        for row in types_with_accounts()
    ]  # fmt: skip
    return render(request, "receipts/setup/types.html", {"area": "types", "rows": rows})


@require_safe
@permit("receipts.setup")
def ways(request: TenantRequest) -> HttpResponse:
    """Show means of payment, ways of refund and ways of repayment."""
    context = {
        "area": "ways",
        "means": [(row, MEANS_WORDS.get(row.kind, row.kind), account_name(row.account)) for row in all_means()],
        "refunds": [(row, INPUT_WORDS.get(row.input, row.input)) for row in all_refund_routes()],
        "repayments": all_repayment_routes(),
    }  # fmt: skip
    return render(request, "receipts/setup/ways.html", context)


@require_POST
@permit("receipts.setup")
def move(request: TenantRequest, kind: Ordered, row_id: int) -> HttpResponse:
    """Move a choice up or down."""
    if kind not in _LISTS:
        raise Http404
    setting_up.move(kind, row_id, step=-1 if request.POST.get("step") == "up" else 1, by=request.user)
    return redirect(_LISTS[kind], tenant=request.tenant.code)


@require_http_methods(METHODS)
@permit("receipts.setup")
def expense_type(request: TenantRequest, type_id: int | None = None) -> HttpResponse:
    """Make or change a type of expense."""
    held = CostType.objects.filter(id=type_id or 0).first()
    if type_id is not None and held is None:
        raise Http404
    behind = mappings([type_id]).get(type_id) if type_id is not None else None
    initial: dict[str, object] = {"is_submittable": True, "is_active": True}
    if held is not None:
        initial = {"name": held.name, "is_submittable": held.is_submittable, "is_active": held.is_active}
    if behind is not None:
        initial |= {"account": behind.account.number, "tax_code": behind.tax_code, "sphere": behind.sphere}
    form = TypeForm(
        request.POST if request.method == "POST" else None, initial=initial, url=reverse("account_options", kwargs={"tenant": request.tenant.code}),
        label=f"{behind.account.number} {account_name(behind.account)}" if behind else "",
        taxes=purchase_tax_choices(
            clock.today(request.tenant.country), held={behind.tax_code} if behind is not None else ()
        ), has_spheres=request.tenant.country == "DE",
    )  # fmt: skip
    return _edit(
        request, form, kind="type", held=held, heading=_("New type of expense"), subject="projects.costtype",
        save=lambda: setting_up.save_type(form.facts(), type_id=type_id, by=request.user), field="account",
    )  # fmt: skip


@require_http_methods(METHODS)
@permit("receipts.setup")
def means(request: TenantRequest, means_id: int | None = None) -> HttpResponse:
    """Make or change a means of payment."""
    held = PaymentMeans.objects.filter(id=means_id or 0).first()
    if means_id is not None and held is None:
        raise Http404
    initial: dict[str, object] = {"is_active": True, "is_debited_later": "False"}
    if held is not None:
        initial = {
            "name": held.name, "kind": held.kind, "account": str(held.account_id), "is_active": held.is_active,
            "is_debited_later": str(held.is_debited_later),
        }  # fmt: skip
    form = MeansForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        accounts=setting_up.clearing_accounts(),
        is_new=held is None,
    )
    return _edit(
        request, form, kind="means", held=held, heading=_("New means of payment"), subject="receipts.means",
        save=lambda: setting_up.save_means(form.facts(), means_id=means_id, by=request.user), field="account",
    )  # fmt: skip


@require_http_methods(METHODS)
@permit("receipts.setup")
def refund(request: TenantRequest, route_id: int | None = None) -> HttpResponse:
    """Make or change a way of refund."""
    held = RefundRoute.objects.filter(id=route_id or 0).first()
    if route_id is not None and held is None:
        raise Http404
    initial = _route(held) | {"input": held.input if held else "iban"}
    form = RouteForm(request.POST if request.method == "POST" else None, initial=initial, is_refund=True)
    return _edit(
        request, form, kind="refund", held=held, heading=_("New refund route"), subject="receipts.refund_route",
        save=lambda: setting_up.save_refund_route(form.facts(), route_id=route_id, by=request.user), field="name",
    )  # fmt: skip


@require_http_methods(METHODS)
@permit("receipts.setup")
def repayment(request: TenantRequest, route_id: int | None = None) -> HttpResponse:
    """Make or change a way of repayment."""
    held = RepaymentRoute.objects.filter(id=route_id or 0).first()
    if route_id is not None and held is None:
        raise Http404
    initial = _route(held) | {"instruction": held.instruction if held else ""}
    form = RouteForm(request.POST if request.method == "POST" else None, initial=initial, is_refund=False)
    return _edit(
        request, form, kind="repayment", held=held, heading=_("New repayment route"), subject="receipts.repayment_route",
        save=lambda: setting_up.save_repayment_route(form.facts(), route_id=route_id, by=request.user), field="name",
    )  # fmt: skip


def _route(held: RefundRoute | RepaymentRoute | None) -> dict[str, object]:
    if held is None:
        return {"is_active": True}
    return {"name": held.name, "money_account": str(held.money_account_id or ""), "is_active": held.is_active}


def _edit(
    request: TenantRequest, form: Any, *, kind: Ordered, held: Any, heading: str, subject: str,
    save: Callable[[], object], field: str,
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                save()
        except Refusal as refusal:
            form.add_error("name" if isinstance(refusal, NameTaken) else field, translated(refusal))
        else:
            messages.success(request, _("%(name)s saved") % {"name": form.cleaned_data["name"]})
            return redirect(_LISTS[kind], tenant=request.tenant.code)
    context = {
        "form": form, "kind": kind, "held": held, "heading": held.name if held else heading,
        "back_url": reverse(_LISTS[kind], kwargs={"tenant": request.tenant.code}),
        "history": moments_of(subject, held.id) if held else [],
    }  # fmt: skip
    return render(request, "receipts/setup/choice.html", context, status=422 if form.errors else 200)
