"""Attacks on the wall between two tenants: each is tried as the app's own database role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from kontor.contacts.models import Party
from kontor.core.tenancy import NoTenant, OtherTenantOpen, tenant
from tests.builders import a_party, a_tenant

CANARY = "Kanarienvogel GmbH"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tenants; the victim has a party of a name of its own."""

    attacker: int
    victim: int
    victim_party: int


@pytest.fixture(scope="module")
def made_pair(test_database: None, django_db_blocker: DjangoDbBlocker) -> Pair:
    """Make the two once: every attack fails, so it leaves them as they are."""
    with django_db_blocker.unblock():
        attacker, victim = a_tenant().id, a_tenant().id
        with tenant(attacker):
            a_party()
        with tenant(victim):
            party = a_party(name=CANARY)
        return Pair(attacker, victim, party)


@pytest.fixture
def pair(database: None, made_pair: Pair) -> Pair:
    return made_pair


@pytest.fixture
def intruder(pair: Pair, app_connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A connection inside the attacker's books."""
    with app_connection.transaction(force_rollback=True):
        app_connection.execute("SELECT set_tenant(%s, NULL, '')", [pair.attacker])
        yield app_connection


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
        "AND relkind = 'r' AND relrowsecurity ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def test_without_a_tenant_every_table_is_empty(pair: Pair, app_connection: psycopg.Connection) -> None:
    tables = tenant_tables(app_connection)

    seen = {table: app_connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() for table in tables}

    assert len(tables) > 25
    assert set(seen.values()) == {(0,)}


@pytest.mark.parametrize("context", ["", "abc", "1; DROP TABLE x", "-1", "999999999", "1 OR 1=1"])
def test_a_made_up_tenant_shows_nothing(pair: Pair, app_connection: psycopg.Connection, context: str) -> None:
    with app_connection.transaction(force_rollback=True):
        app_connection.execute("SELECT set_config('app.tenant', %s, true)", [context])
        try:
            found = app_connection.execute("SELECT count(*) FROM contacts_party").fetchone()
        except psycopg.errors.InvalidTextRepresentation:
            found = (0,)

    assert found == (0,)


def test_a_tenant_sees_only_its_own_rows_in_every_table(pair: Pair, intruder: psycopg.Connection) -> None:
    for table in tenant_tables(intruder):
        seen = intruder.execute(f'SELECT DISTINCT tenant_id FROM "{table}"').fetchall()
        assert {row[0] for row in seen} <= {pair.attacker}, table


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM contacts_party WHERE tenant_id = {victim}",
        "SELECT id FROM contacts_party WHERE name = 'Kanarienvogel GmbH'",
        "UPDATE contacts_party SET note = 'x' WHERE tenant_id = {victim} RETURNING id",
        "DELETE FROM contacts_address WHERE tenant_id = {victim} RETURNING id",
        "SELECT 1 / (id - id) FROM contacts_party WHERE tenant_id = {victim}",
        "SELECT details FROM core_auditevent WHERE tenant_id = {victim}",
        "WITH x AS (SELECT * FROM contacts_party) SELECT id FROM x WHERE tenant_id = {victim}",
        "SELECT p.id FROM contacts_party p JOIN contacts_partyaccount a ON a.party_id = p.id WHERE p.tenant_id = {victim}",
        "SELECT n.nspname FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE tablename = 'contacts_party'",
    ],
)
def test_naming_the_victim_finds_nothing(pair: Pair, intruder: psycopg.Connection, statement: str) -> None:
    assert intruder.execute(statement.format(victim=pair.victim).encode()).fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO contacts_party (tenant_id, kind, name, sort_name, aliases, email, phone, contact_person, vat_number, "
            "language, note, is_archived) VALUES ({victim}, 'person', 'x', 'x', '[]', '', '', '', '', 'de', '', false)"
        ),
        "UPDATE contacts_party SET tenant_id = {victim}",
        "INSERT INTO contacts_bankdetails (tenant_id, party_id, iban, bic, holder) VALUES ({attacker}, {party}, 'X', '', '')",
        (
            "INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, digest) "
            "VALUES ({attacker}, 1, 'x', 'x', 'x', 1, '')"
        ),
        "UPDATE core_auditevent SET verb = 'x'",
        "DELETE FROM core_auditlink",
        "TRUNCATE core_auditevent",
        "SELECT set_tenant({victim}, NULL, '')",
        "SET ROLE kontor_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "ALTER TABLE contacts_party DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON contacts_party",
        "ALTER ROLE kontor_app BYPASSRLS",
        "CREATE TABLE stolen (a int)",
        "CREATE EXTENSION dblink",
        "COPY contacts_party TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT audit_erase('contacts.party', {party})",
        "SELECT audit_link()",
        "UPDATE ledger_accountmonth SET debit = 0",
        "UPDATE banking_banktransaction SET amount = 1",
        "UPDATE openitems_openitem SET amount_open = 0",
    ],
)
def test_what_the_app_must_never_do_is_refused(pair: Pair, intruder: psycopg.Connection, statement: str) -> None:
    words = statement.format(victim=pair.victim, attacker=pair.attacker, party=pair.victim_party)

    with pytest.raises(psycopg.Error):
        intruder.execute(words.encode())


