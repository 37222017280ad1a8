"""The quick way of migrating makes the same tables as Django's own."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from django.db.migrations.state import ProjectState

from kontor.core.quick_states import quick_states
from kontor.site.addresses import DATABASE, embedded_addresses
from kontor.site.programs import postgres_programs
from kontor.site.roles import create_database_statement, database_statements
from tests.harness.cluster import cluster

_DJANGOS_OWN = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0, skip_checks=True)
"""
_OTHER = "kontor_by_django"


@pytest.mark.slow
def test_the_quick_migration_makes_the_same_database_as_djangos_own(test_database: None) -> None:
    _make_empty(_OTHER)
    environment = dict(os.environ)
    embedded_addresses(cluster().socket, cluster().data.secrets, database=_OTHER).export(environment)
    environment |= {"KONTOR_DB_ROLE": "owner", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    subprocess.run([sys.executable, "-c", _DJANGOS_OWN], env=environment, check=True)

    assert _dumped(DATABASE) == _dumped(_OTHER)
    assert _rows_that_migrations_wrote(DATABASE) == _rows_that_migrations_wrote(_OTHER)


def test_django_is_left_as_it_was() -> None:
    before = ProjectState.add_model, ProjectState.add_field
    with quick_states():
        assert ProjectState.add_model is not before[0]

    assert before == (ProjectState.add_model, ProjectState.add_field)


def _make_empty(name: str) -> None:
    with psycopg.connect(cluster().superuser_address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(create_database_statement(name).encode())
    with psycopg.connect(cluster().superuser_address(name), autocommit=True) as connection:
        for statement in database_statements():
            connection.execute(statement.encode())


def _dumped(name: str) -> list[str]:
    """Return the definitions of everything in the database; the dump's own random key is left out."""
    program = postgres_programs(cluster().user) / "pg_dump"
    command = [str(program), "--schema-only", cluster().superuser_address(name)]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert dumped.count("CREATE TABLE") > 50
    return [line for line in dumped.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def _rows_that_migrations_wrote(name: str) -> list[tuple[str, ...]]:
    with psycopg.connect(cluster().superuser_address(name)) as connection:
        return connection.execute(
            "SELECT app || '.' || name FROM django_migrations UNION ALL SELECT codename FROM auth_permission ORDER BY 1"
        ).fetchall()
