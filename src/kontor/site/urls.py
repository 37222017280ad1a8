"""All addresses: sign-in, the choice of tenant, and each context below `/t/<tenant>/`."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from kontor.site import health
from kontor.ui.views import gallery

TENANT = "t/<slug:tenant>/"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("kontor.organisations.urls")),
    path("", include("kontor.ui.urls")),
    path("", include("kontor.receipts.app_urls")),
    path(TENANT, include("kontor.organisations.tenant_urls")),
    path(f"{TENANT}contacts/", include("kontor.contacts.urls")),
    path(f"{TENANT}documents/", include("kontor.documents.urls")),
    path(f"{TENANT}projects/", include("kontor.projects.urls")),
    path(f"{TENANT}ledger/", include("kontor.ledger.urls")),
    path(f"{TENANT}items/", include("kontor.openitems.urls")),
    path(f"{TENANT}bank/", include("kontor.banking.urls")),
    path(f"{TENANT}match/", include("kontor.matching.urls")),
    path(f"{TENANT}payments/", include("kontor.payments.urls")),
    path(f"{TENANT}receipts/", include("kontor.receipts.urls")),
    path(f"{TENANT}approvals/", include("kontor.approvals.urls")),
    path("answers/", include("kontor.approvals.public_urls")),
]
if settings.DEBUG or settings.IS_DEMO:
    urlpatterns.append(path("gallery/", gallery, name="gallery"))

handler400 = "kontor.ui.views.bad_request"
handler403 = "kontor.ui.views.forbidden"
handler404 = "kontor.ui.views.not_found"
handler500 = "kontor.ui.views.server_error"
