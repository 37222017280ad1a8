"""Who did what: the verb of an act, and its history.

The rows themselves are written by database triggers (`migrations/sql/audit.sql`), which the
application can neither skip nor alter. What happens here is naming the act and reading the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """Say how the record words each verb and each type of object of a context (English message ids).

    `{"contacts.create_party": "Contact created", "contacts.party": "Contact"}`

    Raises:
        ValueError: a verb has two wordings.
    """
    for verb, sentence in words.items():
        if _verbs.setdefault(verb, sentence) != sentence:
            raise ValueError(f"the verb {verb} is worded twice")


def wording_of(verb: str) -> str:
    """Return the message id of a verb or a type of object; the code itself where no context words it."""
    return _verbs.get(verb, verb)


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the objects of a type are shown."""

    url_name: str
    argument: str


_pages: dict[str, _Page] = {}


def show_objects(object_type: str, *, url_name: str, argument: str) -> None:
    """Say which page shows an object of the record: `show_objects("contacts.party", url_name="contacts:party", argument="party_id")`."""
    _pages[object_type] = _Page(url_name, argument)


def page_of(object_type: str, object_id: int) -> tuple[str, dict[str, int]] | None:
    """Return URL name and arguments of an object's page, without the tenant; None where there is none."""
    page = _pages.get(object_type)
    return None if page is None else (page.url_name, {page.argument: object_id})


_guards: dict[str, str] = {}


def guard_objects(object_type: str, *, right: str) -> None:
    """Show what the record keeps of these objects only to holders of a right; that something happened is shown to all."""
    _guards[object_type] = right


def guard_of(object_type: str) -> str:
    """Return the right that the contents of an object's record need, "" for none."""
    return _guards.get(object_type, "")
