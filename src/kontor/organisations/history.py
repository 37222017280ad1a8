"""The record as people read it: who did what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Min, QuerySet
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


def events() -> QuerySet[AuditEvent]:
    """Return the record of the open tenant with links, latest first."""
    return AuditEvent.objects.select_related("link").order_by("-id")


@kept
def all_events() -> QuerySet[AuditEvent]:
    """Return what `events` does, compiled once."""
    return events()


def events_on(day: date) -> QuerySet[AuditEvent]:
    """Return the record of one local day."""
    start = datetime.combine(day, time.min, get_current_timezone())
    return events().filter(link__at__gte=start, link__at__lt=start + timedelta(days=1))


def who() -> Callable[[int | None], str]:
    """Return a function that names actors by id, asking once for each; None is the machine."""

    @cache
    def name_of(actor_id: int | None) -> str:
        return MACHINE if actor_id is None else names_of({actor_id}).get(actor_id, MACHINE)

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
    if event.operation != "UPDATE" or not isinstance(event.details, dict):
        return
    for name, pair in event.details.items():
        if (name in keys or is_told(name)) and isinstance(pair, list) and len(pair) == 2:
            before, after = (value_words(event.object_type, name, value, scale=scale) for value in pair)
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


@kept
def _last_links() -> QuerySet[AuditLink]:
    return AuditLink.objects.filter(number__isnull=False).order_by("-number")[:ACTIVITIES_MAX]


@kept
def _heads(link_ids: list[int]) -> QuerySet[AuditEvent, Any]:
    rows = AuditEvent.objects.filter(link_id__among=link_ids).values("link_id")
    return rows.annotate(first=Min("id"), count=Count("id"))


@kept
def _verbs(ids: list[int]) -> QuerySet[AuditEvent, Any]:
    return AuditEvent.objects.filter(id__among=ids).values_list("id", "verb")


def activities() -> Sequence[Activity]:
    """Return the last transactions that changed something, latest first, each by its act."""
    links = _last_links.rows()
    by_link = {row["link_id"]: row for row in _heads.rows([link.id for link in links])} if links else {}
    verbs = dict(_verbs.rows([row["first"] for row in by_link.values()])) if by_link else {}
    names = names_of({link.actor_id for link in links if link.actor_id is not None})
    return [
        Activity(
            who=names.get(link.actor_id or 0, MACHINE), what=_(wording_of(verbs[by_link[link.id]["first"]])), at=link.at,
            count=by_link[link.id]["count"], event_id=by_link[link.id]["first"], by_machine=link.actor_id is None,
        )
        for link in links if link.id in by_link
    ]  # fmt: skip
