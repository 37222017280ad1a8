"""Accounts side by side with their transactions, and one transaction."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kontor.banking.actions.relevance import mark_relevance
from kontor.banking.models import BankTransaction, Relevance
from kontor.banking.queries import glance
from kontor.banking.queries.imports import first_waiting_imports
from kontor.banking.queries.statements import statements_to_look_at
from kontor.banking.queries.transactions import (
    account_cards,
    counts_by_state,
    in_list,
    in_state,
    search_transactions,
    transactions,
)
from kontor.banking.tables import STATES, transaction_table
from kontor.banking.wording import sentence
from kontor.core.audit import history_of
from kontor.core.iban import format_iban
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.marks import Tab

PROBLEMS_MAX = 3


@require_safe
@permit("banking.view")
def overview(request: TenantRequest) -> HttpResponseBase:
    """Show the accounts side by side and their transactions in the colours of VA-05."""
    cards = account_cards()
    chosen = next((card for card in cards if card.account.code == request.GET.get("account")), None)
    account_id = chosen.account.id if chosen else None
    counts = counts_by_state(account_id)
    state = request.GET.get("state", "")
    known = state if state in dict(STATES) else ""
    rows = in_list.of(account_id, known)
    table = transaction_table(request, rows, search=search_transactions, count=counts[known or "all"])
    if (file := export_of(request, table)) is not None:
        return file
    context = {
        "heading": _("Accounts and transactions"), "cards": cards, "chosen": chosen, "table": table, "state": state,
        "tabs": _tabs(request, counts, state), "waiting": first_waiting_imports.rows(), "counts": counts,
        "odd": [
            (one.statement, sentence(*one.problems[0]))
            for one in statements_to_look_at(chosen.account if chosen else None)[:PROBLEMS_MAX]
        ],
    }  # fmt: skip
    return render(request, "banking/overview.html", context)


def _tabs(request: TenantRequest, counts: dict[str, int], state: str) -> list[Tab]:
    def address(key: str) -> str:
        query = request.GET.copy()
        query.pop("p", None)
        query["state"] = key
        return f"?{query.urlencode()}"

    entries = [("", _("All"), counts["all"]), *((key, _(word), counts[key]) for key, word in STATES)]
    return [Tab(label=label, url=address(key), count=n, is_current=key == state) for key, label, n in entries]


@require_POST
@permit("banking.relevance")
def relevance(request: TenantRequest) -> HttpResponse:
    """Mark the chosen transactions as not business-relevant, or as relevant again."""
    to = Relevance.RELEVANT if request.GET.get("to") == "relevant" else Relevance.NOT_RELEVANT
    table = transaction_table(
        request, in_state(transactions(), request.GET.get("state", "")), search=search_transactions
    )
    ids = [row.id for row in table.selected()]
    changed = mark_relevance(ids, relevance=to)
    messages.success(
        request, ngettext("%(n)s transaction changed.", "%(n)s transactions changed.", changed) % {"n": changed}
    )
    return redirect("bank", tenant=request.tenant.code)


@require_safe
@permit("banking.view")
def transaction_detail(request: TenantRequest, transaction_id: int) -> HttpResponse:
    """Show everything the bank said about one transaction, and what the office did with it."""
    row = get_object_or_404(BankTransaction.objects.select_related("money_account", "statement"), id=transaction_id)
    details = list(BankTransaction.objects.filter(parent_id=row.id, is_deleted=False).order_by("position", "id"))
    context = {
        "heading": row.counterparty_name or row.booking_text or _("Transaction"), "row": row, "details": details,
        "iban": format_iban(row.counterparty_iban or ""),
        "glances": glance.of_transaction(row.id), "events": list(history_of("banking.transaction", row.id)[:50]),
    }  # fmt: skip
    return render(request, "banking/transaction.html", context)
