"""Doors of the mail intake: the letters that wait, and the mailboxes they come from."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.intake import NotASubmitter, assign_letter, ignore_letter, reopen_letter
from kontor.receipts.actions.mailboxes import (
    AddressTaken,
    MailboxFacts,
    PasswordNeeded,
    note_visit,
    save_mailbox,
    switch_mailbox,
)
from kontor.receipts.forms.mailbox import MailboxForm, initial_of
from kontor.receipts.models import IntakeMailbox
from kontor.receipts.models import IntakeMessage as Letter
from kontor.receipts.models.intake import IntakeState
from kontor.receipts.queries.intake import (
    address_of,
    count_waiting,
    incoming,
    mailbox_by_id,
    mailboxes,
    submitters,
)
from kontor.receipts.queries.intake import messages as letters_in
from kontor.receipts.tasks import ask_for_visit, try_mailbox
from kontor.receipts.transports.imap import TlsMissing
from kontor.receipts.transports.sentences import unpacked
from kontor.ui.refusals import translated

LETTERS_SHOWN = 50
_FIELDS: dict[type[Refusal], str] = {AddressTaken: "address", PasswordNeeded: "password", TlsMissing: "uses_tls"}


@require_safe
@permit("receipts.process")
def letters(request: TenantRequest) -> HttpResponse:
    """Show the letters that wait for a person, or all of them."""
    shows_all = request.GET.get("shown") == "all"
    found = incoming(letters_in("" if shows_all else IntakeState.WAITING)[:LETTERS_SHOWN])
    rows = [
        (each, [(file, _(file.refusal) % file.refusal_facts if file.refusal else "") for file in each.files])
        for each in found
    ]
    context = {
        "rows": rows, "shows_all": shows_all, "waiting": count_waiting(), "people": submitters(request.tenant),
        "has_mailbox": bool(mailboxes()), "may_set_up": "receipts.setup" in request.rights,
        "may_submit": "receipts.submit" in request.rights,
    }  # fmt: skip
    return render(request, "receipts/mailbox/letters.html", context)


@require_POST
@permit("receipts.process")
def assign(request: TenantRequest, letter_id: int) -> HttpResponse:
    """Make drafts of a letter for the chosen member, or for oneself."""
    _letter(letter_id)
    chosen = request.POST.get("member", "")
    person = next((one for one in submitters(request.tenant) if str(one.id) == chosen), None)
    if person is None:
        raise NotASubmitter(name=chosen or "?")
    made = assign_letter(letter_id, person, at=clock.now(), by=request.user)
    words = ngettext("%(n)s draft made for %(name)s", "%(n)s drafts made for %(name)s", len(made))
    messages.success(request, words % {"n": len(made), "name": person.name})
    if person.pk == request.user.pk:
        return redirect("receipts:own", tenant=request.tenant.code, document_id=made[0])
    return redirect("receipts:letters", tenant=request.tenant.code)


@require_POST
@permit("receipts.process")
def ignore(request: TenantRequest, letter_id: int) -> HttpResponse:
    """Set a letter aside, or let it wait again."""
    letter = _letter(letter_id)
    if letter.state == IntakeState.IGNORED:
        reopen_letter(letter_id, by=request.user)
        messages.success(request, _("The letter waits again"))
    else:
        ignore_letter(letter_id, by=request.user)
        messages.success(request, _("The letter was set aside; it stays in the archive"))
    return redirect("receipts:letters", tenant=request.tenant.code)


@require_safe
@permit("receipts.setup")
def boxes(request: TenantRequest) -> HttpResponse:
    """Show the mailboxes and how the last visit went."""
    rows = [(box, unpacked(box.error)) for box in mailboxes()]
    return render(request, "receipts/mailbox/boxes.html", {"rows": rows})


@permit("receipts.setup", fresh=True)
def box(request: TenantRequest, mailbox_id: int | None = None) -> HttpResponse:
    """Set a mailbox up or change it."""
    known = _box(mailbox_id) if mailbox_id is not None else None
    form = MailboxForm(request.POST or None, initial=initial_of(known) if known else None)
    if request.method == "POST" and form.is_valid():
        typed: dict[str, Any] = dict(form.cleaned_data)
        password = typed.pop("password")
        try:
            with db.savepoint():
                saved = save_mailbox(
                    MailboxFacts(**typed), mailbox_id=mailbox_id, password=password, local_hosts=settings.INTAKE_HOSTS,
                    by=request.user,
                )  # fmt: skip
            ask_for_visit(request.tenant.id, saved.id)
            messages.success(request, _("%(name)s saved; the letters are being fetched") % {"name": saved.address})
            return redirect("receipts:mailboxes", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    context = {"form": form, "box": known, "error": unpacked(known.error) if known else ""}
    return render(request, "receipts/mailbox/box.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit("receipts.setup")
def check(request: TenantRequest, mailbox_id: int) -> HttpResponse:
    """Try the connection at once and say what to do if it fails."""
    found = _box(mailbox_id)
    refusal: Refusal | None = None
    try:
        count = try_mailbox(address_of(found))
        words = ngettext("Connected: %(n)s letter in the folder", "Connected: %(n)s letters in the folder", count)
        messages.success(request, words % {"n": count})
        ask_for_visit(request.tenant.id, mailbox_id)
    except Refusal as no:
        refusal = no
        messages.error(request, translated(no))
    note_visit(mailbox_id, refusal=refusal, at=clock.now())
    return redirect("receipts:mailboxes", tenant=request.tenant.code)


@require_POST
@permit("receipts.setup")
def switch(request: TenantRequest, mailbox_id: int) -> HttpResponse:
    """Stop fetching from a mailbox, or begin again."""
    found = _box(mailbox_id)
    switch_mailbox(mailbox_id, is_active=not found.is_active, by=request.user)
    word = _("%(name)s is no longer visited") if found.is_active else _("%(name)s is visited again")
    messages.success(request, word % {"name": found.address})
    return redirect("receipts:mailboxes", tenant=request.tenant.code)


def _box(mailbox_id: int) -> IntakeMailbox:
    found = mailbox_by_id(mailbox_id)
    if found is None:
        raise Http404
    return found


def _letter(letter_id: int) -> Letter:
    found = letters_in().filter(id=letter_id).first()
    if found is None:
        raise Http404
    return found
