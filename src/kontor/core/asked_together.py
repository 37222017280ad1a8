"""Figures of several parts of a page, asked in few statements.

An aggregation answers one row. So one row can hold what many of them say; each is read as if it had been asked alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection

from kontor.core.kept_statements import Figures
from kontor.core.stand_ins import Statement

# Of a statement that is longer, or has more parameters, psycopg works out anew each time what the server is sent.
LENGTH_MAX, PARAMS_MAX = 4_096, 50

type _Ready = tuple[Figures, Statement, tuple[Any, ...]]
type _Shape = tuple[str, int, int]  # statement, number of columns, number of parameters


def ask_together(asked: Iterable[Figures]) -> dict[Figures, dict[str, Any]]:
    """Return what each says: few statements for all that are kept; the ORM answers the others one by one."""
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
    shapes = tuple((each[1].made.sql, len(each[1].names), len(each[2])) for each in ready)
    found, waiting = dict[Figures, dict[str, Any]](), iter(ready)
    for sql, count in _statements(shapes):
        together = list(islice(waiting, count))
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for _each, _statement, params in together for value in params])
            row = iter(cursor.fetchone())
        for each, statement, _params in together:
            found[each] = statement.figures(tuple(islice(row, len(statement.names))))
    return found


@lru_cache(maxsize=64)
def _statements(shapes: tuple[_Shape, ...]) -> tuple[tuple[str, int], ...]:
    """Return as few statements as psycopg keeps for statements of one row each, and how many of them each stands for."""
    parts: list[list[_Shape]] = []
    for shape in shapes:
        if not parts or not _is_kept([*parts[-1], shape]):
            parts.append([])
        parts[-1].append(shape)
    return tuple((_as_one(part), len(part)) for part in parts)


def _is_kept(shapes: Sequence[_Shape]) -> bool:
    return len(_as_one(shapes)) <= LENGTH_MAX and sum(params for _sql, _width, params in shapes) <= PARAMS_MAX


def _as_one(shapes: Sequence[_Shape]) -> str:
    """Return one statement for statements of one row each.

    Each stands for itself: side by side in one FROM, the database would look for the best order to join them in.
    """
    parts, columns = list[str](), list[str]()
    for number, (sql, width, _params) in enumerate(shapes):
        names = [f"c{place}" for place in range(width)]
        parts.append(f"f{number} ({', '.join(names)}) AS MATERIALIZED ({sql})")
        columns += [f"(SELECT {name} FROM f{number})" for name in names]
    return f"WITH {', '.join(parts)} SELECT {', '.join(columns)}"
