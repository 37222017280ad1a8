"""Columns of rows as PostgreSQL array literals: far cheaper to bind than every value by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

type Value = int | str | date | None


class Columns:
    """Columns for `unnest(…)`, which fills short arrays up with NULL.

    A column that says the same in every row is an empty array in `arrays` and that value in `values`; the statement
    takes `coalesce(column, value)`. Keys are written out always and have no value: they count the rows.
    """

    def __init__(self, *keys: Iterable[int]) -> None:
        self.arrays = ["{" + ",".join(map(str, key)) + "}" for key in keys]
        self.values: list[Value] = []

    def add[T: Value](self, column: Sequence[T], spell: Callable[[Sequence[T]], str]) -> None:
        """Append a column, written by `integers`, `days` or `texts`."""
        is_same = column[0] == column[-1] and column.count(column[0]) == len(column)
        self.arrays.append("{}" if is_same else spell(column))
        self.values.append(column[0] if is_same else None)


def integers(column: Sequence[int | None]) -> str:
    """Return numbers or truth values as an array literal."""
    return "{" + str(list(column))[1:-1].replace("None", "NULL") + "}"


def days(column: Sequence[date | None]) -> str:
    """Return days as an array literal."""
    spelled = {day: "NULL" if day is None else day.isoformat() for day in set(column)}
    return "{" + ",".join([spelled[day] for day in column]) + "}"


def texts(column: Sequence[str]) -> str:
    """Return texts as an array literal, each one quoted."""
    joined = '","'.join(column)
    if "\\" in joined or joined.count('"') > 2 * len(column) - 2:
        joined = '","'.join([text.replace("\\", "\\\\").replace('"', '\\"') for text in column])
    return '{"' + joined + '"}'
