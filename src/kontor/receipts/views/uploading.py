"""Taking in the files of receipts, one at a time, so that one bad file never costs the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal, gettext_noop
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.reading import request_reading
from kontor.documents.queries.pages import pages_of
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.drafting import add_file, create_draft, remove_file
from kontor.receipts.actions.reading import take_over
from kontor.receipts.models import Attachment, IncomingDocument, Source
from kontor.receipts.views.finding import own_document
from kontor.ui.refusals import translated

OWNER_TYPE = "receipts.document"
CLIENT_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")


class KeyMissing(Refusal):
    """An upload that names neither a receipt nor a key for a new one."""

    sentence = gettext_noop(
        "The upload does not say which receipt it belongs to. Please reload the page and try again."
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: its attachment, or why it was refused."""

    attachment: Attachment | None
    refusal: Refusal | None = None


@require_POST
@permit("receipts.submit")
def upload(request: TenantRequest) -> HttpResponse:
    """Take one or more files into a draft: that of `document`, or the one of `client_key`, made when first needed.

    Sending the same file again changes nothing. With `X-Fragment: upload` the answer is JSON, else a redirect.
    """
    files = request.FILES.getlist("file")
    document = target_of(request)
    taken = [_take(request, document, file) for file in files]
    if request.headers.get("X-Fragment") == "upload":
        return _as_json(request, document, taken)
    for each in taken:
        if each.refusal is not None:
            messages.error(request, translated(each.refusal))
    if not files:
        messages.error(request, _("No file was chosen."))
    return redirect("receipts:draft", tenant=request.tenant.code, document_id=document.id)


def target_of(request: TenantRequest) -> IncomingDocument:
    """Return the draft that a request means.  Raises: Http404: not one's own; KeyMissing."""
    given = request.POST.get("document", "")
    if given.isdecimal():
        return own_document(request, int(given))
    key = request.POST.get("client_key", "")
    if not CLIENT_KEY.fullmatch(key):
        raise KeyMissing
    source = Source.SHARE if request.POST.get("source") == Source.SHARE else Source.WEB
    return create_draft(client_key=key, source=source, at=clock.now(), by=request.user)


def _take(request: TenantRequest, document: IncomingDocument, file: UploadedFile[bytes]) -> Taken:
    at = clock.now()
    file.seek(0)  # the door may run a view again after a conflict
    try:
        with db.savepoint():
            stored = take_in(file.file, name=file.name or "beleg", owner_type=OWNER_TYPE, at=at, by=request.user)  # type: ignore[arg-type]
            attachment = add_file(document.id, stored, by=request.user)
            request_reading(stored, at=at, by=request.user)
            _replace(request, document, attachment)
            take_over(document.id, by=request.user)
    except Refusal as refusal:
        return Taken(None, refusal)
    return Taken(attachment)


def _replace(request: TenantRequest, document: IncomingDocument, attachment: Attachment) -> None:
    """Put a new photo in the place of the one it replaces."""
    replaced = request.POST.get("replaces", "")
    if replaced.isdecimal() and int(replaced) != attachment.id:
        remove_file(document.id, int(replaced), by=request.user)


def _as_json(request: TenantRequest, document: IncomingDocument, taken: list[Taken]) -> JsonResponse:
    refused = next((each.refusal for each in taken if each.refusal is not None), None)
    draft = reverse("receipts:draft", kwargs={"tenant": request.tenant.code, "document_id": document.id})
    answer: dict[str, object] = {"document": document.id, "draft": draft}
    if refused is not None:
        return JsonResponse(answer | {"refusal": translated(refused)}, status=422)
    attachment = taken[0].attachment if taken else None
    if attachment is None:
        return JsonResponse(answer | {"refusal": _("No file was chosen.")}, status=422)
    pages = pages_of(attachment.file_id)
    thumb = ""
    if pages:
        kwargs = {
            "tenant": request.tenant.code, "attachment_id": attachment.id, "picture_id": pages[0].thumb_id,
        }  # fmt: skip
        thumb = reverse("receipts:own_picture", kwargs=kwargs)
    return JsonResponse(answer | {"attachment": attachment.id, "name": attachment.file.name, "thumb": thumb})
