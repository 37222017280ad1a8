"""Instances from rows of hand-written statements: for the few that every page needs, where building one costs most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, overload

from django.db import connection
from django.db.models import Model

from kontor.core.quick_rows import quick_instance


def columns_of(model: type[Model], alias: str) -> str:
    """Return the columns of `model` as a SELECT lists them."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def width_of(model: type[Model]) -> int:
    """Return how many columns `columns_of` names."""
    return len(model._meta.concrete_fields)


def instance[M: Model](model: type[M], values: Sequence[Any]) -> M:
    """Return the row as an instance; `values` in the order of `columns_of`."""
    names, converted = _plan(model)
    if converted:
        known = list(values)
        for place, convert in converted:
            known[place] = convert(known[place])
        values = known
    made = quick_instance(model, connection.alias, names, values)
    return model.from_db(connection.alias, names, values) if made is None else made


@overload
def selected[A: Model](statement: str, values: Sequence[Any], first: type[A], /) -> list[tuple[A]]: ...
@overload
def selected[A: Model, B: Model](
    statement: str, values: Sequence[Any], first: type[A], second: type[B], /
) -> list[tuple[A, B | None]]: ...
@overload
def selected[A: Model, B: Model, C: Model](
    statement: str, values: Sequence[Any], first: type[A], second: type[B], third: type[C], /
) -> list[tuple[A, B | None, C | None]]: ...
@overload
def selected[A: Model, B: Model, C: Model, D: Model](
    statement: str, values: Sequence[Any], first: type[A], second: type[B], third: type[C], fourth: type[D], /
) -> list[tuple[A, B | None, C | None, D | None]]: ...
def selected(statement: str, values: Sequence[Any], *models: type[Model]) -> list[Any]:
    """Return the rows of a statement that lists `columns_of` these models one after the other; None where a join found nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    widths = [width_of(model) for model in models]
    return [_instances(row, models, widths) for row in rows]


def _instances(row: Sequence[Any], models: Sequence[type[Model]], widths: Sequence[int]) -> tuple[Model | None, ...]:
    found: list[Model | None] = []
    start = 0
    for model, width in zip(models, widths, strict=True):
        part = row[start : start + width]
        found.append(None if part[0] is None else instance(model, part))  # the key comes first
        start += width
    return tuple(found)


@cache
def _plan(model: type[Model]) -> tuple[list[str], tuple[tuple[int, Callable[[Any], Any]], ...]]:
    """Return the names of the fields, and the place and conversion of those that are not taken as they come."""
    fields: Any = model._meta.concrete_fields
    converted = tuple(
        (place, partial(_converted, convert, field.get_col(model._meta.db_table)))
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    )
    return [field.attname for field in fields], converted


def _converted(convert: Callable[[Any, Any, Any], Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)
