"""Figures of several parts of a page, asked in one statement.

An aggregation answers one row. So one row can hold what many of them say; each is read as if it had been asked alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from kontor.core.kept_statements import Figures
from kontor.core.stand_ins import Statement

type _Ready = tuple[Figures, Statement, tuple[Any, ...]]


def ask_together(asked: Iterable[Figures]) -> dict[Figures, dict[str, Any]]:
    """Return what each says: one statement for all that are kept; the ORM answers the others one by one."""
    found: dict[Figures, dict[str, Any]] = {}
    ready: list[_Ready] = []
    for each in dict.fromkeys(asked):
        statement = each.ready()
        if statement is None:
            found[each] = each()
        else:
            ready.append((each, *statement))
    return found | _answers(ready) if ready else found


def _answers(ready: Sequence[_Ready]) -> dict[Figures, dict[str, Any]]:
    shapes = tuple((statement.made.sql, len(statement.names)) for _each, statement, _params in ready)
    with connection.cursor() as cursor:
        cursor.execute(_as_one(shapes), [value for _each, _statement, params in ready for value in params])
        row = cursor.fetchone()
    found, start = dict[Figures, dict[str, Any]](), 0
    for (each, statement, _params), (_sql, width) in zip(ready, shapes, strict=True):
        end = start + width
        found[each] = statement.figures(row[start:end])
        start = end
    return found


@lru_cache(maxsize=64)
def _as_one(shapes: tuple[tuple[str, int], ...]) -> str:
    """Return one statement for statements of one row each, given with the number of their columns.

    Each stands for itself: side by side in one FROM, the database would look for the best order to join them in.
    """
    parts, columns = list[str](), list[str]()
    for number, (sql, width) in enumerate(shapes):
        names = [f"c{place}" for place in range(width)]
        parts.append(f"f{number} ({', '.join(names)}) AS MATERIALIZED ({sql})")
        columns += [f"(SELECT {name} FROM f{number})" for name in names]
    return f"WITH {', '.join(parts)} SELECT {', '.join(columns)}"
