"""The record as people read it: who did what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Protocol

from django.db import connection
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from kontor.core.audit import wording_of
from kontor.core.kept_statements import kept
from kontor.core.models import AuditEvent, AuditLink
from kontor.core.reading import columns_of, selected
from kontor.core.tenancy import current_tenant_id
from kontor.organisations.change_words import Scale, is_told, value_words, when
from kontor.organisations.models import User
from kontor.organisations.queries import names_of
from kontor.ui.marks import Moment

MOMENTS_MAX = 12
MACHINE = "Kontor"
_MOMENTS = f"""
SELECT {columns_of(AuditEvent, "e")}, {columns_of(AuditLink, "l")}, {columns_of(User, "u")}
FROM core_auditevent e JOIN core_auditlink l ON l.tenant_id = e.tenant_id AND l.id = e.link_id
LEFT JOIN organisations_user u ON u.id = l.actor_id
WHERE e.tenant_id = %s AND e.object_type = %s AND e.object_id = %s ORDER BY e.id DESC LIMIT %s
"""
# Acts that only prepare the one that follows in the same transaction.
_PREPARING = frozenset({"save", "save_draft", "create_draft", "take"})


class Entry(Protocol):
    """An event as the list tells it: `told` is what an update changed, `number` that of its link once it is closed."""

    @property
    def id(self) -> int: ...
    @property
    def verb(self) -> str: ...
    @property
    def object_type(self) -> str: ...
    @property
    def object_id(self) -> int: ...
    @property
    def told(self) -> object: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def number(self) -> int | None: ...


@kept
def entries() -> QuerySet[AuditEvent, Any]:
    """Return the record of the open tenant as entries, latest first.

    The link is looked up row by row: of a join the planner takes few rows to come, and reads and sorts all there are.
    What was made or deleted is kept whole in the record, and not told in a list.
    """
    link = AuditLink.objects.filter(id=OuterRef("link_id"))
    told = Case(When(operation="UPDATE", then=F("details")), default=None)
    rows = AuditEvent.objects.annotate(
        told=told, **{name: Subquery(link.values(name)[:1]) for name in ("at", "actor_id", "number")}
    )
    shown = ("id", "verb", "object_type", "object_id", "told", "at", "actor_id", "number")
    return rows.order_by("-id").values_list(*shown, named=True)


def on_day(rows: QuerySet[AuditEvent, Any], day: date) -> QuerySet[AuditEvent, Any]:
    """Return those of one local day."""
    start = datetime.combine(day, time.min, get_current_timezone())
    return rows.filter(link__at__gte=start, link__at__lt=start + timedelta(days=1))


def who(known: Mapping[int, str] | None = None) -> Callable[[int | None], str]:
    """Return a function that names actors by id, asking once for each who is not `known`; None is the machine."""
    names = known or {}

    @cache
    def name_of(actor_id: int | None) -> str:
        if actor_id is None:
            return MACHINE
        return names[actor_id] if actor_id in names else names_of({actor_id}).get(actor_id, MACHINE)

    return name_of


def moments_of(
    object_type: str, object_id: int, *, scale: Scale | None = None, keys: Collection[str] = ()
) -> Sequence[Moment]:  # fmt: skip
    """Return the history of one object for `{% history %}`, one moment per act, newest first; `scale` is of its amounts.

    `keys` are columns whose keys are told too: the caller puts names in their place.
    """
    values = [current_tenant_id(), object_type, object_id, MOMENTS_MAX * 4]
    found, names = list[AuditEvent](), dict[int | None, str]()
    for event, link, actor in selected(_MOMENTS, values, AuditEvent, AuditLink, User):
        assert link is not None
        event.link, names[link.actor_id] = link, MACHINE if actor is None else actor.name
        found.append(event)
    told = moments(found, name_of=lambda actor_id: names.get(actor_id, MACHINE), scale=scale, keys=keys)
    return told[:MOMENTS_MAX]


def moments(
    found: Iterable[AuditEvent],
    *,
    name_of: Callable[[int | None], str] | None = None,
    scale: Scale | None = None,
    keys: Collection[str] = (),
) -> list[Moment]:
    """Return what events say, those of one act and object together; `name_of` names actors."""
    name_of, told = name_of or who(), dict[tuple[int, str, int], list[AuditEvent]]()
    for event in found:
        told.setdefault((event.link_id, event.object_type, event.object_id), []).append(event)
    return [_moment(group, name_of, scale=scale, keys=keys) for group in told.values()]


def _moment(
    group: list[AuditEvent], name_of: Callable[[int | None], str], *, scale: Scale | None, keys: Collection[str]
) -> Moment:
    link = group[0].link
    changes: dict[str, tuple[str, str, str]] = {}
    for event in reversed(group):
        for name, before, after in changes_of(event, scale=scale, keys=keys):
            changes[name] = (name, changes[name][1] if name in changes else before, after)
    return Moment(
        who=name_of(link.actor_id),
        what=_(wording_of(_naming(group))),
        when=when(link.at),
        changes=tuple(each for each in changes.values() if each[1] != each[2]),
        by_machine=link.actor_id is None,
    )


def _naming(group: Sequence[AuditEvent]) -> str:
    """Return the verb that names the whole: of the acts, latest first, the first one that does more than prepare another."""
    verbs = [event.verb for event in reversed(group)]
    return next((verb for verb in verbs if verb.rpartition(".")[2] not in _PREPARING), verbs[0])


def changes_of(
    event: AuditEvent, *, scale: Scale | None = None, keys: Collection[str] = ()
) -> Iterable[tuple[str, str, str]]:
    """Yield (field, before, after) of an update; keys but `keys` and what only machines need are left out."""
    return changes_in(event.details if event.operation == "UPDATE" else None, event.object_type, scale=scale, keys=keys)


def changes_in(
    told: object, object_type: str, *, scale: Scale | None = None, keys: Collection[str] = ()
) -> Iterator[tuple[str, str, str]]:
    """Yield what `changes_of` does, of what an update changed."""
    if not isinstance(told, dict):
        return
    for name, pair in told.items():
        if (name in keys or is_told(name)) and isinstance(pair, list) and len(pair) == 2:
            before, after = (value_words(object_type, name, value, scale=scale) for value in pair)
            if before != after:
                yield _(name.removesuffix("_id").replace("_", " ").capitalize()), before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One transaction of the record as the home page tells it."""

    who: str
    what: str
    at: datetime
    count: int
    event_id: int
    by_machine: bool


