"""Pages of banking: accounts and transactions, files that came in."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.actions.importing import Outcome, import_statement
from kontor.banking.actions.relevance import mark_relevance
from kontor.banking.forms import AnswerAccountForm, MoneyAccountForm
from kontor.banking.models import BankTransaction, MoneyAccount, Relevance, StatementImport
from kontor.banking.queries import glance
from kontor.banking.queries.imports import imports, waiting_imports
from kontor.banking.queries.transactions import (
    account_cards,
    counts_by_state,
    in_state,
    search_transactions,
    transactions,
)
from kontor.banking.tables import STATES, transaction_table
from kontor.core import clock
from kontor.core.audit import history_of
from kontor.core.refusal import Refusal
from kontor.documents.store import open_file, store
from kontor.ledger.models.accounts import Account
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated

FILES_MAX = 50
STATEMENT_BYTES_MAX = 300 * 1024 * 1024


@require_safe
@permit("banking.view")
def overview(request: TenantRequest) -> HttpResponse:
    """Show the accounts side by side and their transactions in the colours of VA-05."""
    cards = account_cards()
    chosen = next((card for card in cards if card.account.code == request.GET.get("account")), None)
    rows = transactions()
    if chosen:
        rows = rows.filter(money_account=chosen.account)
    counts = counts_by_state(rows)
    state = request.GET.get("state", "")
    table = transaction_table(request, in_state(rows, state), search=search_transactions)
    if (file := export_of(request, table)) is not None:
        return file
    context = {
        "heading": _("Accounts and transactions"), "cards": cards, "chosen": chosen, "table": table, "state": state,
        "tabs": _tabs(request, counts, state), "waiting": list(waiting_imports()[:5]), "counts": counts,
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
@permit("banking.import")
def take_files(request: TenantRequest) -> HttpResponse:
    """Take over dropped or chosen files, each by itself; a refused one stays to look at."""
    files = request.FILES.getlist("files")[:FILES_MAX]
    if not files:
        messages.error(request, _("No file was chosen. Please choose a statement file of the bank."))
        return redirect("bank", tenant=request.tenant.code)
    outcomes = []
    for upload in files:
        kept = store(upload.file, name=upload.name or "statement", media_type=upload.content_type or "",  # type: ignore[arg-type]
                     owner_type="banking.import", at=clock.now(), by=request.user, bytes_max=STATEMENT_BYTES_MAX)  # fmt: skip
        outcomes.append(import_statement(kept, partial(open_file, kept), at=clock.now()))
    return _after(request, outcomes)


def _after(request: TenantRequest, outcomes: list[Outcome]) -> HttpResponseRedirect:
    for outcome in outcomes:
        _tell(request, outcome)
    unclear = next((outcome for outcome in outcomes if outcome.refusal or outcome.problems), None)
    if unclear:
        return redirect("bank_import_detail", tenant=request.tenant.code, import_id=unclear.record.id)
    if any(outcome.new for outcome in outcomes) and "matching.run" in request.rights:
        return redirect(f"{reverse('match', kwargs={'tenant': request.tenant.code})}?fresh=1")
    return redirect("bank", tenant=request.tenant.code)


def _tell(request: TenantRequest, outcome: Outcome) -> None:
    name = outcome.record.file.name
    if outcome.refusal:
        messages.error(request, f"{name}: {translated(outcome.refusal)}")
        return
    new = ngettext("%(n)s new transaction", "%(n)s new transactions", outcome.new) % {"n": outcome.new}
    known = ngettext("%(n)s already known", "%(n)s already known", outcome.known) % {"n": outcome.known}
    messages.success(request, f"{name}: {new}, {known}.")


@require_safe
@permit("banking.view")
def import_list(request: TenantRequest) -> HttpResponse:
    """Show every file that came in with what became of it."""
    return render(request, "banking/imports.html", {"heading": _("Statement files"), "rows": list(imports()[:200])})


@require_safe
@permit("banking.view")
def import_detail(request: TenantRequest, import_id: int) -> HttpResponse:
    """Show one file: what was taken, what is wrong, what to do now."""
    row = get_object_or_404(imports(), id=import_id)
    return render(request, "banking/import.html", {
        "heading": row.file.name, "row": row, "form": AnswerAccountForm() if row.state == "held" else None,
        "problems": [_sentence(p["sentence"], p["facts"]) for p in row.problems],
        "reason": _sentence(row.reason, row.reason_facts) if row.reason else "",
    })  # fmt: skip


def _sentence(sentence: str, facts: dict[str, str]) -> str:
    return _(sentence) % facts


@require_POST
@permit("banking.import")
def answer_account(request: TenantRequest, import_id: int) -> HttpResponse:
    """Import a held file into the account that the person chose."""
    row = get_object_or_404(StatementImport.objects.select_related("file"), id=import_id, state="held")
    form = AnswerAccountForm(request.POST)
    if not form.is_valid():
        return redirect("bank_import_detail", tenant=request.tenant.code, import_id=import_id)
    answer = form.cleaned_data["account"]
    account = None if answer == "new" else get_object_or_404(MoneyAccount, id=answer)
    file = row.file
    outcome = import_statement(
        file, partial(open_file, file), at=clock.now(), account=account, create_account=account is None
    )
    return _after(request, [outcome])


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


@permit("banking.accounts")
def new_account(request: TenantRequest) -> HttpResponse:
    """Open a money account."""
    form = MoneyAccountForm(
        request.POST or None, initial={"currency": request.tenant.base_currency},
        region=request.tenant.country, currency=request.tenant.base_currency,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = values.pop("account")
        account = Account.objects.filter(id=chosen, is_money=True).first() if chosen else None
        try:
            with db.savepoint():
                opened = open_money_account(account=account, **{k: v or "" for k, v in values.items()})
        except Refusal as no:
            form.add_error(None, translated(no))
        else:
            messages.success(request, _("Money account %(name)s opened.") % {"name": opened.name})
            return redirect("bank", tenant=request.tenant.code)
    status = 422 if form.errors else 200
    return render(
        request, "banking/account_form.html", {"heading": _("Open a money account"), "form": form}, status=status
    )


@require_safe
@permit("banking.view")
def transaction_detail(request: TenantRequest, transaction_id: int) -> HttpResponse:
    """Show everything the bank said about one transaction, and what the office did with it."""
    row = get_object_or_404(BankTransaction.objects.select_related("money_account", "statement"), id=transaction_id)
    details = list(BankTransaction.objects.filter(parent_id=row.id, is_deleted=False).order_by("position", "id"))
    context = {
        "heading": row.counterparty_name or row.booking_text or _("Transaction"), "row": row, "details": details,
        "glances": glance.of_transaction(row.id), "events": list(history_of("banking.transaction", row.id)[:50]),
    }  # fmt: skip
    return render(request, "banking/transaction.html", context)
