"""How the rows of a kept statement are read: what can be known beforehand is worked out once per statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

type Row = Sequence[Any]
type Reading = Callable[[Iterable[Row]], list[Any]]


def fetched(sql: str, params: Sequence[Any]) -> list[Row]:
    """Return all rows of a statement as the database gives them."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
    return rows


def first_of(sql: str, params: Sequence[Any]) -> Row | None:
    """Return the first row of a statement."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        row: Row | None = cursor.fetchone()
    return row


def reading_of(compiler: Any, queryset: Any, converters: Any) -> Reading | None:
    """Return what makes the queryset's values of its rows, None where only Django's own iterable does.

    `compiler` has compiled the statement, `converters` are those of its columns.
    """
    plain = _plain_reading(compiler, queryset)
    if plain is None or compiler.has_extra_select:
        return None
    if not converters:
        return plain
    steps = [(place, convert, column) for place, (convs, column) in converters.items() for convert in convs]

    def read(rows: Iterable[Row]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        changed = [list(row) for row in rows]
        for row in changed:
            for place, convert, column in steps:
                row[place] = convert(row[place], column, connection)
        return plain(changed)

    return read


def _plain_reading(compiler: Any, queryset: Any) -> Reading | None:
    iterable = queryset._iterable_class  # noqa: SLF001  # nothing public says it
    if iterable is ValuesListIterable:
        return lambda rows: list(map(tuple, rows))
    if iterable is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if iterable is ModelIterable:
        return _instances(compiler, queryset)
    return None


def _instances(compiler: Any, queryset: Any) -> Reading | None:
    mode = queryset._fetch_mode  # noqa: SLF001  # as above
    if mode.track_peers or queryset._known_related_objects:  # noqa: SLF001  # as above
        return None
    found, select = compiler.klass_info, compiler.select
    start, end = found["select_fields"][0], found["select_fields"][-1] + 1
    names = [each[0].target.attname for each in select[start:end]]
    from_db, alias = found["model"].from_db, queryset.db
    related = [each.populate for each in get_related_populators(found, select, alias, mode)]
    further = list((compiler.annotation_col_map or {}).items())

    def made(row: Row) -> Any:
        one = from_db(alias, names, row[start:end], fetch_mode=mode)
        for populate in related:
            populate(row, one)
        for name, place in further:
            setattr(one, name, row[place])
        return one

    return lambda rows: [made(row) for row in rows]
