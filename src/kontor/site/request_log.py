"""One line per request: which page, how it ended, how long it took; the id stands in the record of the books too."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger("kontor.requests")
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_SILENT = ("/healthz", "/readyz", "/static/")


class RequestLogMiddleware:
    """Gives every request an id of ours, or that of the proxy in front, and logs how it ended.

    The line names the pattern of the address and the tenant's number, never the address itself, a person or their address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and log it."""
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if settings.EXPOSURE.proxies and _ID.fullmatch(given) else uuid.uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id  # the door of the tenant hands it to the record
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id
            if not request.path.startswith(_SILENT):
                _log(request, response.status_code, milliseconds=round((time.perf_counter() - started) * 1000, 1))
        return response


def _log(request: HttpRequest, status: int, *, milliseconds: float) -> None:
    match = request.resolver_match
    facts: dict[str, object] = {"method": request.method, "status": status, "ms": milliseconds}
    if match is not None:
        facts["route"] = match.route
    if (books := getattr(request, "tenant", None)) is not None:
        facts["tenant"] = books.id
    logger.info("request", extra=facts)
