"""Statement files: bringing them, what became of them, answering their questions."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kontor.banking.actions.importing import import_statement
from kontor.banking.actions.outcomes import Outcome, UnknownMoneyAccount, UnnamedMoneyAccount
from kontor.banking.actions.receiving import receive_file
from kontor.banking.forms import AnswerAccountForm
from kontor.banking.models import ImportState, MoneyAccount, StatementImport
from kontor.banking.queries.imports import imports
from kontor.banking.tasks import hand_over, is_large, job_of
from kontor.banking.wording import sentence
from kontor.core import clock
from kontor.core.jobs import ENDED
from kontor.documents.store import open_file, store
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.progress import shown_job
from kontor.ui.refusals import translated

FILES_MAX = 50
STATEMENT_BYTES_MAX = 300 * 1024 * 1024
MAPPED_TYPES = frozenset(
    {"text/plain", "text/csv", "application/zip", "application/octet-stream", "application/vnd.ms-excel"}
)


@require_POST
@permit("banking.import")
def take_files(request: TenantRequest) -> HttpResponse:
    """Import the files that were dropped or chosen; large ones go to the worker."""
    files = request.FILES.getlist("files")[:FILES_MAX]
    if not files:
        messages.error(request, _("No file was chosen. Please choose a statement file of the bank."))
        return redirect("bank", tenant=request.tenant.code)
    records = []
    for upload in files:
        kept = store(upload.file, name=upload.name or "statement", media_type=upload.content_type or "",  # type: ignore[arg-type]
                     owner_type="banking.import", at=clock.now(), by=request.user, bytes_max=STATEMENT_BYTES_MAX)  # fmt: skip
        records.append(receive_file(kept, at=clock.now(), by=request.user))
    return after(request, [take(request, record) for record in records])


def take(
    request: TenantRequest, record: StatementImport, *, account: MoneyAccount | None = None, create: bool = False
) -> Outcome | StatementImport:
    """Import a file at once and return what came of it, or hand a large one over and return its waiting record."""
    file = record.file
    if is_large(file):
        hand_over(record, at=clock.now(), by=request.user, account=account, create=create)
        return record
    return import_statement(
        file, partial(open_file, file), at=clock.now(), account=account, create_account=create, record=record
    )


def after(request: TenantRequest, results: list[Outcome | StatementImport]) -> HttpResponseRedirect:
    """Tell what came of the files, and lead to the first that needs a look, else on to the matching."""
    outcomes = [result for result in results if isinstance(result, Outcome)]
    waiting = [result for result in results if isinstance(result, StatementImport)]
    unclear = [outcome.record for outcome in outcomes if outcome.refusal or outcome.problems]
    led_to = next(iter([*unclear, *waiting]), None)
    for outcome in outcomes:
        # The page that this leads to says itself why its file was not taken.
        if not (outcome.refusal and outcome.record is led_to):
            _tell(request, outcome)
    for record in [led_to] if led_to else []:
        return redirect("bank_import_detail", tenant=request.tenant.code, import_id=record.id)
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
    """Show one file: how far it is, what was taken, what is wrong, what to do now."""
    row = get_object_or_404(imports(), id=import_id)
    is_held = row.state == ImportState.HELD
    asks_account = is_held and row.reason in {UnknownMoneyAccount.sentence, UnnamedMoneyAccount.sentence}
    job = job_of(row) if row.state == ImportState.WAITING else None
    return render(request, "banking/import.html", {
        "heading": row.file.name, "row": row, "form": AnswerAccountForm(may_open=row.reason == UnknownMoneyAccount.sentence) if asks_account else None,
        "problems": [sentence(p["sentence"], p["facts"]) for p in row.problems],
        "reason": sentence(row.reason, row.reason_facts) if row.reason else "",
        "may_map": "banking.import" in request.rights and row.state in {ImportState.HELD, ImportState.REFUSED}
        and row.file.media_type in MAPPED_TYPES and not asks_account,
        "job": shown_job(request, job) if job else None, "is_stopped": job is not None and job.state in ENDED,
    })  # fmt: skip


@require_POST
@permit("banking.import")
def answer_account(request: TenantRequest, import_id: int) -> HttpResponse:
    """Import a held file into the account that the person chose."""
    row = get_object_or_404(StatementImport.objects.select_related("file"), id=import_id, state=ImportState.HELD)
    form = AnswerAccountForm(request.POST)
    if not form.is_valid():
        return redirect("bank_import_detail", tenant=request.tenant.code, import_id=import_id)
    answer = form.cleaned_data["account"]
    account = None if answer == "new" else get_object_or_404(MoneyAccount, id=answer)
    return after(request, [take(request, row, account=account, create=account is None)])


@require_POST
@permit("banking.import")
def take_again(request: TenantRequest, import_id: int) -> HttpResponse:
    """Hand a file over anew whose import was cancelled or broke off."""
    rows = StatementImport.objects.select_related("file").select_for_update(of=("self",))
    row = get_object_or_404(rows, id=import_id, state=ImportState.WAITING)
    job = job_of(row)
    if job is None or job.state in ENDED:
        hand_over(row, at=clock.now(), by=request.user)
    return redirect("bank_import_detail", tenant=request.tenant.code, import_id=import_id)
