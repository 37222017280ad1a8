"""Who did what: the verb of an act, its history and the chain that proves it.

The rows themselves are written by database triggers (`migrations/sql/audit.sql`), which the
application can neither skip nor alter. What happens here is naming the act and reading the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.db import connection, models
from django_subatomic import db

from kontor.core.models import AuditEvent
from kontor.core.tenancy import current_tenant_id


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


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The head of the tenant's audit chain, and what looking at its last links showed."""

    number: int
    hash: str
    at: datetime | None
    checked: int
    broken: int


def chain_status(*, links_max: int = 500, events_max: int = 1_000_000_000) -> ChainStatus:
    """Return the chain's head and prove its last links anew: events, own hash, link to the one before.

    As many of the last `links_max` are proved as have `events_max` events together, the head in any case.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [current_tenant_id(), links_max + 1, events_max + 1, links_max, events_max])
        number, head, at, checked, broken = cursor.fetchone()
    return ChainStatus(number or 0, bytes(head).hex() if head else "", at, checked, broken)


# The events' hash as `audit_events_hash` makes it, here for all links at once: one call of a function costs as much as
# the whole statement.
_CHAIN = """
WITH last AS (
  SELECT tenant_id, id, number, at, actor_id, request_id, events_hash, previous_hash, hash
  FROM core_auditlink WHERE tenant_id = %s AND number IS NOT NULL ORDER BY number DESC LIMIT %s
), seen AS (
  SELECT s.*, lag(hash) OVER (ORDER BY number) AS before, row_number() OVER (ORDER BY number DESC) AS place,
         sum(size) OVER (ORDER BY number DESC) AS together
  FROM (
    SELECT l.*, (
      SELECT count(*) FROM (
        SELECT FROM core_auditevent e WHERE e.tenant_id = l.tenant_id AND e.link_id = l.id LIMIT %s
      ) few
    ) AS size FROM last l
  ) s
), proved AS (
  SELECT * FROM seen WHERE place <= %s AND (place = 1 OR together <= %s)
), told AS (
  SELECT e.link_id, sha256(string_agg(
    e.digest || convert_to(concat_ws('|', e.verb, e.operation, e.object_type, e.object_id), 'UTF8'), ''::bytea
    ORDER BY e.id)) AS hash
  FROM proved p JOIN core_auditevent e ON e.tenant_id = p.tenant_id AND e.link_id = p.id GROUP BY e.link_id
)
SELECT max(p.number), (array_agg(p.hash ORDER BY p.number DESC))[1], max(p.at), count(*),
       count(*) FILTER (
         WHERE p.hash <> audit_link_hash(p.previous_hash, p.number, p.at, p.actor_id, p.request_id, p.events_hash)
         OR p.events_hash <> coalesce(t.hash, sha256('')) OR p.previous_hash <> p.before)
FROM proved p LEFT JOIN told t ON t.link_id = p.id
"""
