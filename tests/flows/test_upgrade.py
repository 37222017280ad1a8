"""Books of the first version go through every later migration and are right afterwards.

The first schema is made by its migrations; its rows are those of an office of today, column by column as far as the
first schema knows them, without what later versions added.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg import sql

from kontor.core.tenancy import tenant
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.rules.steps import Share
from kontor.organisations.models import Tenant, User
from kontor.site.addresses import Addresses, embedded_addresses
from kontor.site.roles import create_database_statement, database_statements
from tests.builders import NOW, a_bank_account, a_bank_line, a_member, a_party, a_tenant, an_invoice
from tests.harness.cluster import cluster, worker_database

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]

FIRST = (
    ("core", "0002"), ("organisations", "0002"), ("contacts", "0002"), ("documents", "0002"), ("projects", "0002"),
    ("ledger", "0003"), ("banking", "0003"), ("openitems", "0003"), ("matching", "0003"),
)  # fmt: skip
GLOBAL = {
    "organisations_organisation": "id = (SELECT organisation_id FROM organisations_tenant WHERE id = %(books)s)",
    "organisations_tenant": "id = %(books)s",
    "organisations_user": "id IN (SELECT user_id FROM organisations_tenantaccess WHERE tenant_id = %(books)s)",
    "organisations_membership": "user_id IN (SELECT user_id FROM organisations_tenantaccess WHERE tenant_id = %(books)s)",
    "organisations_tenantaccess": "tenant_id = %(books)s",
}
DAY = date(2026, 3, 10)


@pytest.fixture
def old() -> Iterator[str]:
    """Make a database with the tables of the first version; gives its name."""
    name = f"{worker_database()}_upgrade"
    with psycopg.connect(cluster().superuser_address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(create_database_statement(name).encode())
    with psycopg.connect(cluster().superuser_address(name), autocommit=True) as connection:
        for statement in database_statements():
            connection.execute(statement.encode())
    steps = "".join(
        f"call_command('migrate', {app!r}, {number!r}, verbosity=0, skip_checks=True);" for app, number in FIRST
    )
    done(["-c", f"import django; django.setup(); from django.core.management import call_command; {steps}"], name)
    yield name
    with psycopg.connect(cluster().superuser_address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def done(arguments: list[str], database: str, *, role: str = "owner") -> str:
    """Run Python with `arguments` against `database`; gives its output."""
    environment = dict(os.environ) | {"KONTOR_DB_ROLE": role, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    addresses: Addresses = embedded_addresses(cluster().socket, cluster().data.secrets, database=database)
    addresses.export(environment)
    run = subprocess.run([sys.executable, *arguments], env=environment, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr + run.stdout
    return run.stdout


def an_office() -> tuple[Tenant, User]:
    """Make books with an administrator, a paid and an open invoice, and a payment on account."""
    books = a_tenant()
    admin = a_member(books, role="administrator")
    with tenant(books.id, by=admin):
        customer, bank = a_party(), a_bank_account()
        paid = an_invoice(party_id=customer, number="RE-2026/0001", on=DAY)
        an_invoice(party_id=customer, number="RE-2026/0002", on=DAY)
        line = a_bank_line(1_190_00, account_id=bank, day=DAY)
        allocate(line, [Share(item_id=paid, cash=1_190_00)], at=NOW, by=admin)
    return books, admin


def carry_over(books: int, database: str) -> None:
    """Copy the rows of the books into the first schema, past its triggers, with sequences behind them."""
    with (
        psycopg.connect(cluster().superuser_address(worker_database())) as source,
        psycopg.connect(cluster().superuser_address(database)) as target,
    ):
        target.execute("SET session_replication_role = replica")
        known = columns(source)
        for table, first in columns(target).items():
            names = [name for name in first if name in known.get(table, ())]
            if table not in GLOBAL and "tenant_id" not in names:
                continue
            which = GLOBAL.get(table, "tenant_id = %(books)s")
            parts = {"table": sql.Identifier(table), "names": sql.SQL(", ").join(map(sql.Identifier, names))}
            found = source.execute(  # as text: the zeros behind a number's point are part of the record
                sql.SQL(
                    "SELECT coalesce(jsonb_agg(r), '[]')::text FROM (SELECT {names} FROM {table} WHERE {which}) r"
                ).format(**parts, which=sql.SQL(which)),
                {"books": books},
            ).fetchone()
            target.execute(
                sql.SQL(
                    "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)"
                ).format(**parts),
                found,
            )
            if "id" in names and table != "organisations_tenant":
                target.execute(
                    sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {table}))").format(
                        sql.Literal(table), **parts
                    )
                )
        target.execute("UPDATE ledger_account SET control = '' WHERE id IN (SELECT account_id FROM ledger_accountrole "
                       "WHERE role = 'staff_advances')")  # fmt: skip
        target.execute("UPDATE openitems_openitem SET keys = ARRAY['old']")


def columns(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Return the columns of every table that are not computed."""
    found: dict[str, list[str]] = {}
    for table, name in connection.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t "
        "USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' "
        "AND c.is_generated = 'NEVER' ORDER BY c.table_name, c.ordinal_position"
    ):
        found.setdefault(table, []).append(name)
    return found


def test_books_of_the_first_version_are_right_after_every_migration(old: str) -> None:
    offices = [an_office() for _ in range(2)]
    for books, _admin in offices:
        carry_over(books.id, old)

    done(["-m", "django", "migrate", "--verbosity", "0"], old)
    proof = json.loads(done(["-m", "kontor", "check-books", "--json"], old, role="app"))

    assert proof["ok"], proof
    assert {each["tenant"] for each in proof["tenants"]} == {books.code for books, _admin in offices}
    with psycopg.connect(cluster().superuser_address(old)) as connection:
        for books, admin in offices:
            held = connection.execute(
                "SELECT o.main_admin_id, o.invitation_code <> '', m.is_admin, e.email = u.email AND e.verified "
                "FROM organisations_organisation o JOIN organisations_membership m ON m.organisation_id = o.id "
                "JOIN organisations_user u ON u.id = m.user_id JOIN account_emailaddress e ON e.user_id = u.id "
                "WHERE o.id = %s",
                [books.organisation_id],
            ).fetchall()
            assert held == [(admin.id, True, True, True)]
            keys = connection.execute(
                "SELECT count(*) FROM openitems_itemkey k JOIN openitems_openitem i ON i.tenant_id = k.tenant_id "
                "AND i.id = k.item_id WHERE k.tenant_id = %s AND i.document_number = 'RE-2026/0002'",
                [books.id],
            ).fetchone()
            assert keys is not None
            assert keys[0] > 0
            control = connection.execute(
                "SELECT a.control FROM ledger_account a JOIN ledger_accountrole r ON r.tenant_id = a.tenant_id "
                "AND r.account_id = a.id WHERE a.tenant_id = %s AND r.role = 'staff_advances'",
                [books.id],
            ).fetchall()
            assert control == [("receivables",)]
