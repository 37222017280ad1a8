"""Querysets compiled once: to build and compile one costs a page more than to run it.

    @kept
    def _drafts(first_day: date, last_day: date) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.filter(state="draft", entry_date__range=(first_day, last_day))

    _drafts.rows(first_day, last_day)

The function runs once for each shape of its arguments, with stand-ins for numbers, days and the open tenant. What the
ORM makes of two sets of stand-ins must differ only where a stand-in itself is a parameter; its statement is kept then,
and later calls fill in their own values. Wherever that does not hold, and for values that a condition could treat
otherwise (0, negative numbers, an empty list), the ORM answers as ever.

So the function may depend on nothing but its arguments and the open tenant, and must treat every positive number and
every day alike. Words, truth values and None are part of the shape. A list of numbers has to be one parameter
(`id__among=ids`). `compare()` makes every call prove that the ORM would ask the same; all tests run so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Field, ForeignObject, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.lookups import In

from kontor.core.kept_rows import fetched, first_of
from kontor.core.postgres.compiler import Compiled, only_compiling
from kontor.core.stand_ins import Arguments, Keeping, Made, Statement

type Narrowing = Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]]
type Asked = Callable[[QuerySet[Any, Any]], tuple[QuerySet[Any, Any], Mapping[str, Any]]]

COUNT = Count("*")


class KeptRows[**P, M: Model, R]:
    """A queryset that is compiled once; made by `kept`."""

    def __init__(self, build: Callable[P, QuerySet[M, R]]) -> None:
        self._build, self._keeping = build, Keeping()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> QuerySet[M, R]:
        """Return the queryset itself, to go on with by the ORM."""
        return self._build(*args, **kwargs)

    def of(self, *args: P.args, **kwargs: P.kwargs) -> Source[R]:
        """Return the queryset of these arguments for a list, which goes on narrowing it."""
        return Source(self, args, kwargs)

    def rows(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Return all rows."""
        return self.rows_by((), lambda rows: rows, (args, kwargs))

    def first(self, *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Return the first row, as `QuerySet.first` does."""
        found = self.rows_by("first", _first, (args, kwargs))
        return found[0] if found else None

    def count(self, *args: P.args, **kwargs: P.kwargs) -> int:
        """Return how many rows there are."""
        return int(self.figures_by("count", lambda rows: (rows, {"n": COUNT}), (args, kwargs))["n"])

    def exists(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Tell whether there is any row."""
        ready = self._keeping.ready("exists", lambda given: _caught(self._of(given), QuerySet.exists), (args, kwargs))
        if ready is None:
            return self._build(*args, **kwargs).exists()
        statement, params = ready
        return bool(first_of(statement.made.sql, params))

    def figures_by(self, words: Hashable, asked: Asked, arguments: Arguments) -> dict[str, Any]:
        """Return figures of the rows; `words` are all that `asked` depends on beside them."""

        def made(given: Arguments) -> Made:
            queryset, figures = asked(self._of(given))
            return _caught(queryset, lambda rows: rows.aggregate(**figures))

        ready = self._keeping.ready(("figures", words), made, arguments)
        if ready is not None:
            return _figures(*ready)
        queryset, figures = asked(self._of(arguments))
        return queryset.aggregate(**figures)

    def rows_by(self, words: Hashable, narrowed: Narrowing, arguments: Arguments) -> list[R]:
        """Return the rows that `narrowed` leaves; `words` are all that it depends on beside them."""
        ready = self._keeping.ready(("rows", words), lambda given: _selected(narrowed(self._of(given))), arguments)
        if ready is None:
            return list(narrowed(self._of(arguments)))
        statement, params = ready
        if statement.reading is not None:
            return statement.reading(fetched(statement.made.sql, params))
        queryset = statement.made.queryset
        return list(queryset._iterable_class(_Rows(queryset, statement.compiler(params))))  # noqa: SLF001  # its way to rows

    def _of(self, arguments: Arguments) -> QuerySet[M, R]:
        args, kwargs = arguments
        return self._build(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Source[R]:
    """A kept queryset with its arguments: what a list shows before anybody narrows it."""

    kept: KeptRows[Any, Any, R]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __call__(self) -> QuerySet[Any, R]:
        """Return the queryset."""
        return self.kept(*self.args, **self.kwargs)

    def rows(self, words: Hashable, narrowed: Narrowing) -> list[R]:
        """Return the rows that `narrowed` leaves; `words` are all that it depends on."""
        return self.kept.rows_by(words, narrowed, (self.args, self.kwargs))

    def figures(self, words: Hashable, asked: Asked) -> dict[str, Any]:
        """Return figures of the rows; `words` are all that `asked` depends on."""
        return self.kept.figures_by(words, asked, (self.args, self.kwargs))

    def count(self, words: Hashable = (), narrowed: Narrowing = lambda rows: rows) -> int:
        """Return how many rows `narrowed` leaves."""
        return int(self.figures(("count", words), lambda rows: (narrowed(rows), {"n": COUNT}))["n"])


class KeptFigures[**P]:
    """An aggregation that is compiled once; made by `kept_figures`."""

    def __init__(self, build: Callable[P, tuple[QuerySet[Any, Any], Mapping[str, Expression]]]) -> None:
        self._build, self._keeping = build, Keeping()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """Return the figures, as `QuerySet.aggregate` does."""
        ready = self._keeping.ready("figures", self._made, (args, kwargs))
        if ready is not None:
            return _figures(*ready)
        queryset, figures = self._build(*args, **kwargs)
        return queryset.aggregate(**figures)

    def of(self, *args: P.args, **kwargs: P.kwargs) -> Figures:
        """Return the figures of these arguments as something to ask later, together with others."""
        return Figures(self, args, tuple(kwargs.items()))

    def ready(self, arguments: Arguments) -> tuple[Statement, tuple[Any, ...]] | None:
        """Return the kept statement with its parameters, None where the ORM has to answer."""
        return self._keeping.ready("figures", self._made, arguments)

    def _made(self, given: Arguments) -> Made:
        queryset, figures = self._build(*given[0], **given[1])
        return _caught(queryset, lambda rows: rows.aggregate(**figures))


@dataclass(frozen=True, slots=True)
class Figures:
    """Kept figures with their arguments: to be asked alone, or with others by `core.asked_together`."""

    kept: KeptFigures[Any]
    args: tuple[Any, ...]
    named: tuple[tuple[str, Any], ...]

    def __call__(self) -> dict[str, Any]:
        """Return the figures."""
        return self.kept(*self.args, **dict(self.named))

    def ready(self) -> tuple[Statement, tuple[Any, ...]] | None:
        """Return the kept statement with its parameters, None where the ORM has to answer."""
        return self.kept.ready((self.args, dict(self.named)))


def kept[**P, M: Model, R](build: Callable[P, QuerySet[M, R]]) -> KeptRows[P, M, R]:
    """Compile the queryset that `build` returns once."""
    return KeptRows(build)


def kept_figures[**P](
    build: Callable[P, tuple[QuerySet[Any, Any], Mapping[str, Expression]]],
) -> KeptFigures[P]:
    """Compile the aggregation of the queryset that `build` returns once; beside it `build` returns the figures."""
    return KeptFigures(build)


@contextmanager
def compare(*, when: bool = True) -> Iterator[None]:
    """Let every call inside prove that the ORM would ask the same.  Raises: UnlikeTheOrm."""
    before, Keeping.comparing = Keeping.comparing, when
    try:
        yield
    finally:
        Keeping.comparing = before


@ForeignObject.register_lookup
@Field.register_lookup
class Among(In):
    """`id__among=ids`: one of a list of numbers that is bound as one parameter, however long it is."""

    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", (*params, list(self.rhs))


class _Rows:
    """What an iterable of Django's reads of a queryset."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        self.query = copy.copy(queryset.query)
        self.query.get_compiler = lambda *_args, **_kwargs: compiler
        self.model, self.db = queryset.model, DEFAULT_DB_ALIAS
        self._fields, self._fetch_mode = queryset._fields, queryset._fetch_mode  # noqa: SLF001  # what it reads
        self._known_related_objects: dict[Any, Any] = {}


def _first(queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return (queryset if queryset.ordered else queryset.order_by("pk"))[:1]


def _selected(queryset: Any) -> Made:
    """Return the statement of a queryset's rows."""
    more = queryset._prefetch_related_lookups or queryset._known_related_objects  # noqa: SLF001  # nothing public says so
    if more or queryset.query.select_for_update:
        raise TypeError("a kept statement is one that only reads")
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, params = compiler.as_sql()
    return Made(compiler, queryset, sql, tuple(params))


def _caught(queryset: QuerySet[Any, Any], ask: Callable[[QuerySet[Any, Any]], object]) -> Made:
    """Return the statement that `ask` would run."""
    try:
        with only_compiling():
            ask(queryset)
    except Compiled as caught:
        sql, params = caught.compiler.as_sql()
        return Made(caught.compiler, None, sql, tuple(params))
    raise TypeError("nothing would be asked")


def _figures(statement: Statement, params: tuple[Any, ...]) -> dict[str, Any]:
    return statement.figures(first_of(statement.made.sql, params) or ())
