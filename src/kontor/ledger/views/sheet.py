"""The account sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.core import clock
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import Span, account_meant, account_name, span_meant, spans
from kontor.ledger.queries.sheet import Sheet, bank_balance_of, neighbours, running_of, sheet_lines, sheet_of
from kontor.ledger.tables import span_words
from kontor.ledger.views.entry import entry_context
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.tables.columns import Column
from kontor.ui.tables.table import Table

CHOICES_MAX = 400


@require_safe
@permit("ledger.view")
def account_sheet(request: TenantRequest, number: str = "") -> HttpResponseBase:
    """Show one account over a month or year, its balance running, and the chosen entry beside it."""
    account = _account(request, number)
    choices = spans()
    span = span_meant(request.GET.get("span", ""), on=clock.today(request.tenant.country), choices=choices)
    if span is None:
        raise Http404
    if (file := export_of(request, _export_table(request, account, span))) is not None:
        return file
    page = request.GET.get("p", "")
    sheet = sheet_of(account, span, page=int(page) if page.isdigit() and len(page) < 6 else 1)
    context = _context(request, sheet, choices)
    chosen = _chosen(request, sheet)
    if chosen is not None:
        context |= entry_context(request, chosen) | {
            "own_amount": sum(row.amount for row in sheet.rows if row.entry.id == chosen)
        }
    return render(request, "ledger/sheet.html", context)


def _account(request: TenantRequest, number: str) -> Account:
    wanted = number or request.GET.get("account", "")
    found = account_meant(wanted) if wanted else _first_account()
    if found is None:
        raise Http404
    return found


def _first_account() -> Account | None:
    """Return the money account with movements, else any with movements, else the first of the chart."""
    moved = Account.objects.filter(id__in=AccountMonth.objects.values("account_id")).order_by("-is_money", "number")
    return moved.first() or Account.objects.order_by("number").first()


def _context(request: TenantRequest, sheet: Sheet, choices: list[Span]) -> dict[str, Any]:
    before, after = neighbours(sheet.account)
    stated = bank_balance_of(sheet.account, on=sheet.span.last_day) if sheet.account.is_money else None
    moved = Account.objects.filter(id__in=AccountMonth.objects.values("account_id")).order_by("number")[:CHOICES_MAX]
    return {
        "sheet": sheet, "account": sheet.account, "account_name": account_name(sheet.account), "span": sheet.span,
        "span_words": span_words(sheet.span), "before": _link(request, before, sheet.span),
        "after": _link(request, after, sheet.span), "stated": stated,
        "is_agreed": stated == sheet.closing, "entry_number": "",
        "accounts": [(row.number, account_name(row), _link(request, row.number, sheet.span), row.id == sheet.account.id) for row in moved],
        "spans": [(span_words(each), each.is_year, f"?span={each.key}", each.key == sheet.span.key) for each in choices],
    }  # fmt: skip


def _link(request: TenantRequest, number: str, span: Span) -> str:
    if not number:
        return ""
    address = reverse("account_sheet", kwargs={"tenant": request.tenant.code, "number": number})
    return f"{address}?span={span.key}"


def _chosen(request: TenantRequest, sheet: Sheet) -> int | None:
    wanted = request.GET.get("entry", "")
    shown = [row.entry.id for row in sheet.rows]
    if wanted.isdigit() and int(wanted) in shown:
        return int(wanted)
    return shown[-1] if shown else None


def _export_table(request: TenantRequest, account: Account, span: Span) -> Table[JournalLine]:
    opening = sheet_of(account, span, size=1).opening if request.GET.get("export") else 0
    columns: list[Column[JournalLine]] = [
        Column(key="entry_date", label=_("Date"), kind="day"),
        Column(key="number", label=_("Number"), value=lambda line: number_of(line.entry)),
        Column(key="document", label=_("Document"), value=lambda line: line.entry.document_number),
        Column(key="text", label=_("Text"), value=lambda line: line.text or line.entry.text),
        Column(key="debit", label=_("Debit"), kind="amount", value=lambda line: max(line.amount_base, 0)),
        Column(key="credit", label=_("Credit"), kind="amount", value=lambda line: max(-line.amount_base, 0)),
        Column(key="balance", label=_("Balance"), kind="amount", value=lambda line: opening + running_of(line)),
    ]
    label = f"{account.number} {account_name(account)}"
    return Table[JournalLine](request, sheet_lines(account, span), columns=columns, label=label)
