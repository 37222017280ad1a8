"""The names and pages of what the record tells of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.urls import NoReverseMatch

from kontor.core.audit import guard_of, page_of
from kontor.core.models import AuditEvent
from kontor.core.object_names import names_of_objects
from kontor.ui.addresses import address

NEAR = 500  # ids to either side that are asked for together where rows come one by one, as in a file


class ObjectNames:
    """The names of the objects of a list; each kind is asked for once, rows beyond the page together with their neighbours."""

    def __init__(self, page: Callable[[], Iterable[AuditEvent]], *, rights: Collection[str]) -> None:
        self._page, self._rights = page, rights
        self._names: dict[tuple[str, int], str] = {}

    def of(self, row: AuditEvent) -> str:
        """Return what the object is called, "" where nobody names it or its contents need a right."""
        key = (row.object_type, row.object_id)
        if key not in self._names:
            self._ask(row)
        return self._names[key]

    def _ask(self, row: AuditEvent) -> None:
        kind, guard = row.object_type, guard_of(row.object_type)
        ids = {each.object_id for each in self._page() if each.object_type == kind}
        if row.object_id not in ids:
            ids = set(range(max(row.object_id - NEAR, 1), row.object_id + NEAR + 1))
        found = names_of_objects(kind, ids) if not guard or guard in self._rights else {}
        self._names |= {(kind, each): found.get(each, "") for each in ids}


def name_of_object(event: AuditEvent, *, rights: Collection[str]) -> str:
    """Return what the object of one event is called, "" where nobody names it."""
    return ObjectNames(lambda: (event,), rights=rights).of(event)


def object_url(event: AuditEvent, *, code: str) -> str:
    """Return the address of the object's page in the books `code`, "" where there is none."""
    page = page_of(event.object_type, event.object_id)
    if page is None:
        return ""
    try:
        return address(page[0], tenant=code, **page[1])
    except NoReverseMatch:
        return ""
