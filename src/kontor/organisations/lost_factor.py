"""A lost second factor: the operator takes it away, and the person sets up a new one after signing in by password."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.organisations.letters import tell_second_factor_reset
from kontor.organisations.models import User
from kontor.organisations.queries import user_by_email

VERBS = {"organisations.reset_second_factor": gettext_noop("Second factor taken away by the operator")}


class NobodyThere(Refusal):
    """No account has the address."""

    sentence = gettext_noop("There is no account for %(email)s. Nothing was changed.")
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """What was taken away: authenticators by their kind (totp, webauthn, recovery_codes), and sessions that ended."""

    person: User
    removed: Mapping[str, int]
    sessions: int


@act("organisations.reset_second_factor")
def reset_second_factor(email: str) -> Reset:
    """Remove every second factor of a person, end their sessions and write to them; without any nothing happens.

    Raises:
        NobodyThere: no account has the address.
    """
    person = user_by_email(email)
    if person is None:
        raise NobodyThere(email=email)
    factors = Authenticator.objects.filter(user=person)
    removed = Counter(str(kind) for kind in factors.values_list("type", flat=True))
    if not removed:
        return Reset(person=person, removed={}, sessions=0)
    factors.delete()
    devices = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=list(devices.values_list("session_key", flat=True))).delete()
    sessions = devices.delete()[0]
    tell_second_factor_reset(person)
    return Reset(person=person, removed=dict(removed), sessions=sessions)
