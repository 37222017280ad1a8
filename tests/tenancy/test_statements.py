"""Every statement that names a tenant table says whose rows it means (house.md §5, rules 3, 4, 6, 10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kontor.core.tenancy import tenant
from tests.builders import a_party, a_tenant
from tests.tenancy.furnished import a_furnished_office
from tests.tenancy.test_pages import ROUTES, address

_WRITE_TIME = re.compile(r"(?is)\bUPDATE\b.*\b(now|clock_timestamp|random|gen_random_uuid)\s*\(")


@pytest.fixture
def tables(database: None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity")
        return [row[0] for row in cursor.fetchall()]


class Watch:
    """Looks at every executed statement."""

    def __init__(self, tables: list[str]) -> None:
        self.names = re.compile(r"\b(" + "|".join(tables) + r")\b")
        self.loose: list[str] = []
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if self.names.search(sql) and "pg_get_serial_sequence" not in sql:
            self.seen += 1
            if "tenant_id" not in sql or sql.lstrip().upper().startswith("COPY") or _WRITE_TIME.search(sql):
                self.loose.append(sql)
        return execute(sql, params, many, context)


def test_every_statement_of_every_page_names_the_tenant(tables: list[str]) -> None:
    furnished = a_furnished_office()
    watch = Watch(tables)

    for person in (furnished.administrator, furnished.office.volunteer, furnished.reviewer):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(person)
        with connection.execute_wrapper(watch):
            for route in ROUTES:
                client.get(address(route, furnished))

    assert watch.loose == []
    assert watch.seen > 1_000


def test_every_statement_of_opening_books_names_the_tenant(tables: list[str]) -> None:
    watch = Watch(tables)

    with connection.execute_wrapper(watch):
        books = a_tenant()
        with tenant(books.id):
            a_party()

    assert watch.loose == []
    assert watch.seen > 5
