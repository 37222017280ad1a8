"""How allauth signs people in here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class KontorAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """No open sign-up: accounts come by invitation link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # as allauth calls it
        """Refuse sign-up: an administrator gives access by a one-time link."""
        return False