def test_switching_row_security_off_is_an_error_not_a_way_round(pair: Pair, intruder: psycopg.Connection) -> None:
    intruder.execute("SET LOCAL row_security = off")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        intruder.execute("SELECT count(*) FROM contacts_party")


def test_copying_out_obeys_the_wall(pair: Pair, intruder: psycopg.Connection) -> None:
    with intruder.cursor().copy("COPY (SELECT tenant_id FROM contacts_party) TO STDOUT") as copied:
        rows = [row[0] for row in copied.rows()]

    assert set(rows) == {str(pair.attacker)}


def test_the_owner_is_bound_by_the_wall_too(pair: Pair, owner_connection: psycopg.Connection) -> None:
    assert owner_connection.execute("SELECT count(*) FROM contacts_party").fetchone() == (0,)


def test_the_tenant_is_gone_with_its_transaction(pair: Pair, app_connection: psycopg.Connection) -> None:
    with app_connection.transaction():
        app_connection.execute("SELECT set_tenant(%s, NULL, '')", [pair.victim])
        inside = app_connection.execute("SELECT count(*) FROM contacts_party").fetchone()

    after = app_connection.execute("SELECT count(*) FROM contacts_party").fetchone()

    assert (inside, after) == ((1,), (0,))


def test_prepared_statements_ask_for_the_tenant_anew(pair: Pair, app_connection: psycopg.Connection) -> None:
    app_connection.prepare_threshold = 0
    for turn in range(20):
        expected = (pair.attacker, pair.victim)[turn % 2]
        with app_connection.transaction():
            app_connection.execute("SELECT set_tenant(%s, NULL, '')", [expected])
            seen = app_connection.execute("SELECT DISTINCT tenant_id FROM contacts_party WHERE id > %s", [0]).fetchall()
        assert seen == [(expected,)]


def test_a_second_tenant_inside_an_open_one_is_a_fault(pair: Pair) -> None:
    with tenant(pair.attacker), pytest.raises(OtherTenantOpen), tenant(pair.victim):
        pass


def test_the_manager_refuses_to_read_without_a_tenant(pair: Pair) -> None:
    with pytest.raises(NoTenant):
        Party.objects.count()


def test_a_query_carried_out_of_its_tenant_finds_nothing(pair: Pair) -> None:
    with tenant(pair.victim):
        carried = Party.objects.all()

    assert list(carried) == []


def test_the_victims_row_cannot_be_had_by_its_number(pair: Pair) -> None:
    with tenant(pair.attacker):
        assert not Party.objects.filter(id=pair.victim_party).exists()
        assert Party.objects.filter(name=CANARY).count() == 0


def test_the_wall_holds_without_the_manager(pair: Pair) -> None:
    with tenant(pair.attacker), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contacts_party WHERE tenant_id = %s", [pair.victim])
        assert cursor.fetchone() == (0,)
