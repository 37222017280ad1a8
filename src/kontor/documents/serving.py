"""Answers with stored bytes, for the views of any context that has checked its own right first."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from kontor.documents.models import StoredFile
from kontor.documents.rules.files import FileMissing
from kontor.documents.shelves import shelf
from kontor.documents.store import chunks_of, read_file

SANDBOX = "sandbox; default-src 'none'"
_PICTURE_TYPE = "image/webp"
_PICTURE_OWNER = "documents.rendition"


def download_response(file: StoredFile) -> HttpResponseBase:
    """Send the original bytes as a download, never run by the browser.  Raises: FileMissing."""
    if not shelf().has(file.sha256, tenant_id=file.tenant_id):
        raise FileMissing(name=file.name)
    response = StreamingHttpResponse(chunks_of(file), content_type=file.media_type)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    response.headers["Cache-Control"] = "private, no-store"
    return _guarded(response)


def picture_response(file: StoredFile) -> HttpResponseBase:
    """Send the picture of a page to be shown on our pages; only what we drew ourselves.

    Raises:
        Http404: the file is no picture of a page.
        FileMissing: its bytes are gone.
    """
    if file.owner_type != _PICTURE_OWNER or file.media_type != _PICTURE_TYPE:
        raise Http404
    response = HttpResponse(read_file(file), content_type=_PICTURE_TYPE)
    response.headers["Content-Disposition"] = "inline"
    # Its bytes never change under its id, but whose right ends shall not find it in a shared cache.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return _guarded(response)


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
