"""Codes that people type: how often a wrong one is borne."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_subatomic import db

from kontor.core.refusal import Refusal, gettext_noop
from kontor.organisations.models import CodeAttempt, User

WRONG_MAX_PERSON = 10
WRONG_MAX_ADDRESS = 60
WINDOW = timedelta(hours=1)
_KEPT = timedelta(days=1)


class TooManyCodes(Refusal):
    """Somebody is guessing."""

    sentence = gettext_noop(
        "Too many wrong codes were entered. For safety the next attempt is possible in an hour; the administrator of the organisation knows the right code."
    )
    status = 429


@db.transaction_required
def begin_attempt(*, user: User | None, address: str, at: datetime) -> CodeAttempt:
    """Count an attempt before it is checked; commit it first, forget it if the code was right.

    Raises:
        TooManyCodes: the person or the network address had too many wrong ones within an hour.
    """
    if user is not None:  # parallel attempts of one account stand in line, so that none is overlooked
        User.objects.select_for_update().get(pk=user.pk)
    CodeAttempt.objects.filter(at__lt=at - _KEPT).delete()
    recent = CodeAttempt.objects.filter(at__gt=at - WINDOW)
    is_person_over = user is not None and recent.filter(user=user).count() >= WRONG_MAX_PERSON
    if is_person_over or recent.filter(address=address).count() >= WRONG_MAX_ADDRESS:
        raise TooManyCodes
    return CodeAttempt.objects.create(user=user, address=address, at=at)


@db.transaction_required
def forget_attempt(attempt: CodeAttempt) -> None:
    """Take back an attempt whose code was right."""
    CodeAttempt.objects.filter(id=attempt.id).delete()
