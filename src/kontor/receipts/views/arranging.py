"""Pages of one's own receipt: their order, leaving out, one receipt into two, two drafts into one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kontor.core import clock
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.arranging import join_drafts, leave_out, move_page, split_off, take_back_in
from kontor.receipts.models import IncomingDocument
from kontor.receipts.rules.pages import NoSuchPageHere
from kontor.receipts.views.finding import own_attachment, own_document


@require_POST
@permit("receipts.submit")
def move(request: TenantRequest, attachment_id: int) -> HttpResponse:
    """Put a page at another place of the receipt; `page` of the file, `to` from 0."""
    attachment = own_attachment(request, attachment_id)
    page = _number(request, "page")
    move_page(attachment.document_id, attachment.id, page, to=_number(request, "to"), by=request.user)
    return _stage(request, attachment.document_id, shown=f"{attachment.id}-{page}")


@require_POST
@permit("receipts.submit")
def take_out(request: TenantRequest, attachment_id: int) -> HttpResponse:
    """Take a page off the receipt; the archive keeps it."""
    attachment = own_attachment(request, attachment_id)
    leave_out(attachment.document_id, attachment.id, _number(request, "page"), by=request.user)
    messages.success(request, _("The page was taken off the receipt; the archive keeps the file."))
    return _stage(request, attachment.document_id)


@require_POST
@permit("receipts.submit")
def show_all(request: TenantRequest, document_id: int) -> HttpResponse:
    """Show every page again that was taken off."""
    document = own_document(request, document_id)
    take_back_in(document.id, by=request.user)
    return _stage(request, document.id)


@require_POST
@permit("receipts.submit")
def split(request: TenantRequest, attachment_id: int) -> HttpResponse:
    """Begin a new receipt with a page; the new draft comes up."""
    attachment = own_attachment(request, attachment_id)
    new = split_off(
        attachment.document_id, attachment.id, _number(request, "page"), at=clock.now(), by=request.user
    )  # fmt: skip
    messages.success(request, _("These are two receipts now. The earlier pages wait in their own draft."))
    return _stage(request, new.id)


@require_POST
@permit("receipts.submit")
def join(request: TenantRequest, document_id: int) -> HttpResponse:
    """Put the pages of another draft (`other`) behind those of this one."""
    document, other = own_document(request, document_id), _other(request)
    join_drafts(document.id, other.id, by=request.user)
    messages.success(request, _("The two drafts are one receipt now."))
    return _stage(request, document.id)


def _other(request: TenantRequest) -> IncomingDocument:
    return own_document(request, _number(request, "other"))


def _number(request: TenantRequest, name: str) -> int:
    given = request.POST.get(name, "")
    if not given.isdecimal() or len(given) > 9:
        raise NoSuchPageHere
    return int(given)


def _stage(request: TenantRequest, document_id: int, *, shown: str = "") -> HttpResponse:
    address = reverse("receipts:draft", kwargs={"tenant": request.tenant.code, "document_id": document_id})
    return redirect(f"{address}?shown={shown}" if shown else address)
