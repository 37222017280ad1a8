"""Addresses that go out by mail: absolute ones, and the signed one that answers a question without signing in."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.signals import request_started
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

REPLY_DAYS = 14
_SALT = "kontor.approvals.reply"

_site: ContextVar[str] = ContextVar("kontor_site", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """What a reply link is good for: one question, asked of one person, in one set of books."""

    tenant_id: int
    user_id: int
    message_id: int


class LinkExpired(Exception):
    """The link was good once."""


class LinkWrong(Exception):
    """Not a link of ours."""


def remember_site(**signal: Any) -> None:
    """Keep under which address this request came, for links where no public address is set (loopback only)."""
    environ = signal.get("environ") or {}
    host = str(environ.get("HTTP_HOST", ""))
    if host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        _site.set(f"{environ.get('wsgi.url_scheme', 'http')}://{host}")
    else:
        _site.set("")


def connect() -> None:
    """Listen to requests; called when the application is ready."""
    request_started.connect(remember_site, dispatch_uid="kontor.approvals.links")


def site() -> str:
    """Return the address under which Kontor is reached, "" if nobody has said."""
    return settings.PUBLIC_URL or _site.get()


def absolute(path: str, *, base: str) -> str:
    """Return the full address of a path; the path alone where no base is known."""
    return f"{base.rstrip('/')}{path}"


def reply_path(to: ReplyTo) -> str:
    """Return the path by which a person answers one question without signing in."""
    token = signing.dumps([to.tenant_id, to.user_id, to.message_id], salt=_SALT)
    return reverse("approvals_reply", kwargs={"token": token})


def read_reply(token: str) -> ReplyTo:
    """Return what a link is good for.  Raises: LinkExpired, LinkWrong."""
    try:
        tenant_id, user_id, message_id = signing.loads(token, salt=_SALT, max_age=timedelta(days=REPLY_DAYS))
    except signing.SignatureExpired as old:
        raise LinkExpired from old
    except (signing.BadSignature, ValueError, TypeError) as bad:
        raise LinkWrong from bad
    return ReplyTo(tenant_id=tenant_id, user_id=user_id, message_id=message_id)
