"""Instances from rows of hand-written statements: for the few that every page needs, where building one costs most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from django.db import connection
from django.db.models import Model


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
    return model.from_db(connection.alias, names, values)


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
