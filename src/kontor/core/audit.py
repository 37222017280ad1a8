"""Who did what: the verb of an act, its history and the chain that proves it.

The rows themselves are written by database triggers (`migrations/0002_audit_triggers.py`), which the
application can neither skip nor alter. What happens here is naming the act and reading the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django.db import connection, models
from django_subatomic import db

from kontor.core.models import AuditEvent


def act[**P, R](verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an act of the office: it needs the door's transaction; the outermost act names the verb."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            with connection.cursor() as cursor:
                cursor.execute("SELECT begin_act(%s)", [verb])
                outermost = cursor.fetchone()[0]
            result = function(*args, **kwargs)
            if outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT end_act()")
            return result

        return db.transaction_required(wrapped)

    return decorate


def history_of(object_type: str, object_id: int) -> models.QuerySet[AuditEvent]:
    """Return what happened to one object, newest first, with link."""
    events = AuditEvent.objects.filter(object_type=object_type, object_id=object_id)
    return events.select_related("link").order_by("-id")


_verbs: dict[str, str] = {}


def name_verbs(words: Mapping[str, str]) -> None:
    """Say how the record words each verb of a context (English message ids: "Contact created").

    Raises:
        ValueError: a verb has two wordings.
    """
    for verb, sentence in words.items():
        if _verbs.setdefault(verb, sentence) != sentence:
            raise ValueError(f"the verb {verb} is worded twice")


def wording_of(verb: str) -> str:
    """Return the message id of a verb; the verb itself where no context words it."""
    return _verbs.get(verb, verb)
