"""The record as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
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
from kontor.organisations.history import Entry, changes_in, entries, on_day, who
from kontor.organisations.object_names import ObjectNames, object_urls
from kontor.organisations.queries import people_in
from kontor.ui.addresses import address_writer
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table
from kontor.ui.words import Words


def record_table(request: TenantRequest) -> Table[Entry]:
    """Return the record, latest first, filtered by day, person and kind of object."""
    people, words, code = people_in.rows(request.tenant.id), Words(), request.tenant.code
    name_of = who(dict(people))
    event_url, object_url = address_writer("record_event", "event_id", tenant=code), object_urls(code)
    called = ObjectNames(lambda: table.page.object_list, rights=request.rights)

    def kind(row: Entry) -> str:
        return words[wording_of(row.object_type)]

    table: Table[Entry] = Table(
        request,
        entries.of(),
        label=_("Record"),
        columns=(
            Column(key="at", label=_("When"), value=lambda row: when(row.at), html=_moment(_("No. %(number)s"))),
            Column(key="who", label=_("Who"), value=lambda row: name_of(row.actor_id)),
            Column(key="what", label=_("What"), value=lambda row: words[wording_of(row.verb)], href=lambda row: event_url(row.id),
                   is_strong=True, sub=_changed, phone_sub=lambda row: called.of(row) or kind(row)),
            Column(key="object", label=_("Object"), value=lambda row: called.of(row) or kind(row),
                   sub=lambda row: kind(row) if called.of(row) else "", sub_label=_("Kind of object"),
                   href=object_url, hide_mobile=True),
        ),
        search=_search,
        search_hint=_("Number of the object"),
        sentence=_("Entries"),
        filters=(_days(today(request.tenant.country)), _people(people), _objects()),
        empty=Empty(title=_("Nothing was done yet"), text=_("Every change will stand here, with who made it and when."), icon="history"),
    )  # fmt: skip
    return table


def _moment(words: str) -> Callable[[Entry], SafeString]:
    """Return what writes the moment in one line, with the number of the link below; many entries share theirs."""

    @cache
    def written(at: datetime, number: int | None) -> SafeString:
        return format_html(
            '<span class="k-nw">{}</span><small>{}</small>', when(at), words % {"number": number} if number else ""
        )

    return lambda row: written(row.at, row.number)


def _changed(row: Entry) -> str:
    return ", ".join(name for name, _before, _after in changes_in(row.told, row.object_type)) if row.told else ""


def _search(rows: QuerySet[AuditEvent, Any], text: str) -> QuerySet[AuditEvent, Any]:
    return (
        rows.filter(object_id=int(text)) if text.isdecimal() and len(text) < 19 else rows.filter(verb__icontains=text)
    )


def _days(on: date) -> Filter[Entry]:
    choices = [(on, _("of today")), (on - timedelta(days=1), _("of yesterday"))]
    more = [(on - timedelta(days=back), (on - timedelta(days=back)).strftime("%d.%m.%Y")) for back in range(2, 8)]
    return Filter(
        key="day",
        anything=_("of all days"),
        choices=[(day.isoformat(), words) for day, words in [*choices, *more]],
        apply=lambda rows, value: on_day(rows, date.fromisoformat(value)),
    )


def _people(people: Sequence[tuple[int, str]]) -> Filter[Entry]:
    return Filter(
        key="by",
        anything=_("by everybody"),
        choices=[(str(user_id), _("by %(name)s") % {"name": name}) for user_id, name in people],
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


def _objects() -> Filter[Entry]:
    return Filter(
        key="object",
        anything=_("about everything"),
        choices=[(code, _("about: %(what)s") % {"what": _(wording_of(code))}) for code in _types()],
        apply=lambda rows, value: rows.filter(object_type=value),
    )
