"""Taking contacts over from a CSV file: send, look, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_subatomic import db

from kontor.contacts.actions.importing import import_parties
from kontor.contacts.formats.party_csv import ReadFile, read_parties
from kontor.contacts.forms import ImportForm
from kontor.core.archive import kept_bytes
from kontor.core.clock import now
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated
from kontor.ui.sent_files import PreviewTooOld, keep_shown, shown_before

SHOWN_MAX = 50
_PURPOSE = "contacts.import"


@permit("contacts.edit")
def upload(request: TenantRequest) -> HttpResponse:
    """Read a file and show what would be taken over; the bytes are kept, so that nothing is lost."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    sent = form.cleaned_data["file"]
    content = sent.read()
    try:
        read = read_parties(content)
    except Refusal as refusal:
        form.add_error("file", translated(refusal))
        return _page(request, form)
    token = keep_shown(content, name=sent.name, purpose=_PURPOSE, at=now(), by=request.user)
    return _preview(request, read, token=token, name=sent.name)


@permit("contacts.edit")
def confirm(request: TenantRequest) -> HttpResponse:
    """Take the kept file over."""
    try:
        file_id, _choice = shown_before(request.POST.get("token", ""), purpose=_PURPOSE)
    except PreviewTooOld as refusal:
        messages.error(request, translated(refusal))
        return redirect("contacts:import", tenant=request.tenant.code)
    read = read_parties(kept_bytes(file_id) or b"")
    try:
        with db.savepoint():
            count = import_parties(read, by=request.user)
    except Refusal as refusal:
        return _preview(request, read, token=request.POST["token"], name="", refusal=translated(refusal))
    messages.success(request, _("%(count)s contacts taken over") % {"count": count})
    return redirect("contacts:list", tenant=request.tenant.code)


def _page(request: TenantRequest, form: ImportForm) -> HttpResponse:
    return render(request, "contacts/import.html", {"form": form}, status=422 if form.errors else 200)


def _preview(request: TenantRequest, read: ReadFile, *, token: str, name: str, refusal: str = "") -> HttpResponse:
    context = {
        "read": read, "rows": read.rows[:SHOWN_MAX], "more": max(0, len(read.rows) - SHOWN_MAX), "token": token, "name": name,
        "bad": [(bad.line, translated(bad.refusal)) for bad in read.bad], "refusal": refusal,
    }  # fmt: skip
    return render(request, "contacts/preview.html", context, status=422 if read.bad or refusal else 200)
