"""Pictures of one's own receipts: looking at them, cutting them out, taking them off."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kontor.core import clock
from kontor.documents.actions.pages import crop_page
from kontor.documents.queries.pages import picture_by_id
from kontor.documents.rules.geometry import Corners, UnfitCorners, corners_of
from kontor.documents.serving import download_response, picture_response
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.drafting import remove_file
from kontor.receipts.models import Attachment
from kontor.receipts.rules.workflow import EDITABLE_BY_SUBMITTER, WrongState
from kontor.receipts.views.finding import own_attachment


@require_GET
@permit("receipts.submit")
def own_picture(request: TenantRequest, attachment_id: int, picture_id: int) -> HttpResponseBase:
    """Send the picture of a page of one's own receipt."""
    file = picture_by_id(own_attachment(request, attachment_id).file_id, picture_id)
    if file is None:
        raise Http404
    return picture_response(file)


@require_GET
@permit("receipts.submit")
def own_file(request: TenantRequest, attachment_id: int) -> HttpResponseBase:
    """Send the original file of one's own receipt."""
    return download_response(own_attachment(request, attachment_id).file)


@require_POST
@permit("receipts.submit")
def crop(request: TenantRequest, attachment_id: int) -> HttpResponse:
    """Cut a page out at four corners and turn it; the original stays as it was received.

    `corners`: JSON list of four [x, y], shares of the upright whole page, "" for the whole page; `turn`: 0 to 270.
    """
    attachment = own_attachment(request, attachment_id)
    _check_editable(attachment)
    page = request.POST.get("page", "1")
    turn = request.POST.get("turn", "0")
    if not page.isdecimal() or not turn.isdecimal():
        raise UnfitCorners
    view = crop_page(
        attachment.file, int(page), corners=_corners(request.POST.get("corners", "")), turn=int(turn) % 360,
        at=clock.now(), by=request.user,
    )  # fmt: skip
    if request.headers.get("X-Fragment"):
        return JsonResponse({"picture": view.picture_id, "turn": view.turn})
    return redirect("receipts:draft", tenant=request.tenant.code, document_id=attachment.document_id)


def _corners(text: str) -> Corners | None:
    if not text:
        return None
    try:
        points = [(float(x), float(y)) for x, y in json.loads(text)]
    except (ValueError, TypeError) as wrong:
        raise UnfitCorners from wrong
    return corners_of(points)


@require_POST
@permit("receipts.submit")
def take_off(request: TenantRequest, attachment_id: int) -> HttpResponse:
    """Take a file off one's own receipt; the archive keeps its bytes."""
    attachment = own_attachment(request, attachment_id)
    remove_file(attachment.document_id, attachment.id, by=request.user)
    messages.success(request, _("“%(name)s” was taken off the receipt.") % {"name": attachment.file.name})
    return redirect("receipts:draft", tenant=request.tenant.code, document_id=attachment.document_id)


def _check_editable(attachment: Attachment) -> None:
    if attachment.document.state not in EDITABLE_BY_SUBMITTER:
        raise WrongState(number=str(attachment.document_id))
