"""Somebody sends a form after the session has ended: they sign in, and what was typed waits for them.

The typed words are kept in the visitor's own new session, without files and secrets, and only for the address they
were meant for. After the sign-in a page offers to send them; nothing is sent by itself, since another person may have
signed in meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

KEPT = "typed_before_sign_in"
KEPT_SECONDS = 3600
CHARACTERS_MAX = 100_000
_NEVER_KEPT = ("password", "secret", "csrfmiddlewaretoken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form that was sent too late: where it was meant to go, the page it stood on, and its fields in order."""

    action: str
    page: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in; a form that was just sent is kept and offered again after it."""
    if request.headers.get("X-Fragment"):
        return HttpResponse(status=401)
    page = _page_of(request)
    if request.method == "POST" and _keep(request, page):
        target = reverse("typed_before")
    elif request.method == "POST":
        target = page
    else:
        target = page if _is_fragment(request) else request.get_full_path()
    response = redirect_to_login(target)
    if not _is_fragment(request):
        return response
    whole = HttpResponse(status=401)
    whole.headers["HX-Redirect"] = response.url
    return whole


def take_typed(request: HttpRequest) -> Typed | None:
    """Return what was kept, and forget it."""
    kept = request.session.pop(KEPT, None)
    if not kept or time.time() - kept["at"] > KEPT_SECONDS:
        return None
    return Typed(
        action=kept["action"], page=kept["page"], has_files=kept["has_files"],
        fields=tuple((name, value) for name, value in kept["fields"]),
    )  # fmt: skip


def _keep(request: HttpRequest, page: str) -> bool:
    fields = list(_fields(request))
    if not fields or sum(len(name) + len(value) for name, value in fields) > CHARACTERS_MAX:
        return False
    request.session[KEPT] = {
        "at": time.time(), "action": request.get_full_path(), "page": page, "fields": fields, "has_files": bool(request.FILES),
    }  # fmt: skip
    return True


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if not any(word in name.casefold() for word in _NEVER_KEPT):
            yield from ((name, str(value)) for value in values)


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _page_of(request: HttpRequest) -> str:
    """Return the page the request came from; an action of its own answers no GET, so it is no place to return to."""
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if came and url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        parts = urlsplit(came)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
