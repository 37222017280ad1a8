"""The archive: finding what is done, looking at it, and handing it out as a table."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.change_words import Scale
from kontor.organisations.exports import export_of
from kontor.organisations.history import moments_of
from kontor.receipts.actions.trying import booked_lines
from kontor.receipts.desk.detail import detail_of
from kontor.receipts.desk.page import found_document, title_of
from kontor.receipts.desk.tables import archive_table


@require_safe
@permit("receipts.view")
def archive(request: TenantRequest) -> HttpResponseBase:
    """Show the archive; `?export=` hands the whole filter out, never with private notes."""
    table = archive_table(request)
    if (file := export_of(request, table)) is not None:
        return file
    return render(request, "receipts/archive/archive.html", {"table": table, "heading": _("Archive")})


@require_safe
@permit("receipts.view")
def filed(request: TenantRequest, document_id: int) -> HttpResponse:
    """Show one receipt as it is filed; private notes only to those who process receipts."""
    document = found_document(document_id)
    if document is None:
        raise Http404
    may_process = "receipts.process" in request.rights
    detail = detail_of(document, with_notes=may_process, region=request.tenant.country)
    context = {
        "detail": detail, "document": document, "title": title_of(document), "may_process": may_process,
        "may_turn": may_process, "is_filed": True,
        "categories": detail.keywords,
        "booked": booked_lines(document) if document.entry_id else (),
        "history": moments_of("receipts.document", document.id, scale=Scale(currency=document.currency, region=request.tenant.country)) if may_process else (),
        "desk_url": reverse("receipts:desk_document", kwargs={"tenant": request.tenant.code, "document_id": document.id}),
    }  # fmt: skip
    return render(request, "receipts/archive/filed.html", context)
