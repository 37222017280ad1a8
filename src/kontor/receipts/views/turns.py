"""What happens to a receipt on the desk beside saving and booking: asking, rejecting, notes, taking back, paying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import Error
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_subatomic import db

from kontor.approvals.models import Message
from kontor.core import clock
from kontor.core.refusal import Refusal, gettext_noop
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.advancing import link_advance
from kontor.receipts.actions.booking import cancel, set_paid, unbook
from kontor.receipts.actions.processing import TWICE_WITHIN, add_note, ask_back, reject
from kontor.receipts.actions.submitting import SUBJECT, write
from kontor.receipts.desk.forms import DeskForms
from kontor.receipts.desk.page import forms_of, found_document, refusal_of
from kontor.receipts.desk.previews import is_changed
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.days import first_open_day
from kontor.receipts.queries.inbox import scope_posted
from kontor.receipts.queries.listed import next_after
from kontor.receipts.rules.workflow import RejectReasonMissing
from kontor.receipts.views.desk import keep_note, refused, said_in, save_typed, shown_again
from kontor.receipts.views.inbox import bench_url
from kontor.ui.forms.fields import DayField


class EmptyNote(Refusal):
    """Nothing written."""

    sentence = gettext_noop("Nothing was written. Please type the note first.")


class AccountNotChosen(Refusal):
    """Paid, but from where?"""

    sentence = gettext_noop("Please choose the account that the money left from.")


@require_POST
@permit("receipts.process")
def ask(request: TenantRequest, document_id: int) -> HttpResponse:
    """Ask the submitter; the receipt waits under „Rückfrage“."""
    text = request.POST.get("question", "")
    return _turn(request, document_id, lambda: ask_back(document_id, text, at=clock.now(), by=request.user),
                 told=_("The question is asked"), goes_on=True, done="question")  # fmt: skip


@require_POST
@permit("receipts.process")
def message(request: TenantRequest, document_id: int) -> HttpResponse:
    """Write into the conversation with the submitter."""
    text = request.POST.get("message", "")

    def do() -> None:
        if not _is_repeated(document_id, text, by=request.user.pk):
            write(document_id, text, at=clock.now(), by=request.user)

    return _turn(request, document_id, do, told=_("Message written"), done="message")


@require_POST
@permit("receipts.process")
def note(request: TenantRequest, document_id: int) -> HttpResponse:
    """Leave a private note."""
    text = request.POST.get("note", "")

    def do() -> None:
        if not text.strip():
            raise EmptyNote
        add_note(document_id, text, at=clock.now(), by=request.user)

    return _turn(request, document_id, do, told=_("Note kept"), done="note")


@require_POST
@permit("receipts.process")
def reject_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Reject with a reason; the next receipt comes up."""
    reason = request.POST.get("reason", "")
    return _turn(request, document_id, lambda: reject(document_id, reason, at=clock.now(), by=request.user),
                 told=_("The receipt is rejected"), goes_on=True, done="reason")  # fmt: skip


@require_POST
@permit("receipts.process")
def unbook_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Take the booking back on its own day, or on the first open one."""
    document = found_document(document_id)
    if document is None:
        raise Http404
    booked_on = document.entry.entry_date if document.entry is not None else clock.today(request.tenant.country)
    return _turn(request, document_id,
                 lambda: unbook(document_id, day=first_open_day(booked_on), at=clock.now(), by=request.user),
                 told=_("The booking is taken back; the receipt is in progress again"), tab="progress")  # fmt: skip


@require_POST
@permit("receipts.process")
def cancel_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Cancel the receipt with a reason; it stays in the archive."""
    reason = request.POST.get("cancel_reason", "")

    def do() -> None:
        if not reason.strip():
            raise RejectReasonMissing
        day = first_open_day(clock.today(request.tenant.country))
        cancel(document_id, reason, day=day, at=clock.now(), by=request.user)

    return _turn(request, document_id, do, told=_("The receipt is cancelled"), goes_on=True, done="cancel_reason")


