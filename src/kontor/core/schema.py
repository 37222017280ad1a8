"""Migration operations that make tables tenant tables and audited, as house.md §5 demands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

from kontor.core.tenancy import TenantKey


def sql_file(migration: str, name: str) -> RunSQL:
    """Return the operation that runs `sql/<name>` beside the migration file `migration` (its `__file__`)."""
    return RunSQL((Path(migration).parent / "sql" / name).read_text(encoding="utf-8"))


class TenantTables(Operation):
    """Make `(tenant_id, id)` the key, add the composite keys, row-level security and the app's grants.

    `update` names the columns that the app may change per model (`"*"` for all); a model that is
    missing there may not be changed at all. `delete` names the models whose rows may be deleted,
    `read_only` those that only triggers write.
    Order: create → distribute hook (nothing on PostgreSQL) → foreign keys → triggers.
    """

    reversible = False

    def __init__(
        self, models: Sequence[str], update: dict[str, str], delete: Sequence[str] = (), read_only: Sequence[str] = ()
    ) -> None:
        self.models, self.update, self.delete, self.read_only = (
            list(models),
            dict(update),
            list(delete),
            list(read_only),
        )

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's state as it is."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # Django's signature
        to_state: ProjectState,
    ) -> None:
        """Run the statements for every model: keys of all tables first, then what points at them."""
        tables = [to_state.apps.get_model(app_label, name) for name in self.models]
        for model in tables:
            schema_editor.execute(_own_key(model), None)
        for model in tables:
            for statement in [*_foreign_keys(model), *_row_level_security(model), *self._grants(model)]:
                schema_editor.execute(statement, None)

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Make tenant tables of {', '.join(self.models)}"

    def _grants(self, model: type[Model]) -> list[str]:
        table, name = model._meta.db_table, model._meta.model_name or ""
        rights = "SELECT" if name in self.read_only else "SELECT, INSERT"
        grants = [f'GRANT {rights} ON "{table}" TO kontor_app', f'GRANT SELECT ON "{table}" TO kontor_ops']
        columns = self.update.get(name)
        if columns == "*":
            grants.append(f'GRANT UPDATE ON "{table}" TO kontor_app')
        elif columns:
            grants.append(f'GRANT UPDATE ({columns}) ON "{table}" TO kontor_app')
        if name in self.delete:
            grants.append(f'GRANT DELETE ON "{table}" TO kontor_app')
        return grants


class Audited(Operation):
    """Write an audit row for every changed row of these models (model → object type, id column).

    `events` leaves some out, where a statement file or an entry stands for its many rows.
    """

    reversible = False

    def __init__(
        self, models: dict[str, tuple[str, str]], events: Sequence[str] = ("INSERT", "UPDATE", "DELETE")
    ) -> None:
        self.models, self.events = dict(models), tuple(events)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's state as it is."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # Django's signature
        to_state: ProjectState,
    ) -> None:
        """Create one statement trigger per table and event."""
        for name, (object_type, id_column) in self.models.items():
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            for event in self.events:
                tables = _TRANSITIONS[event]
                schema_editor.execute(
                    f'CREATE TRIGGER audit_{event.lower()} AFTER {event} ON "{table}" REFERENCING {tables} '
                    f"FOR EACH STATEMENT EXECUTE FUNCTION audit_change('{object_type}', '{id_column}')",
                    None,
                )

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Audit {', '.join(self.models)}"


_TRANSITIONS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def _own_key(model: type[Model]) -> str:
    table = model._meta.db_table
    return (
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", '
        f'ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (tenant_id, id), '
        f'ADD CONSTRAINT "{table}_tenant" FOREIGN KEY (tenant_id) REFERENCES organisations_tenant (id)'
    )


def _foreign_keys(model: type[Model]) -> list[str]:
    table = model._meta.db_table
    keys: list[Any] = [field for field in model._meta.local_fields if isinstance(field, TenantKey)]
    statements = []
    for key in keys:
        target = key.remote_field.model._meta.db_table
        name = f"{table}_{key.column}"[:55]
        statements.append(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}_fk" FOREIGN KEY (tenant_id, "{key.column}") '
            f'REFERENCES "{target}" (tenant_id, id)'
        )
        statements.append(f'CREATE INDEX "{name}_ix" ON "{table}" (tenant_id, "{key.column}")')
    return statements


def _row_level_security(model: type[Model]) -> list[str]:
    table = model._meta.db_table
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        (
            f'CREATE POLICY tenant_isolation ON "{table}" '
            "USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())"
        ),
    ]


def grant_global_tables() -> None:
    """Let the app use every global table (row-level security off), but never write the platform's audit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind = 'r' AND NOT relrowsecurity"
        )
        for (table,) in cursor.fetchall():
            rights = (
                "SELECT" if table in {"core_platformaudit", "django_migrations"} else "SELECT, INSERT, UPDATE, DELETE"
            )
            cursor.execute(f'GRANT {rights} ON "{table}" TO kontor_app')
            cursor.execute(f'GRANT SELECT ON "{table}" TO kontor_ops')
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kontor_app")
