"""Fixtures of the database: real commits, as the app's role, never flushed."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.harness.cluster import (
    cluster,
    fill_with_migrated,
    make_worker_database,
    start_cluster,
    stop_cluster,
    test_folder,
    worker_addresses,
    worker_database,
)

_WRAPPING = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "admin_client", "admin_user"}


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster in the process that outlives all workers; without workers it starts when first needed."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        start_cluster()


def pytest_unconfigure() -> None:
    stop_cluster()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse pytest-django's own way to the database: it would wrap the test in a transaction or flush."""
    wrapped = [
        item.nodeid
        for item in items
        if item.get_closest_marker("django_db") or _WRAPPING & set(getattr(item, "fixturenames", ()))
    ]
    if wrapped:
        raise pytest.UsageError(f"use the fixture `database` instead of django_db: {', '.join(wrapped)}")


@pytest.fixture(scope="session")
def test_database() -> None:
    """Make this worker's database, once."""
    make_worker_database()


@pytest.fixture
def database(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test use the database as kontor_app, with real commits; it makes its own tenant."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def kept_statements_compared() -> Iterator[None]:
    """Let every kept statement prove that the ORM would ask the same."""
    from kontor.core.kept_statements import compare

    with compare():
        yield


@pytest.fixture(scope="module")
def office_folder() -> Path:
    """Name a data folder that does not exist yet, in a place where a database's service user can go."""
    return test_folder() / f"office-{secrets.token_hex(4)}" / "data"


@pytest.fixture(scope="module")
def migrated_folder(office_folder: Path) -> Path:
    """Name a data folder with an empty, migrated and stopped database."""
    fill_with_migrated(office_folder)
    return office_folder


@pytest.fixture
def owner_connection(database: None) -> Iterator[psycopg.Connection]:
    """Connect to the worker's database as kontor_owner, autocommit."""
    with psycopg.connect(worker_addresses().owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app_connection(database: None) -> Iterator[psycopg.Connection]:
    """Connect to the worker's database as kontor_app beside Django, autocommit."""
    with psycopg.connect(worker_addresses().app, autocommit=True) as connection:
        yield connection


@pytest.fixture
def ops_connection(database: None) -> Iterator[psycopg.Connection]:
    """Connect to the worker's database as kontor_ops: reads across tenants, read only."""
    with psycopg.connect(worker_addresses().ops, autocommit=True) as connection:
        yield connection


@pytest.fixture
def superuser_connection(database: None) -> Iterator[psycopg.Connection]:
    """Connect to the worker's database as the superuser, who is bound by nothing: for tampering."""
    with psycopg.connect(cluster().superuser_address(worker_database()), autocommit=True) as connection:
        yield connection
