"""The record as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.audit import wording_of
from kontor.core.clock import today
from kontor.core.models import AuditEvent
from kontor.core.tenancy import current_tenant_id
from kontor.organisations.access import TenantRequest
from kontor.organisations.change_words import when
from kontor.organisations.history import all_events, changes_of, events_on, who
from kontor.organisations.object_names import ObjectNames, object_url
from kontor.organisations.queries import people_in
from kontor.ui.addresses import address
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table
from kontor.ui.words import Words


def record_table(request: TenantRequest) -> Table[AuditEvent]:
    """Return the record, latest first, filtered by day, person and kind of object."""
    name_of, words = who(), Words()
    called = ObjectNames(lambda: table.page.object_list, rights=request.rights)
    table: Table[AuditEvent] = Table(
        request,
        all_events.of(),
        label=_("Record"),
        columns=(
            Column(key="at", label=_("When"), value=lambda row: when(row.link.at), html=_moment(_("No. %(number)s"))),
            Column(key="who", label=_("Who"), value=lambda row: name_of(row.link.actor_id)),
            Column(key="what", label=_("What"), value=lambda row: words[wording_of(row.verb)], href=_event_url(request), is_strong=True,
                   sub=_changed, phone_sub=lambda row: called.of(row) or words[wording_of(row.object_type)]),
            Column(key="object", label=_("Object"), value=lambda row: called.of(row) or words[wording_of(row.object_type)],
                   sub=lambda row: words[wording_of(row.object_type)] if called.of(row) else "", sub_label=_("Kind of object"),
                   href=_object_url(request), hide_mobile=True),
        ),
        search=_search,
        search_hint=_("Number of the object"),
        sentence=_("Entries"),
        filters=(_days(today(request.tenant.country)), _people(request), _objects()),
        empty=Empty(title=_("Nothing was done yet"), text=_("Every change will stand here, with who made it and when."), icon="history"),
    )  # fmt: skip
    return table


def _event_url(request: TenantRequest) -> Any:
    return lambda row: address("record_event", tenant=request.tenant.code, event_id=row.id)


def _object_url(request: TenantRequest) -> Callable[[AuditEvent], str]:
    return lambda row: object_url(row, code=request.tenant.code)


def _moment(words: str) -> Callable[[AuditEvent], SafeString]:
    """Return what writes the moment in one line, with the number of the link below."""

    def write(row: AuditEvent) -> SafeString:
        number = words % {"number": row.link.number} if row.link.number else ""
        return format_html('<span class="k-nw">{}</span><small>{}</small>', when(row.link.at), number)

    return write


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


# From kind to kind by the index, however many events there are.
_TYPES = """
WITH RECURSIVE kinds AS (
  SELECT min(e.object_type) AS kind FROM core_auditevent e WHERE e.tenant_id = %(tenant)s
  UNION ALL
  SELECT (SELECT min(e.object_type) FROM core_auditevent e WHERE e.tenant_id = %(tenant)s AND e.object_type > k.kind)
  FROM kinds k WHERE k.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""


def _types() -> list[str]:
    """Return the kinds of objects that the record tells of."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPES, {"tenant": current_tenant_id()})
        return [kind for (kind,) in cursor.fetchall()]


def _objects() -> Filter[AuditEvent]:
    return Filter(
        key="object",
        anything=_("about everything"),
        choices=[(code, _("about: %(what)s") % {"what": _(wording_of(code))}) for code in _types()],
        apply=lambda rows, value: rows.filter(object_type=value),
    )
