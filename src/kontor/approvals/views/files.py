"""Pictures and originals of a document, for the people who are asked about it."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from kontor.approvals.subjects import subject_of
from kontor.approvals.views.bench import seen
from kontor.documents.serving import download_response, picture_response
from kontor.organisations.access import TenantRequest, permit


@require_safe
@permit("approvals.decide")
def picture(request: TenantRequest, request_id: int, picture_id: int) -> HttpResponseBase:
    """Show a page of a document that the person is asked about, or has answered."""
    found = seen(request, request_id)
    file = subject_of(found.subject_type).picture(found.subject_id, picture_id) if found else None
    if file is None:
        raise Http404
    return picture_response(file)


@require_safe
@permit("approvals.decide")
def original(request: TenantRequest, request_id: int, file_id: int) -> HttpResponseBase:
    """Give the original bytes as a download."""
    found = seen(request, request_id)
    file = subject_of(found.subject_type).file(found.subject_id, file_id) if found else None
    if file is None:
        raise Http404
    return download_response(file)
