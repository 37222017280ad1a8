"""Taking contacts over from a CSV file: send, look, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_subatomic import db

from kontor.contacts.actions.importing import import_parties
from kontor.contacts.formats.party_csv import ReadFile, read_parties
from kontor.contacts.forms import ImportForm
from kontor.core.archive import keep_bytes, kept_bytes
from kontor.core.clock import now
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.refusals import translated

BYTES_MAX = 20 * 1024 * 1024
SHOWN_MAX = 50
_SALT = "contacts.import"


@permit("contacts.edit")
def upload(request: TenantRequest) -> HttpResponse:
    """Read a file and show what would be taken over; the bytes are kept, so that nothing is lost."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    sent = form.cleaned_data["file"]
    if sent.size > BYTES_MAX:
        form.add_error("file", _("The file is larger than %(megabytes)s MB.") % {"megabytes": BYTES_MAX // 1024**2})
        return _page(request, form)
    content = sent.read()
    try:
        read = read_parties(content)
    except Refusal as refusal:
        form.add_error("file", translated(refusal))
        return _page(request, form)
    file_id = keep_bytes(content, name=sent.name, owner_type="contacts.import", at=now(), by=request.user)
    token = signing.dumps([request.tenant.id, file_id], salt=_SALT)
    return _preview(request, read, token=token, name=sent.name)


@permit("contacts.edit")
def confirm(request: TenantRequest) -> HttpResponse:
    """Take the kept file over."""
    content = _kept(request)
    if content is None:
        return redirect("contacts:import", tenant=request.tenant.code)
    read = read_parties(content)
    try:
        with db.savepoint():
            count = import_parties(read, by=request.user)
    except Refusal as refusal:
        return _preview(request, read, token=request.POST["token"], name="", refusal=translated(refusal))
    messages.success(request, _("%(count)s contacts taken over") % {"count": count})
    return redirect("contacts:list", tenant=request.tenant.code)


def _kept(request: TenantRequest) -> bytes | None:
    try:
        tenant_id, file_id = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    return kept_bytes(file_id) if tenant_id == request.tenant.id else None


def _page(request: TenantRequest, form: ImportForm) -> HttpResponse:
    return render(request, "contacts/import.html", {"form": form}, status=422 if form.errors else 200)


def _preview(request: TenantRequest, read: ReadFile, *, token: str, name: str, refusal: str = "") -> HttpResponse:
    context = {
        "read": read, "rows": read.rows[:SHOWN_MAX], "more": max(0, len(read.rows) - SHOWN_MAX), "token": token, "name": name,
        "bad": [(bad.line, translated(bad.refusal)) for bad in read.bad], "refusal": refusal,
    }  # fmt: skip
    return render(request, "contacts/preview.html", context, status=422 if read.bad or refusal else 200)
