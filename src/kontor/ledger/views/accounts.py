"""The chart of accounts, its balances, and the tax codes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.core import clock
from kontor.ledger.models.accounts import AccountKind
from kontor.ledger.models.taxes import TaxCode, VatRegime
from kontor.ledger.queries.balances import Balance, balances, project_balances
from kontor.ledger.queries.names import (
    FOUND_MAX,
    Span,
    account_name,
    find_accounts,
    is_german,
    project_choices,
    span_meant,
    spans,
)
from kontor.ledger.tables import span_words
from kontor.ledger.wording import regime_words
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.addresses import address
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Column, Filter
from kontor.ui.tables.table import Table

KIND_TONES = {"asset": "open", "liability": "half", "equity": "done", "income": "pos", "expense": "warn"}


@require_safe
@permit("ledger.view")
def accounts(request: TenantRequest) -> HttpResponseBase:
    """Show the chart of accounts with today's balances."""
    span = _span(request)
    is_all = request.GET.get("moved") != "yes"
    kinds = _kinds()
    columns: list[Column[Balance]] = [
        Column(key="number", label=_("Account"), sort="number", href=lambda row: _sheet(request, row, span), is_strong=True,
               phone_sub=lambda row: row.name),
        Column(key="name", label=_("Name"), sort="name", hide_mobile=True),
        Column(key="kind", label=_("Kind"), kind="status", value=lambda row: Mark(kinds[row.kind], KIND_TONES[row.kind]),  # type: ignore[arg-type]
               sort="kind", hide_mobile=True),
        Column(key="closing", label=_("Balance"), kind="amount", sort="closing"),
    ]  # fmt: skip
    table = Table[Balance](
        request, [row for row in balances(span, all_accounts=is_all) if row.number], columns=columns, label=_("Chart of accounts"), sort="number",
        search=_search, search_hint=_("Number or name"), sentence=_("Accounts"), row_id=lambda row: row.account_id,
        filters=[
            Filter(key="kind", anything=_("of every kind"), choices=list(kinds.items()),
                   apply=lambda rows, value: [row for row in rows if row.kind == value]),
            Filter(key="moved", anything=_("with and without entries"), choices=[("yes", _("with entries"))],
                   apply=lambda rows, _value: rows),
        ], size=100, name="accounts",
    )  # fmt: skip
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "ledger/accounts.html", {"table": table, "span_words": span_words(span)})


@require_safe
@permit("ledger.view")
def options(request: TenantRequest) -> HttpResponse:
    """Answer the account field with accounts that an entry may use."""
    found = find_accounts(request.GET.get("q", "")[:100])[:FOUND_MAX]
    choices = [(row.number, f"{row.number} {account_name(row)}", "") for row in found]
    return render(request, "ui/parts/options.html", {"options": choices})


@require_safe
@permit("ledger.view")
def trial_balance(request: TenantRequest) -> HttpResponseBase:
    """Show opening, debits, credits and balance of every account [Summen- und Saldenliste], whole or of a project."""
    known = spans()
    span = _span(request, known)
    projects = project_choices()
    project = request.GET.get("project", "")
    is_project = any(project == key for key, _words in projects)
    rows = project_balances(span, int(project)) if is_project else balances(span)
    table = _balances_table(request, rows, span, projects)
    if (file := export_of(request, table)) is not None:
        return file
    context = {
        "table": table, "span": span, "span_words": span_words(span), "choices": _span_choices(request, span, known),
        "is_even": sum(row.debit - row.credit for row in rows) == 0 and sum(row.opening for row in rows) == 0,
        "is_project": is_project,
    }  # fmt: skip
    return render(request, "ledger/balances.html", context)


