"""Pages of a receipt on the desk: turned for good, so that they stand upright for everyone, and files added."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import Error
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.pages import crop_page
from kontor.documents.actions.reading import request_reading
from kontor.documents.queries.pages import PageView, pages_of
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.locking import check_mine, locked
from kontor.receipts.actions.processing import attach
from kontor.receipts.actions.reading import take_over
from kontor.receipts.desk.detail import detail_of
from kontor.receipts.desk.page import forms_of, found_document, is_open_for, refusal_of, title_of
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.queries.documents import document_by_id
from kontor.receipts.queries.inbox import SUBJECT, scope_posted
from kontor.receipts.rules.workflow import AssignedToOther
from kontor.receipts.views.desk import shown_again
from kontor.receipts.views.inbox import bench_url

QUARTER = 90
FILES_MAX = 10


@require_POST
@permit("receipts.process")
def turn(request: TenantRequest, document_id: int) -> HttpResponse:
    """Turn one page clockwise by a quarter and keep it so; the original stays as it was received.

    `page` is "FILE-PAGE". Asked for by a script the viewer alone is answered, else the whole page with what was typed.
    What another bookkeeper keeps stays as it is.
    """
    document = found_document(document_id)
    if document is None:
        raise Http404
    try:
        check_mine(locked(document_id), by=request.user)
    except AssignedToOther as kept:
        return _not_turned(request, document, kept)
    view = _page_of(document, request.POST.get("page", ""))
    file = Attachment.objects.select_related("file").get(document=document, file_id=view.file_id).file
    crop_page(
        file, view.page, corners=view.corners, turn=(view.turn + QUARTER) % 360, at=clock.now(), by=request.user
    )  # fmt: skip
    if request.headers.get("HX-Request"):
        return _viewer(request, document_id)
    if "version" in request.POST:
        forms = forms_of(request, document, data=request.POST)
        return shown_again(request, document, forms, status=200)
    return _back(request, document_id)


def _not_turned(request: TenantRequest, document: IncomingDocument, kept: AssignedToOther) -> HttpResponse:
    """Say who keeps the receipt: a script shows it as it is, else the page comes again with what was typed."""
    if request.headers.get("HX-Request"):
        raise kept
    if "version" in request.POST:
        forms = forms_of(request, document, data=request.POST)
        return shown_again(request, document, forms, refusal=refusal_of(kept))
    messages.error(request, refusal_of(kept))
    return _back(request, document.id)


def _back(request: TenantRequest, document_id: int) -> HttpResponse:
    if "filed" in request.POST:
        return redirect("receipts:archived", tenant=request.tenant.code, document_id=document_id)
    return redirect(bench_url(request, scope_posted(request.POST, region=request.tenant.country), r=document_id))


@require_POST
@permit("receipts.process")
def attach_files(request: TenantRequest, document_id: int) -> HttpResponse:
    """Add files to the receipt, a bad one never costs the others; what was typed is shown again as it was."""
    document = found_document(document_id)
    if document is None:
        raise Http404
    files = request.FILES.getlist("attached")[:FILES_MAX]
    refused = [no for file in files if (no := _attached(request, document_id, file))]
    for sentence in refused:
        messages.error(request, sentence)
    if not files:
        messages.error(request, _("No file was chosen."))
    elif len(refused) < len(files):
        messages.success(request, _("The file is added and is being read"))
    if "version" in request.POST:
        return shown_again(request, document, forms_of(request, document, data=request.POST), status=200)
    return redirect(bench_url(request, scope_posted(request.POST, region=request.tenant.country), r=document_id))


def _attached(request: TenantRequest, document_id: int, file: UploadedFile[bytes]) -> str:
    """Take one file in; returns why it was refused, "" if it was not."""
    at = clock.now()
    file.seek(0)  # the door may run a view again after a conflict
    try:
        with db.savepoint():
            stored = take_in(file.file, name=file.name or "beleg", owner_type=SUBJECT, at=at, by=request.user)  # type: ignore[arg-type]
            attach(document_id, stored, by=request.user)
            request_reading(stored, at=at, by=request.user)
            take_over(document_id, by=request.user)
    except (Refusal, Error) as error:
        return refusal_of(error)
    return ""


def _page_of(document: IncomingDocument, key: str) -> PageView:
    """Return the page of one of the receipt's files.  Raises: Http404."""
    file_id, _dash, page = key.partition("-")
    if not (file_id.isdecimal() and page.isdecimal() and len(key) < 19):
        raise Http404
    if not Attachment.objects.filter(document=document, file_id=int(file_id)).exists():
        raise Http404
    found = next((view for view in pages_of(int(file_id)) if view.page == int(page)), None)
    if found is None:
        raise Http404
    return found


def _viewer(request: TenantRequest, document_id: int) -> HttpResponse:
    document = document_by_id(document_id)
    if document is None:
        raise Http404
    is_open = "version" in request.POST and is_open_for(document, user=request.user)
    context = {
        "detail": detail_of(document, with_notes=False, region=request.tenant.country), "document": document,
        "title": title_of(document), "may_turn": document.assigned_to_id in {None, request.user.pk}, "forms": is_open, "is_filed": "filed" in request.POST,
        "scope": scope_posted(request.POST, region=request.tenant.country),
    }  # fmt: skip
    return render(request, "receipts/desk/viewer.html", context)
