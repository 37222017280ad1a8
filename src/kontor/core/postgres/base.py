"""The connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

from kontor.core.postgres.compiler import is_only_compiling
from kontor.core.preparing import is_preparing

_psycopg: Any = base  # the stubs describe it as with psycopg 2


class DatabaseOperations(PostgresOperations):
    """PostgreSQL's, with compilers that can be caught before they ask."""

    compiler_module = "kontor.core.postgres.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors let the server prepare statements, where that is asked for."""

    ops_class = DatabaseOperations

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
