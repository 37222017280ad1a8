"""The account sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.core import clock
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.balances import opening_of
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import (
    Span,
    account_meant,
    account_name,
    is_german,
    range_meant,
    range_of_days,
    span_meant,
    spans,
)
from kontor.ledger.queries.sheet import (
    Sheet,
    bank_balance_of,
    booked_at,
    contras_of,
    line_of_entry,
    moved_accounts,
    neighbours,
    read_key,
    running_lines,
    running_of,
    sheet_of,
)
from kontor.ledger.tables import day_in_address, span_words
from kontor.ledger.views.entry import entry_context
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.addresses import address
from kontor.ui.tables.columns import Column
from kontor.ui.tables.table import Table

CHOICES_MAX = 400
PRINT_MAX = 5_000


@require_safe
@permit("ledger.view")
def account_sheet(request: TenantRequest, number: str = "") -> HttpResponseBase:
    """Show one account over a month, a year or any days, its balance running, and the chosen entry beside it."""
    account = _account(request, number)
    choices = spans()
    span = _span(request, choices)
    if request.GET.get("export") and (file := export_of(request, _export_table(request, account, span))) is not None:
        return file
    sheet = _sheet(request, account, span)
    context = _context(request, sheet, choices)
    chosen = _chosen(request, sheet)
    if chosen is not None:
        context |= entry_context(request, chosen) | {
            "own_amount": sum(row.amount for row in sheet.rows if row.entry_id == chosen),
            "own_line": next(row.line_id for row in sheet.rows if row.entry_id == chosen),
        }
    return render(request, "ledger/sheet.html", context)


def _span(request: TenantRequest, choices: list[Span]) -> Span:
    """Return the days that were typed, else the month or year that was chosen."""
    first, last = (day_in_address(request, key) for key in ("from", "to"))
    if first is not None and last is not None:
        found = range_of_days(first, last, choices=choices)
        if found is not None:
            return found
        messages.error(request, _("The days must lie within the fiscal years, the first one before the last."))
    wanted = request.GET.get("span", "")
    found = range_meant(wanted, choices=choices)
    found = found or span_meant(wanted, on=clock.today(request.tenant.country), choices=choices)
    if found is None:
        raise Http404
    return found


def _sheet(request: TenantRequest, account: Account, span: Span) -> Sheet:
    """Return the page that the address names; an entry that is not on it brings its own page."""
    if request.GET.get("print"):
        return sheet_of(account, span, size=PRINT_MAX)
    at, before = (read_key(request.GET.get(key, "")) for key in ("at", "before"))
    sheet = sheet_of(account, span, at=at, before=before)
    wanted = request.GET.get("entry", "")
    is_elsewhere = wanted.isdecimal() and len(wanted) < 18 and all(str(row.entry_id) != wanted for row in sheet.rows)
    if is_elsewhere and (place := line_of_entry(account, span, int(wanted))) is not None:
        return sheet_of(account, span, at=place)
    return sheet


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
    stated = bank_balance_of(sheet.account, on=sheet.span.last_day) if sheet.account.is_money else None
    booked = 0 if stated is None else booked_at(sheet.account, stated, base_currency=request.tenant.base_currency)
    moved = moved_accounts("name_de" if is_german() else "name_en", most=CHOICES_MAX)
    before, after = _neighbours(sheet.account, [(key, number) for key, number, _name in moved])
    return {
        "sheet": sheet, "account": sheet.account, "account_name": account_name(sheet.account), "span": sheet.span,
        "span_words": span_words(sheet.span), "before": _link(request, before, sheet.span),
        "after": _link(request, after, sheet.span), "stated": stated, "booked": booked,
        "gap": 0 if stated is None else stated.balance - booked, "entry_number": "", "is_print": "print" in request.GET,
        "page": f"&{key}={request.GET[key]}" if (key := _page_key(request)) else "",
        "from": sheet.span.first_day, "to": sheet.span.last_day,
        "accounts": [(number, name, _link(request, number, sheet.span), key == sheet.account.id) for key, number, name in moved],
        "spans": [(span_words(each), each.is_year, f"?span={each.key}", each.key == sheet.span.key) for each in choices],
    }  # fmt: skip


def _neighbours(account: Account, moved: list[tuple[int, str]]) -> tuple[str, str]:
    """Return the numbers of the accounts with movements beside this one, "" at the ends; `moved` are the first `CHOICES_MAX`."""
    place = next((place for place, (key, _number) in enumerate(moved) if key == account.id), None)
    if place is None or (place + 1 == len(moved) == CHOICES_MAX):
        return neighbours(account)
    numbers = ["", *(number for _key, number in moved), ""]
    return numbers[place], numbers[place + 2]


def _page_key(request: TenantRequest) -> str:
    return next((key for key in ("at", "before") if read_key(request.GET.get(key, "")) is not None), "")


def _link(request: TenantRequest, number: str, span: Span) -> str:
    if not number:
        return ""
    return f"{address('account_sheet', tenant=request.tenant.code, number=number)}?span={span.key}"


def _chosen(request: TenantRequest, sheet: Sheet) -> int | None:
    wanted = request.GET.get("entry", "")
    shown = [row.entry_id for row in sheet.rows]
    if wanted.isdecimal() and int(wanted) in shown:
        return int(wanted)
    return shown[-1] if shown else None


def _export_table(request: TenantRequest, account: Account, span: Span) -> Table[JournalLine]:
    opening = opening_of(account, first_day=span.first_day, year_first_day=span.year_first_day)
    columns: list[Column[JournalLine]] = [
        Column(key="entry_date", label=_("Date"), kind="day"),
        Column(key="number", label=_("Number"), value=lambda line: number_of(line.entry)),
        Column(key="document", label=_("Document"), value=lambda line: line.entry.document_number),
        Column(key="text", label=_("Text"), value=lambda line: line.text or line.entry.text),
        Column(key="contra", label=_("Contra account"), value=lambda line: ", ".join(contras_of(line))),
        Column(key="debit", label=_("Debit"), kind="amount", value=lambda line: max(line.amount_base, 0) or None),
        Column(key="credit", label=_("Credit"), kind="amount", value=lambda line: max(-line.amount_base, 0) or None),
        Column(key="balance", label=_("Balance"), kind="amount", value=lambda line: opening + running_of(line)),
    ]
    label = f"{account.number} {account_name(account)}"
    return Table[JournalLine](request, running_lines(account, span), columns=columns, label=label)
