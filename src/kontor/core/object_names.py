"""What the objects of the record are called: numbers and names as people know them, asked for many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Model, QuerySet

from kontor.core.kept_statements import kept

type Find = Callable[[Collection[int]], Mapping[int, str]]

_finds: dict[str, Find] = {}


def name_objects[M: Model](object_type: str, rows: Callable[[], QuerySet[M]], words: Callable[[M], str]) -> None:
    """Say what objects of a type are called: `words` of the row with the object's id among `rows`."""

    @kept
    def found(ids: list[int]) -> QuerySet[M, Any]:
        return rows().filter(id__among=ids)

    def find(ids: Collection[int]) -> Mapping[int, str]:
        return {row.id: words(row) for row in found.rows(sorted(ids))}

    _finds[object_type] = find


def names_of_objects(object_type: str, ids: Collection[int]) -> Mapping[int, str]:
    """Return the names of objects by id, in one statement; without those that are gone or that nobody names."""
    find = _finds.get(object_type)
    return find(ids) if find is not None and ids else {}