@require_POST
@permit("receipts.settle", fresh=True)
def paid(request: TenantRequest, document_id: int) -> HttpResponse:
    """Set the receipt paid by hand: where the money left, and when; asks for the password anew, as for a whole list."""
    account = request.POST.get("money_account", "")

    def do() -> None:
        if not account.isdecimal() or len(account) > 18:
            raise AccountNotChosen
        set_paid(document_id, int(account), day=day_typed(request), at=clock.now(), by=request.user)

    return _turn(request, document_id, do, told=_("The receipt is set paid"))


@require_POST
@permit("receipts.process")
def link(request: TenantRequest, document_id: int) -> HttpResponse:
    """Say which recorded advance the receipt was meant for."""
    advance = request.POST.get("advance", "")
    number = int(advance) if advance.isdecimal() and len(advance) < 19 else 0
    return _turn(request, document_id, lambda: link_advance(document_id, number, by=request.user),
                 told=_("The receipt is linked to the advance"))  # fmt: skip


class DayUnreadable(Refusal):
    """No day."""

    sentence = gettext_noop("The day “%(text)s” cannot be read. Please write it like 20.11.2026.")


def day_typed(request: TenantRequest) -> date:
    """Return the day of a payment as typed, today if nothing was.  Raises: DayUnreadable."""
    today = clock.today(request.tenant.country)
    text = request.POST.get("day", "").strip()
    try:
        return DayField(on=today).to_python(text) or today
    except ValidationError as unreadable:
        raise DayUnreadable(text=text[:40]) from unreadable


def _is_repeated(document_id: int, text: str, *, by: int) -> bool:
    """Tell whether the last message is the same one, sent a moment ago by a double click."""
    last = Message.objects.filter(subject_type=SUBJECT, subject_id=document_id).order_by("-id").first()
    if last is None or last.author_id != by or last.text != text.strip():
        return False
    return clock.now() - last.written_at < TWICE_WITHIN


def _turn(
    request: TenantRequest,
    document_id: int,
    do: Callable[[], object],
    *,
    told: str,
    goes_on: bool = False,
    tab: str = "",
    done: str = "",
) -> HttpResponse:
    """Do it and say so; a refusal is told on the same page.

    `goes_on` leads to the next receipt of the list. A form that comes along is saved before that, else it is shown
    again as typed; `done` names the text that has served its purpose.
    """
    document = found_document(document_id)
    if document is None:
        raise Http404
    scope = scope_posted(request.POST, region=request.tenant.country)
    following = next_after(scope, document.id, user_id=request.user.pk) if goes_on else document_id
    forms = forms_of(request, document, data=request.POST) if "version" in request.POST else None
    if forms is not None and goes_on and not forms.is_valid():
        return shown_again(request, document, forms, refusal=_("Not done yet: please correct the marked fields first."))
    try:
        with db.savepoint():
            if forms is not None and goes_on:
                _save_before(request, document, forms)
            do()
    except (Refusal, Error) as error:
        if forms is not None:
            return refused(request, document, forms, error)
        messages.error(request, refusal_of(error))
        return redirect(bench_url(request, scope, r=document_id))
    messages.success(request, told)
    if forms is not None and not goes_on:
        return _as_typed(request, document_id, done=done)
    if tab:
        return redirect(bench_url(request, type(scope)(tab=tab), r=document_id))
    return redirect(bench_url(request, scope, r=following))


def _save_before(request: TenantRequest, document: IncomingDocument, forms: DeskForms) -> None:
    """Save what the form says before the receipt leaves the desk, if it says anything new; notes are kept too."""
    if is_changed(document, forms):
        save_typed(request, document.id, forms)
    keep_note(request, document.id)


def _as_typed(request: TenantRequest, document_id: int, *, done: str) -> HttpResponse:
    document = found_document(document_id)
    if document is None:
        raise Http404
    forms = forms_of(request, document, data=request.POST)
    return shown_again(request, document, forms, status=200, said=said_in(request) | {done: ""})