ACTIVITIES_MAX = 6
_ACTIVITIES = f"""
WITH links AS MATERIALIZED (
  SELECT l.id, l.number, l.at, l.actor_id FROM core_auditlink l
  WHERE l.tenant_id = %(tenant)s AND l.number IS NOT NULL ORDER BY l.number DESC LIMIT {ACTIVITIES_MAX}
)
SELECT l.at, l.actor_id, u.name, act.event_id, act.events, e.verb FROM links l
CROSS JOIN LATERAL (
  SELECT min(e.id) AS event_id, count(*) AS events FROM core_auditevent e
  WHERE e.tenant_id = %(tenant)s AND e.link_id = l.id
) act
JOIN core_auditevent e ON e.tenant_id = %(tenant)s AND e.id = act.event_id
LEFT JOIN organisations_user u ON u.id = l.actor_id
ORDER BY l.number DESC
"""


def activities() -> Sequence[Activity]:
    """Return the last transactions that changed something, latest first, each by its act."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVITIES, {"tenant": current_tenant_id()})
        return [
            Activity(who=name or MACHINE, what=_(wording_of(verb)), at=at, count=count, event_id=event_id, by_machine=actor_id is None)
            for at, actor_id, name, event_id, count, verb in cursor.fetchall()
        ]  # fmt: skip
