"""Whether this Kontor is alive, and whether it is ready to work."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """Say that the database answers; 503 with the reason's kind otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as fault:  # noqa: BLE001  # any fault means: not ready
        return JsonResponse({"ready": False, "because": type(fault).__name__}, status=503)
    return JsonResponse({"ready": True})
