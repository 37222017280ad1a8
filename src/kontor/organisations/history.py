"""The record as people read it: who did what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Count, Min, QuerySet
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.audit import history_of, wording_of
from kontor.core.figures import format_day
from kontor.core.models import AuditEvent, AuditLink
from kontor.organisations.queries import names_of
from kontor.ui.marks import Moment

MOMENTS_MAX = 12
MACHINE = "Kontor"
_SILENT = frozenset({"id", "tenant_id", "sort_name", "party_id"})


def events() -> QuerySet[AuditEvent]:
    """Return the record of the open tenant with links, latest first."""
    return AuditEvent.objects.select_related("link").order_by("-id")


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


def moments_of(object_type: str, object_id: int) -> Sequence[Moment]:
    """Return the history of one object for `{% history %}`, one moment per act, newest first."""
    return moments(history_of(object_type, object_id)[: MOMENTS_MAX * 4])[:MOMENTS_MAX]


def moments(found: Iterable[AuditEvent]) -> list[Moment]:
    """Return what events say, those of one act and object together."""
    name_of, told = who(), dict[tuple[int, str, int], list[AuditEvent]]()
    for event in found:
        told.setdefault((event.link_id, event.object_type, event.object_id), []).append(event)
    return [_moment(group, name_of) for group in told.values()]


def _moment(group: list[AuditEvent], name_of: Callable[[int | None], str]) -> Moment:
    link = group[0].link
    return Moment(
        who=name_of(link.actor_id),
        what=_(wording_of(group[-1].verb)),  # the act that came first names the whole
        when=when(link.at),
        changes=tuple(change for event in group for change in changes_of(event)),
        by_machine=link.actor_id is None,
    )


def when(at: datetime) -> str:
    """Write an instant as day and clock."""
    local = localtime(at)
    return f"{format_day(local.date(), language=get_language() or 'de')}, {local:%H:%M}"


def changes_of(event: AuditEvent) -> Iterable[tuple[str, str, str]]:
    """Yield (field, before, after) of an update; keys and sort keys are left out."""
    if event.operation != "UPDATE" or not isinstance(event.details, dict):
        return
    for name, pair in event.details.items():
        if name not in _SILENT and isinstance(pair, list) and len(pair) == 2:
            yield _(name.removesuffix("_id").replace("_", " ").capitalize()), _text(pair[0]), _text(pair[1])


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


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


def activities() -> Sequence[Activity]:
    """Return the last transactions that changed something, latest first, each by its act."""
    links = list(AuditLink.objects.filter(number__isnull=False).order_by("-number")[:ACTIVITIES_MAX])
    heads = AuditEvent.objects.filter(link__in=links).values("link_id").annotate(first=Min("id"), count=Count("id"))
    by_link = {row["link_id"]: row for row in heads}
    verbs = dict(AuditEvent.objects.filter(id__in=[row["first"] for row in by_link.values()]).values_list("id", "verb"))
    name_of = who()
    return [
        Activity(
            who=name_of(link.actor_id), what=_(wording_of(verbs[by_link[link.id]["first"]])), at=link.at,
            count=by_link[link.id]["count"], event_id=by_link[link.id]["first"], by_machine=link.actor_id is None,
        )
        for link in links if link.id in by_link
    ]  # fmt: skip
