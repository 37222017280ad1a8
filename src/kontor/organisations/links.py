"""One-time links by which a person sets their first password."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from kontor.organisations.models import User


def one_time_link(user: User) -> str:
    """Return the path at which `user` chooses a password; it holds once and for a few days (PASSWORD_RESET_TIMEOUT)."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
