"""Sessions in the database, read together with the person and the device in one statement.

Who is signed in is decided by the session alone, as Django does; the joined person only spares a second statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from kontor.core.clock import now
from kontor.core.preparing import prepared
from kontor.core.reading import columns_of, instance
from kontor.organisations.models import User

_READ = f"""
SELECT s.session_data, host(d.ip), d.user_agent, d.last_seen_at, {columns_of(User, "u")}
FROM django_session s
LEFT JOIN usersessions_usersession d ON d.session_key = s.session_key
LEFT JOIN organisations_user u ON u.id = d.user_id
WHERE s.session_key = %s AND s.expire_date > %s
"""


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of the device that holds the session."""

    ip: str
    user_agent: str
    last_seen_at: datetime


class SessionStore(db.SessionStore):
    """A session that remembers whose it is while it is read."""

    person: User | None = None
    device: Device | None = None

    def load(self) -> dict[str, Any]:
        """Return what the session holds, {} where there is none; keep person and device."""
        with prepared(), connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        content, ip, user_agent, last_seen_at, *person = row
        if last_seen_at is not None:
            self.device = Device(ip, user_agent, last_seen_at)
            self.person = instance(User, person)
        return self.decode(content)


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who is signed in, by the same proofs as Django's: backend, person, hash of the password."""
    session: Any = request.session
    user_id = session.get(SESSION_KEY)
    person: User | None = getattr(session, "person", None)
    if (
        person is None
        or str(person.pk) != user_id
        or not person.is_active
        or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
        or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return auth.get_user(request)  # the slow way: a new device, or nobody
    return person
