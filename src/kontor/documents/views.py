"""Handing out stored files: the original as a download, pictures of pages to be looked at."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from kontor.documents.queries.files import file_by_id
from kontor.documents.queries.pages import picture_by_id
from kontor.documents.serving import download_response, picture_response
from kontor.organisations.access import TenantRequest, permit


@require_GET
@permit("documents.view")
def download(request: TenantRequest, file_id: int) -> HttpResponseBase:
    """Send one file; its row is read inside the transaction, its bytes after it."""
    file = file_by_id(file_id)
    if file is None:
        raise Http404
    return download_response(file)


@require_GET
@permit("documents.view")
def picture(request: TenantRequest, file_id: int, picture_id: int) -> HttpResponseBase:
    """Send the picture of a page of one file."""
    file = picture_by_id(file_id, picture_id)
    if file is None:
        raise Http404
    return picture_response(file)
