"""The record as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kontor.core.audit import wording_of
from kontor.core.clock import today
from kontor.core.kept_statements import kept
from kontor.core.models import AuditEvent
from kontor.organisations.access import TenantRequest
from kontor.organisations.change_words import when
from kontor.organisations.history import all_events, changes_of, events_on, who
from kontor.organisations.queries import people_in
from kontor.ui.addresses import address
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table
from kontor.ui.words import Words


def record_table(request: TenantRequest) -> Table[AuditEvent]:
    """Return the record, latest first, filtered by day, person and kind of object."""
    name_of, words = who(), Words()
    return Table(
        request,
        all_events.of(),
        label=_("Record"),
        columns=(
            Column(key="at", label=_("When"), value=lambda row: when(row.link.at), sub=_chain_number(_("No. %(number)s"))),
            Column(key="who", label=_("Who"), value=lambda row: name_of(row.link.actor_id)),
            Column(key="what", label=_("What"), value=lambda row: words[wording_of(row.verb)], href=_event_url(request), is_strong=True,
                   sub=_changed),
            Column(key="object", label=_("Object"), value=lambda row: f"{words[wording_of(row.object_type)]} {row.object_id}", hide_mobile=True),
        ),
        search=_search,
        search_hint=_("Number of the object"),
        sentence=_("Entries"),
        filters=(_days(today(request.tenant.country)), _people(request), _objects()),
        empty=Empty(title=_("Nothing was done yet"), text=_("Every change will stand here, with who made it and when."), icon="history"),
    )  # fmt: skip


def _event_url(request: TenantRequest) -> Any:
    return lambda row: address("record_event", tenant=request.tenant.code, event_id=row.id)


def _chain_number(words: str) -> Callable[[AuditEvent], str]:
    return lambda row: words % {"number": row.link.number} if row.link.number else ""


def _changed(row: AuditEvent) -> str:
    return ", ".join(name for name, _before, _after in changes_of(row))


def _search(rows: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
    return (
        rows.filter(object_id=int(text)) if text.isdecimal() and len(text) < 19 else rows.filter(verb__icontains=text)
    )


def _days(on: date) -> Filter[AuditEvent]:
    choices = [(on, _("of today")), (on - timedelta(days=1), _("of yesterday"))]
    more = [(on - timedelta(days=back), (on - timedelta(days=back)).strftime("%d.%m.%Y")) for back in range(2, 8)]
    return Filter(
        key="day",
        anything=_("of all days"),
        choices=[(day.isoformat(), words) for day, words in [*choices, *more]],
        apply=lambda rows, value: rows.filter(id__in=events_on(date.fromisoformat(value)).values("id")),
    )


def _people(request: TenantRequest) -> Filter[AuditEvent]:
    return Filter(
        key="by",
        anything=_("by everybody"),
        choices=[
            (str(user_id), _("by %(name)s") % {"name": name}) for user_id, name in people_in.rows(request.tenant.id)
        ],
        apply=lambda rows, value: rows.filter(link__actor_id=int(value)),
    )


@kept
def _types() -> QuerySet[AuditEvent, str]:
    return AuditEvent.objects.order_by("object_type").values_list("object_type", flat=True).distinct()


def _objects() -> Filter[AuditEvent]:
    return Filter(
        key="object",
        anything=_("about everything"),
        choices=[(code, _("about: %(what)s") % {"what": _(wording_of(code))}) for code in _types.rows()],
        apply=lambda rows, value: rows.filter(object_type=value),
    )
