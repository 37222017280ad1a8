"""The names and pages of what the record tells of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Protocol

from django.urls import NoReverseMatch

from kontor.core.audit import guard_of, page_of
from kontor.core.object_names import names_of_objects
from kontor.ui.addresses import address_writer

NEAR = 500  # ids to either side that are asked for together where rows come one by one, as in a file


class Told(Protocol):
    """What tells of an object: an event of the record."""

    @property
    def object_type(self) -> str: ...
    @property
    def object_id(self) -> int: ...


class ObjectNames:
    """The names of the objects of a list; each kind is asked for once, rows beyond the page together with their neighbours."""

    def __init__(self, page: Callable[[], Iterable[Told]], *, rights: Collection[str]) -> None:
        self._page, self._rights = page, rights
        self._names: dict[tuple[str, int], str] = {}

    def of(self, row: Told) -> str:
        """Return what the object is called, "" where nobody names it or its contents need a right."""
        key = (row.object_type, row.object_id)
        if key not in self._names:
            self._ask(row)
        return self._names[key]

    def _ask(self, row: Told) -> None:
        kind, guard = row.object_type, guard_of(row.object_type)
        ids = {each.object_id for each in self._page() if each.object_type == kind}
        if row.object_id not in ids:
            ids = set(range(max(row.object_id - NEAR, 1), row.object_id + NEAR + 1))
        found = names_of_objects(kind, ids) if not guard or guard in self._rights else {}
        self._names |= {(kind, each): found.get(each, "") for each in ids}


def name_of_object(event: Told, *, rights: Collection[str]) -> str:
    """Return what the object of one event is called, "" where nobody names it."""
    return ObjectNames(lambda: (event,), rights=rights).of(event)


def object_urls(code: str) -> Callable[[Told], str]:
    """Return what gives the address of an object's page in the books `code`, "" where there is none."""
    writer = cache(lambda object_type: _writer(object_type, code))
    return lambda event: writer(event.object_type)(event.object_id)


def _writer(object_type: str, code: str) -> Callable[[int], str]:
    page = page_of(object_type, 0)
    try:
        return address_writer(page[0], next(iter(page[1])), tenant=code) if page is not None else lambda _object_id: ""
    except NoReverseMatch:
        return lambda _object_id: ""
