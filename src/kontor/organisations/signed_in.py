"""Who asks, and when their device was last seen: written down every few minutes, not with every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.middleware import auser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from kontor.core.clock import now
from kontor.organisations.sessions import Device, user_of

SEEN_EVERY = timedelta(minutes=5)
USER_AGENT_MAX = 200


class SignedInMiddleware:
    """Puts the person on the request, once somebody asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        request.user = SimpleLazyObject(partial(_known, request))  # type: ignore[assignment]  # as Django's own middleware does
        request.auser = partial(auser, request)
        return self.get_response(request)


def _known(request: HttpRequest) -> object:
    held = vars(request)
    if "_cached_user" not in held:  # where Django keeps it too
        held["_cached_user"] = user_of(request)
    return held["_cached_user"]


class DeviceSeenMiddleware:
    """Keeps the list of signed-in devices: at once for a new one or a new address, else every `SEEN_EVERY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and write down that the device was seen if that is due."""
        if request.session.session_key and request.user.is_authenticated and _is_due(request):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_due(request: HttpRequest) -> bool:
    device: Device | None = getattr(request.session, "device", None)
    if device is None or getattr(request.session, "person", None) != request.user:
        return True
    return (
        device.ip != get_adapter().get_client_ip(request)
        or device.user_agent != request.META.get("HTTP_USER_AGENT", "")[:USER_AGENT_MAX]
        or now() - device.last_seen_at >= SEEN_EVERY
    )
