"""A database outside that is not there, or empty, is a sentence and not a fault of ours."""

from __future__ import annotations

import socket

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from kontor.site.reachable import check_reachable, check_tables
from kontor.site.start_refused import StartRefused


def _address(connection: psycopg.Connection, **other: str) -> str:
    """Return the address of `connection`, with another database."""
    return make_conninfo(connection.info.dsn, password=connection.info.password, **other)


def test_where_nobody_listens_the_place_is_named_and_the_password_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers, and nobody else can come
        port = taken.getsockname()[1]
        with pytest.raises(StartRefused, match=str(port)) as refused:
            check_reachable(f"postgresql://kontor_app:geheim@127.0.0.1:{port}/kontor")

    assert "DATABASE_URL" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_word_that_is_no_address_is_refused() -> None:
    with pytest.raises(StartRefused, match="DATABASE_URL"):
        check_reachable("nonsense")


def test_an_empty_database_asks_for_its_tables(superuser_connection: psycopg.Connection) -> None:
    check_tables(_address(superuser_connection))
    with pytest.raises(StartRefused, match="migrate"):
        check_tables(_address(superuser_connection, dbname="postgres"))
