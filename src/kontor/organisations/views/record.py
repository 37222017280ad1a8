"""The record: who did what, and the proof that nothing of it was changed."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core.anchors import make_anchor
from kontor.core.audit import guard_of, wording_of
from kontor.core.chain import chain_status
from kontor.core.clock import now, today
from kontor.core.models import AuditEvent
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.exports import export_of
from kontor.organisations.history import changes_of
from kontor.organisations.object_names import name_of_object, object_urls
from kontor.organisations.tables import record_table

# What a page proves of the chain: enough to see that nothing of the last days was changed; check-books proves it all.
LINKS_PROVED, EVENTS_PROVED = 100, 1_000


@require_safe
@permit("org.audit")
def record(request: TenantRequest) -> HttpResponseBase:
    """Show what was done, by day, person and kind of object, and whether the chain holds."""
    table = record_table(request)
    if file := export_of(request, table):
        return file
    context = {"table": table, "chain": chain_status(links_max=LINKS_PROVED, events_max=EVENTS_PROVED)}
    return render(request, "organisations/record.html", context)


@require_safe
@permit("org.audit")
def event(request: TenantRequest, event_id: int) -> HttpResponse:
    """Show one entry of the record with everything it says."""
    found = AuditEvent.objects.filter(id=event_id).select_related("link").first()
    context: dict[str, object] = {"event": found, "title": _(wording_of(found.verb)) if found else ""}
    if found is not None:
        guard = guard_of(found.object_type)
        is_shown = not guard or guard in request.rights
        details = json.dumps(found.details, indent=2, ensure_ascii=False, sort_keys=True) if is_shown else ""
        context |= {
            "changes": list(changes_of(found)) if is_shown else [], "details": details, "object_url": object_urls(request.tenant.code)(found),
            "object_word": _(wording_of(found.object_type)), "object_name": name_of_object(found, rights=request.rights), "digest": bytes(found.digest).hex(),
        }  # fmt: skip
    return render(request, "organisations/event.html", context, status=200 if found else 404)


@require_POST
@permit("org.audit")
def anchor(request: TenantRequest) -> HttpResponse:
    """Hand out today's signed anchor as a file to be kept elsewhere."""
    on = today(request.tenant.country)
    secret = settings.AUDIT_SIGNING_SECRET
    made = make_anchor(chain_status(), tenant_code=request.tenant.code, on=on, at=now(), secret=secret)
    response = HttpResponse(json.dumps(made, indent=2) + "\n", content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{request.tenant.code}-{on}-anchor.json"'
    return response