@require_safe
@permit("ledger.view")
def tax_codes(request: TenantRequest) -> HttpResponseBase:
    """Show the tax codes with their spans of validity, and the VAT regime."""
    columns: list[Column[TaxCode]] = [
        Column(key="code", label=_("Tax code"), sort=("code", "valid_from"), is_strong=True,
               value=lambda row: row.name_de if is_german() else row.name_en),
        Column(key="rate_percent", label=_("Rate in %"), kind="number", value=lambda row: f"{row.rate_percent.normalize():f}".replace(".", "," if is_german() else ".")),
        Column(key="valid_from", label=_("Valid from"), kind="day", sort=("valid_from", "code"), hide_mobile=True),
        Column(key="valid_to", label=_("Valid through"), kind="day", hide_mobile=True),
        Column(key="boxes", label=_("Boxes of the VAT return"), value=lambda row: " · ".join(box for box in (row.base_box, row.tax_box) if box), hide_mobile=True),
    ]  # fmt: skip
    table = Table[TaxCode](
        request, TaxCode.objects.all(), columns=columns, label=_("Tax codes"), sort="code", size=100, name="taxes"
    )
    if (file := export_of(request, table)) is not None:
        return file
    regimes = VatRegime.objects.order_by("-valid_from")
    shown = [(row.valid_from, *regime_words(row)) for row in regimes]
    return render(request, "ledger/taxes.html", {"table": table, "regimes": shown})


def _balances_table(
    request: TenantRequest, rows: list[Balance], span: Span, projects: list[tuple[str, str]]
) -> Table[Balance]:
    columns: list[Column[Balance]] = [
        Column(key="number", label=_("Account"), sort="number", href=lambda row: _sheet(request, row, span), phone_sub=lambda row: row.name),
        Column(key="name", label=_("Name"), sort="name", hide_mobile=True),
        Column(key="opening_debit", value=lambda row: row.opening_debit or None, label=_("Opening debit"), kind="amount", total="value", hide_mobile=True),
        Column(key="opening_credit", value=lambda row: row.opening_credit or None, label=_("Opening credit"), kind="amount", total="value", hide_mobile=True),
        Column(key="debit", value=lambda row: row.debit or None, label=_("Debit"), kind="amount", total="value", sort="debit", hide_mobile=True),
        Column(key="credit", value=lambda row: row.credit or None, label=_("Credit"), kind="amount", total="value", sort="credit", hide_mobile=True),
        Column(key="closing_debit", value=lambda row: row.closing_debit or None, label=_("Balance debit"), kind="amount", total="value"),
        Column(key="closing_credit", value=lambda row: row.closing_credit or None, label=_("Balance credit"), kind="amount", total="value"),
    ]  # fmt: skip
    filters = [
        Filter[Balance](key="project", anything=_("of all projects"), choices=projects, apply=lambda rows, _value: rows)
    ]
    return Table[Balance](
        request, rows, columns=columns, label=f"{_('Trial balance')} {span_words(span)}", sort="number", search=_search,
        search_hint=_("Number or name"), sentence=_("Accounts"), filters=filters if projects else (), size=200,
        row_id=lambda row: row.account_id, name="balances",
    )  # fmt: skip


def _span(request: TenantRequest, known: list[Span] | None = None) -> Span:
    choices = spans() if known is None else known
    span = span_meant(request.GET.get("span", ""), on=clock.today(request.tenant.country), choices=choices)
    if span is None:
        raise Http404
    return span


def _span_choices(request: TenantRequest, current: Span, known: list[Span]) -> list[tuple[str, bool, str, bool]]:
    project = request.GET.get("project", "")
    more = f"&project={project}" if project.isdecimal() else ""
    return [(span_words(span), span.is_year, f"?span={span.key}{more}", span == current) for span in known]


def _sheet(request: TenantRequest, row: Balance, span: Span) -> str:
    if not row.number:
        return ""
    return f"{address('account_sheet', tenant=request.tenant.code, number=row.number)}?span={span.key}"


def _search(rows: Any, text: str) -> Any:
    words = text.casefold()
    return [row for row in rows if row.number.startswith(words) or words in row.name.casefold()]


def _kinds() -> dict[str, str]:
    return {
        AccountKind.ASSET: _("asset"), AccountKind.LIABILITY: _("liability"), AccountKind.EQUITY: _("equity"),
        AccountKind.INCOME: _("income"), AccountKind.EXPENSE: _("expense"),
    }  # fmt: skip
