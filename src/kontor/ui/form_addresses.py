"""An address that only takes forms leads whoever opens it to the page it belongs to.

People get there by a reload, a bookmark or a link on a page that answered a refused form: `/items/7/write-off` belongs
to `/items/7/`, `/match/confirm?t=3` to `/match/?t=3`. Without this they would see an empty page (405).
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

NOT_ALLOWED = 405


class FormAddressMiddleware:
    """Answer a browser's 405 with a way on; programs get the bare answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Lead a GET to the page above; say in a sentence that other methods do nothing here."""
        response = self.get_response(request)
        if response.status_code != NOT_ALLOWED or "text/html" not in request.headers.get("Accept", ""):
            return response
        if request.method == "GET":
            query = request.META.get("QUERY_STRING", "")
            return redirect(page_above(request.path) + (f"?{query}" if query else ""))
        answer = render(request, "405.html", status=NOT_ALLOWED)
        answer.headers["Allow"] = response.headers.get("Allow", "")
        return answer


def page_above(path: str) -> str:
    """Return the nearest address above `path` that exists; it may itself lead further up."""
    parts = path.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = "/" + "/".join(parts[:end]) + "/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
