"""Compilers that hand themselves over instead of asking the database, where a statement is only to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.postgresql import compiler as postgres

SQLInsertCompiler: Any = postgres.SQLInsertCompiler
SQLUpdateCompiler = postgres.SQLUpdateCompiler
SQLDeleteCompiler = postgres.SQLDeleteCompiler

_only_compiling: ContextVar[bool] = ContextVar("kontor_only_compiling", default=False)


class Compiled(BaseException):
    """Says which compiler would have asked the database; no handler of a query's code stops it."""

    def __init__(self, compiler: Any) -> None:
        super().__init__()
        self.compiler = compiler


@contextmanager
def only_compiling() -> Iterator[None]:
    """Let nothing inside ask the database: the first that would raises `Compiled`."""
    token = _only_compiling.set(True)
    try:
        yield
    finally:
        _only_compiling.reset(token)


def is_only_compiling() -> bool:
    """Tell whether the database must not be asked."""
    return _only_compiling.get()


class SQLCompiler(postgres.SQLCompiler):
    """Django's, which can be caught before it asks."""

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the database.  Raises: Compiled."""
        if _only_compiling.get():
            raise Compiled(self)
        return super().execute_sql(*args, **kwargs)


class SQLAggregateCompiler(postgres.SQLAggregateCompiler):
    """Django's, which can be caught before it asks."""

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the database.  Raises: Compiled."""
        if _only_compiling.get():
            raise Compiled(self)
        return super().execute_sql(*args, **kwargs)
