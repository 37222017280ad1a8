"""How a statement is found that holds for every call of one shape: the ORM compiles it for two sets of stand-ins."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, connections

from kontor.core.kept_rows import Reading, reading_of
from kontor.core.postgres.compiler import Compiled, only_compiling
from kontor.core.tenancy import current_tenant_id, pretended_tenant, tenant_is_open

SHAPES_MAX = 64
# Where a series starts and how far its stand-ins are apart: they fit into every kind of column, and no sum of one with
# a constant is another's in both series.
_SERIES = ((11_000, 10), (21_000, 17))
_MAX_OF: Mapping[str, int] = {"Int2": 2**15 - 1, "Int4": 2**31 - 1}
_BIG_MAX = 2**63 - 1

type Shape = tuple[Hashable, bool, int, tuple[object, ...]]
type Arguments = tuple[tuple[Any, ...], dict[str, Any]]
type Making = Callable[[Arguments], "Made"]


class UnlikeTheOrm(AssertionError):
    """A kept statement differs from what the ORM would ask, or there is none: its function depends on more than it may."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the ORM made of arguments; `queryset` where rows are asked for."""

    compiler: Any
    queryset: Any
    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Hole:
    """A parameter to fill in: its place, which of the values, the type that binds a number, the largest it holds."""

    place: int
    value: int
    binder: Callable[[Any], Any] | None
    largest: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its holes, and the compiler that knows how to read its rows; `reading` is the short way to them."""

    made: Made
    holes: tuple[_Hole, ...]
    converters: Any
    reading: Reading | None

    def filled(self, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """Return the parameters for `values`, None where one is too large for its column."""
        params = list(self.made.params)
        for hole in self.holes:
            value = values[hole.value]
            if hole.binder is not None:
                if value > hole.largest:
                    return None
                value = hole.binder(value)
            params[hole.place] = value
        return tuple(params)

    def compiler(self, params: tuple[Any, ...]) -> Any:
        """Return a compiler of this connection that asks with `params`."""
        compiler = copy.copy(self.made.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_args, **_kwargs: (self.made.sql, params)
        compiler.get_converters = lambda _expressions: self.converters
        return compiler

    @property
    def names(self) -> Sequence[str]:
        """Return what the figures of an aggregation are called."""
        return tuple(self.made.compiler.query.annotation_select)

    def figures(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return an aggregation's row by the names of its figures."""
        if self.converters:
            row = next(self.compiler(()).apply_converters((row,), self.converters))
        return dict(zip(self.names, row, strict=True))


class Keeping:
    """The statements of one function by the shapes of its arguments; None where the ORM has to answer."""

    comparing: ClassVar[bool] = False

    def __init__(self) -> None:
        self._known: dict[Shape, Statement | None] = {}

    def ready(self, kind: Hashable, make: Making, arguments: Arguments) -> tuple[Statement, tuple[Any, ...]] | None:
        """Return the kept statement with its parameters, None where the ORM has to answer."""
        args, kwargs = arguments
        values = [*args, *kwargs.values()]
        kinds = [_kind_of(value) for value in values]
        if None in kinds:
            return None
        is_open = tenant_is_open()
        shape: Shape = (kind, is_open, len(args), (*kinds, *kwargs))
        if shape in self._known:
            statement = self._known[shape]
        else:
            statement = _kept(make, arguments, is_open=is_open)
            if len(self._known) >= SHAPES_MAX:
                self._known.clear()
            self._known[shape] = statement
        params = statement.filled([current_tenant_id() if is_open else 0, *values]) if statement is not None else None
        if Keeping.comparing:
            _compare(statement, params, lambda: make(arguments))
        return None if statement is None or params is None else (statement, params)


def _kind_of(value: object) -> object:
    """Return what a value adds to the shape: a stand-in's kind, or itself; None where the ORM has to answer."""
    if type(value) is int:
        return int if value > 0 else None
    if type(value) is date:
        return date
    if isinstance(value, list):
        return list if value and all(type(each) is int and each > 0 for each in value) else None
    if (
        value is None
        or isinstance(value, str | bool)
        or (isinstance(value, tuple) and all(isinstance(each, str) for each in value))
    ):
        return (type(value), value)
    raise TypeError(f"a kept statement takes numbers, days, lists of numbers and words, not {type(value).__name__}")


def _stand_in(value: object, number: int) -> object:
    """Return the stand-in of that number for an argument, or the argument where it is part of the shape."""
    kind = _kind_of(value)
    if kind is int:
        return number
    if kind is date:
        return date(1901, 1, 1) + timedelta(days=number)
    return [number + 1, number + 2] if kind is list else value


def _kept(make: Making, arguments: Arguments, *, is_open: bool) -> Statement | None:
    """Return the statement for arguments of this shape, None where it cannot be kept."""
    args, kwargs = arguments
    made, stand_ins = [], []
    for start, step in _SERIES:
        values = [_stand_in(value, start + step * n) for n, value in enumerate((*args, *kwargs.values()), start=1)]
        given = tuple(values[: len(args)]), dict(zip(kwargs, values[len(args) :], strict=True))
        try:
            with pretended_tenant(start if is_open else None), only_compiling():
                made.append(make(given))
        except (Exception, Compiled):  # noqa: BLE001  # the ORM may say of the real value what it dislikes about a stand-in
            return None
        stand_ins.append([start, *values])
    return _with_holes(made[0], made[1], list(zip(*stand_ins, strict=True)))


def _with_holes(one: Made, other: Made, stand_ins: Sequence[tuple[Any, Any]]) -> Statement | None:
    """Return the statement whose parameters differ exactly where stand-ins stand, each of them at least once.

    The first stand-in is the tenant's, which not every statement names.
    """
    if one.sql != other.sql or len(one.params) != len(other.params):
        return None
    holes: list[_Hole] = []
    for place, (left, right) in enumerate(zip(one.params, other.params, strict=True)):
        if type(left) is not type(right):
            return None
        if left == right:
            if isinstance(left, date):
                return None  # a day that is no argument comes from a clock
            continue
        value = next((n for n, pair in enumerate(stand_ins) if pair == (left, right)), None)
        if value is None:
            return None
        binder = type(left) if isinstance(left, int) else None
        holes.append(_Hole(place, value, binder, _MAX_OF.get(type(left).__name__, _BIG_MAX)))
    needed = {n for n, (left, right) in enumerate(stand_ins) if n and left != right}
    if not needed <= {hole.value for hole in holes}:
        return None
    converters = _converters_of(one)
    reading = reading_of(one.compiler, one.queryset, converters) if one.queryset is not None else None
    return Statement(one, tuple(holes), converters, reading)


def _converters_of(made: Made) -> Any:
    compiler = made.compiler
    expressions = (
        [each[0] for each in compiler.select[: compiler.col_count]]
        if made.queryset is not None
        else list(compiler.query.annotation_select.values())
    )
    if compiler.has_composite_fields(expressions):
        raise TypeError("a kept statement has no composite keys")
    found = compiler.get_converters(expressions)
    compiler.connection = None
    return found


def _compare(statement: Statement | None, params: tuple[Any, ...] | None, make: Callable[[], Made]) -> None:
    if statement is None:
        raise UnlikeTheOrm("the statement cannot be kept; the module says why that may be")
    if params is None:
        return
    made = make()
    if (statement.made.sql, params) != (made.sql, made.params):
        raise UnlikeTheOrm(f"kept: {statement.made.sql} {params}; the ORM: {made.sql} {made.params}")
