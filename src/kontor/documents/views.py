"""Handing out stored files: always as a download, never run by the browser."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from kontor.documents.queries import file_by_id
from kontor.documents.rules import FileMissing
from kontor.documents.shelves import shelf
from kontor.documents.store import chunks_of
from kontor.organisations.access import TenantRequest, permit

SANDBOX = "sandbox; default-src 'none'"


@require_GET
@permit("documents.view")
def download(request: TenantRequest, file_id: int) -> HttpResponseBase:
    """Send one file; its row is read inside the transaction, its bytes after it."""
    file = file_by_id(file_id)
    if file is None:
        raise Http404
    if not shelf().has(file.sha256, tenant_id=request.tenant.id):
        raise FileMissing(name=file.name)
    response = StreamingHttpResponse(chunks_of(file), content_type=file.media_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response
