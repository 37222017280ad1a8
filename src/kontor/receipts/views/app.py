"""The installed app: manifest, service worker, the page without network, and what other apps share with it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kontor.core.tenancy import tenant
from kontor.organisations.models import User
from kontor.organisations.queries import rights_of, tenants_of

RIGHT = "receipts.submit"
WORKER = "receipts/js/worker.js"
KEPT = (
    "ui/css/tokens.css", "ui/css/base.css", "ui/css/buttons.css", "ui/css/cards.css", "ui/css/utilities.css",
    "ui/favicon.svg", "receipts/css/offline.css", "receipts/js/offline.js", "receipts/js/waiting.js",
    "vendor/inter-latin.woff2",
)  # fmt: skip
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable"))
NO_CACHE = "no-cache"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app to the phone that installs it, and that it takes photos and files shared with it."""
    described = {
        "id": "/", "name": "Kontor", "short_name": "Kontor", "start_url": "/", "scope": "/", "display": "standalone",
        "background_color": "#f3f6f6", "theme_color": "#0e5e6b", "lang": getattr(request, "LANGUAGE_CODE", "de"),
        "description": _("Hand in receipts, see where they are, approve them on the way."),
        "icons": [
            {"src": static(f"receipts/icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
        "share_target": {
            "action": reverse("share"), "method": "POST", "enctype": "multipart/form-data",
            "params": {"files": [
                {"name": "file", "accept": ["image/*", "application/pdf", "application/xml", "text/xml", ".pdf", ".xml"]}
            ]},
        },
        "shortcuts": [{"name": _("Take a receipt"), "url": reverse("share")}],
    }  # fmt: skip
    response = JsonResponse(described, content_type="application/manifest+json")
    response.headers["Cache-Control"] = NO_CACHE
    return response


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Send the service worker from the root, so that it may answer for all pages; it names the files it keeps.

    It keeps nothing but the page without network and that page's files: never a page with data. Its version is the
    hash of what it keeps, so that new files replace the old ones.
    """
    kept = ", ".join(f'"{static(name)}"' for name in KEPT)
    head = f'const VERSION = "{_version()}";\nconst KEPT = ["{reverse("offline")}", {kept}];\n'
    head += f'const OFFLINE = "{reverse("offline")}";\nconst SHARE = "{reverse("share")}";\n'
    response = HttpResponse(head + _text(WORKER), content_type="text/javascript")
    response.headers["Cache-Control"] = NO_CACHE
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page that stands in while there is no network: photos are kept until there is."""
    return render(request, "receipts/own/offline.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponseBase:
    """Lead to the books in which the person hands receipts in; shared files wait in the browser by then.

    A POST arrives only while the service worker is not running; it changes nothing and says what to do.
    """
    if request.method == "POST":
        messages.error(request, _("The files could not be taken over. Please open Kontor once, then share them again."))
        return redirect("share")
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    for books in tenants_of(request.user):
        with tenant(books.id, by=request.user):
            may = RIGHT in rights_of(request.user)
        if may:
            shared = "?shared=1" if "shared" in request.GET else ""
            return redirect(f"{reverse('receipts:capture', kwargs={'tenant': books.code})}{shared}")
    return redirect("home")


def _text(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found).read_text(encoding="utf-8")


@cache
def _version() -> str:
    sums = hashlib.sha256()
    for name in (*KEPT, WORKER):
        found = finders.find(name)
        assert isinstance(found, str)
        sums.update(Path(found).read_bytes())
    return sums.hexdigest()[:16]
