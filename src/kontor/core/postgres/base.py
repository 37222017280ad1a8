"""The connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.utils import CursorWrapper

from kontor.core.postgres.compiler import is_only_compiling
from kontor.core.preparing import is_preparing

_psycopg: Any = base  # the stubs describe it as with psycopg 2


class DatabaseOperations(PostgresOperations):
    """PostgreSQL's, with compilers that can be caught before they ask."""

    compiler_module = "kontor.core.postgres.compiler"


class PageCursor(CursorWrapper):
    """Django's cursor for pages that are read: the shortest way to a statement where nobody wraps it."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement."""
        db: Any = self.db
        if db.execute_wrappers:
            return super().execute(sql, params)
        db.validate_no_broken_transaction()
        with db.wrap_database_errors:
            return self.cursor.execute(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors let the server prepare statements, where that is asked for."""

    ops_class = DatabaseOperations

    def cursor(self) -> Any:
        """Return a cursor; for a page that is read, on an open connection, without what Django looks after each time."""
        if self.connection is None or self.queries_logged or not is_preparing():
            return super().cursor()
        return PageCursor(self.create_cursor(), self)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor; a named one reads by portions and is Django's own.

        Raises:
            RuntimeError: a statement is only to be compiled, and nothing may be asked.
        """
        if is_only_compiling():
            raise RuntimeError("a kept statement asks nothing while it is compiled")
        if name or not is_preparing() or self.connection.prepare_threshold is None:
            return super().create_cursor(name)
        cursor = _psycopg.ServerBindingCursor(self.connection)
        loader = self.connection.adapters.get_loader(_psycopg.TIMESTAMPTZ_OID, _psycopg.Format.TEXT)
        if self.timezone != loader.timezone:
            _psycopg.register_tzloader(self.timezone, cursor)
        return cursor
