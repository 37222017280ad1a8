"""Who may do what in the database, and as whom nobody is served."""

import stat
from pathlib import Path

import psycopg
import pytest

from kontor.site.data_folder import DataFolder
from kontor.site.roles import LOGIN_ROLES, administrator_script
from kontor.site.serving_role import check_serving_role
from kontor.site.start_refused import StartRefused
from tests.harness.cluster import cluster, worker_addresses, worker_database


def test_the_app_s_role_serves_people(database: None) -> None:
    check_serving_role(worker_addresses().app)


def test_nobody_is_served_by_the_owner(database: None) -> None:
    with pytest.raises(StartRefused, match="kontor_owner: the owner of the tables"):
        check_serving_role(worker_addresses().owner)


def test_nobody_is_served_by_a_role_that_sees_every_tenant(database: None) -> None:
    with pytest.raises(StartRefused, match="kontor_ops: a superuser or a role with BYPASSRLS"):
        check_serving_role(worker_addresses().ops)


def test_nobody_is_served_by_the_superuser(database: None) -> None:
    with pytest.raises(StartRefused, match="postgres: a superuser"):
        check_serving_role(cluster().superuser_address(worker_database()))


@pytest.mark.parametrize(
    "act",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE organisations_tenant",
        "ALTER TABLE ledger_journalentry DISABLE ROW LEVEL SECURITY",
        "SET ROLE kontor_owner",
        "SET ROLE kontor_search",
    ],
)
def test_the_app_cannot_change_the_house(app_connection: psycopg.Connection, act: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(act.encode())


def test_the_operator_reads_and_never_writes(ops_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ops_connection.execute("DELETE FROM organisations_tenant")


def test_the_superuser_comes_in_by_account_only(database: None) -> None:
    address = psycopg.conninfo.make_conninfo(worker_addresses().app, user="somebody", password="x")

    with pytest.raises(psycopg.OperationalError, match="rejects"):
        psycopg.connect(address)


def test_a_waiting_app_gives_up_soon(app_connection: psycopg.Connection) -> None:
    shown = app_connection.execute(
        "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
        " current_setting('idle_in_transaction_session_timeout')"
    ).fetchone()

    assert shown == ("2s", "30s", "1min")


def test_the_administrator_s_script_names_every_role_and_no_password() -> None:
    script = administrator_script("books")

    assert [role for role in LOGIN_ROLES if f"\\password {role}\n" not in script] == []
    assert "CREATE DATABASE books OWNER kontor_owner" in script
    assert "PASSWORD '" not in script


def test_secrets_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    made = DataFolder(tmp_path / "data").secrets

    assert DataFolder(tmp_path / "data").secrets == made
    assert stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode) == 0o600
    assert len({made.django_secret_key, made.app_password, made.owner_password, made.ops_password}) == 4
