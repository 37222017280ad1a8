"""Finding one's own receipts; what belongs to others does not exist here."""

from __future__ import annotations

from django.http import Http404

from kontor.organisations.access import TenantRequest
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.queries.documents import own_documents


def own_document(request: TenantRequest, document_id: int) -> IncomingDocument:
    """Return a receipt of whoever asks.  Raises: Http404."""
    found = own_documents(request.user.id).filter(id=document_id).first()
    if found is None:
        raise Http404
    return found


def own_attachment(request: TenantRequest, attachment_id: int) -> Attachment:
    """Return a file of a receipt of whoever asks.  Raises: Http404."""
    rows = Attachment.objects.filter(id=attachment_id, document__submitter_id=request.user.id)
    found = rows.select_related("file", "document").first()
    if found is None:
        raise Http404
    return found
