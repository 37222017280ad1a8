"""The daily anchor: signed, once a day, and no longer borne out by a record that was tampered with."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pytest_django import Settings

from kontor.cli.main import _parser_of_all_verbs
from kontor.core.anchors import anchors, anchors_hold, fault_of, is_genuine, public_key_of, take_anchor
from kontor.core.models import AuditAnchor
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.site.data_folder import DataFolder
from kontor.site.schedule import take_anchors
from kontor.site.signing_key import retired_public_keys, signing_secret
from kontor.site.start_refused import StartRefused
from tests.builders import a_party, a_tenant

AT = datetime(2026, 11, 22, 0, 7, tzinfo=UTC)
DAY = date(2026, 11, 22)

# Rewrites one event and every later hash, as a superuser who knows the functions would.
FORGE = """
DO $$
DECLARE link record; before bytea; events bytea; linked bytea;
BEGIN
  SET LOCAL session_replication_role = replica;
  UPDATE core_auditevent SET verb = 'forged' WHERE tenant_id = {tenant}
    AND id = (SELECT min(id) FROM core_auditevent WHERE tenant_id = {tenant});
  before := (SELECT previous_hash FROM core_auditlink WHERE tenant_id = {tenant} ORDER BY number LIMIT 1);
  FOR link IN SELECT * FROM core_auditlink WHERE tenant_id = {tenant} ORDER BY number LOOP
    events := audit_events_hash({tenant}, link.id);
    linked := audit_link_hash(before, link.number, link.at, link.actor_id, link.request_id, events);
    UPDATE core_auditlink SET events_hash = events, previous_hash = before, hash = linked
      WHERE tenant_id = {tenant} AND id = link.id;
    before := linked;
  END LOOP;
  UPDATE core_audithead SET hash = before WHERE tenant_id = {tenant};
END $$
"""


@pytest.fixture
def books(database: None) -> Tenant:
    return a_tenant()


def _take(books: Tenant, *, on: date = DAY) -> AuditAnchor | None:
    with tenant(books.id):
        return take_anchor(tenant_code=books.code, on=on, at=AT)


def _change(books: Tenant) -> None:
    with tenant(books.id):
        a_party()


def _faults(books: Tenant) -> list[str]:
    with tenant(books.id):
        return [violation.facts for violation in anchors_hold()]


def test_a_day_has_one_anchor_however_often_it_is_taken(books: Tenant) -> None:
    first = _take(books)
    _change(books)

    assert first is not None
    assert is_genuine(first.signed)
    assert _take(books) is None
    with tenant(books.id):
        assert anchors().count() == 1


def test_a_day_without_a_change_needs_no_anchor(books: Tenant) -> None:
    _take(books)

    assert _take(books, on=DAY + timedelta(days=1)) is None
    _change(books)
    assert _take(books, on=DAY + timedelta(days=2)) is not None


def test_an_untouched_record_bears_its_anchors_out(books: Tenant) -> None:
    for days in range(3):
        _change(books)
        _take(books, on=DAY + timedelta(days=days))

    assert _faults(books) == []


def test_a_record_rewritten_with_all_its_hashes_is_found_by_the_anchor(
    books: Tenant, superuser_connection: psycopg.Connection
) -> None:
    _change(books)
    taken = _take(books)
    assert taken is not None
    _change(books)
    with superuser_connection.transaction():
        superuser_connection.execute(FORGE.format(tenant=books.id).encode())

    assert _faults(books) == [f"2026-11-22 number {taken.number} has another hash"]


def test_a_record_cut_off_with_its_head_is_found_by_the_anchor(
    books: Tenant, superuser_connection: psycopg.Connection
) -> None:
    _change(books)
    taken = _take(books)
    assert taken is not None
    with superuser_connection.transaction():
        superuser_connection.execute("SET LOCAL session_replication_role = replica")
        superuser_connection.execute(
            "DELETE FROM core_auditlink WHERE tenant_id = %s AND number = %s", [books.id, taken.number]
        )

    assert _faults(books) == [f"2026-11-22 number {taken.number} is no longer in the record"]


def test_an_anchor_signed_by_somebody_else_does_not_count(books: Tenant, settings: Settings) -> None:
    settings.AUDIT_SIGNING_SECRET = "the key of an intruder who may write every table"
    _take(books)
    forger = public_key_of(settings.AUDIT_SIGNING_SECRET)
    settings.AUDIT_SIGNING_SECRET = "our own key"

    assert _faults(books) == [f"2026-11-22 signed with the unknown key {forger}"]


def test_anchors_of_a_retired_key_still_count(books: Tenant, settings: Settings) -> None:
    _take(books)
    retired = public_key_of(settings.AUDIT_SIGNING_SECRET)
    settings.AUDIT_SIGNING_SECRET = "the new key"
    settings.AUDIT_PUBLIC_KEYS = frozenset({retired})

    assert _faults(books) == []


def test_a_changed_anchor_is_found(books: Tenant) -> None:
    taken = _take(books)
    assert taken is not None

    with tenant(books.id):
        assert fault_of(taken.signed) == ""
        assert fault_of({**taken.signed, "number": taken.number + 1}) == "the signature is wrong"


def test_the_app_cannot_change_or_remove_an_anchor(books: Tenant, app_connection: psycopg.Connection) -> None:
    _take(books)
    for statement in ("UPDATE core_auditanchor SET number = 1", "DELETE FROM core_auditanchor"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection.execute(statement.encode())


def test_the_hourly_task_anchors_all_books_and_again_changes_nothing(books: Tenant) -> None:
    _change(books)

    first, second = take_anchors(timestamp=0), take_anchors(timestamp=3600)

    assert first >= 1
    assert second == 0
    with tenant(books.id):
        assert anchors().count() == 1


def _run(*words: str) -> int:
    args = _parser_of_all_verbs().parser.parse_args(words)
    status: int = args.run(args)
    return status


def test_anchors_kept_elsewhere_are_proved_by_the_command_line(
    books: Tenant, tmp_path: Path, capsys: pytest.CaptureFixture[str], superuser_connection: psycopg.Connection
) -> None:
    _take(books)
    assert _run("anchors", "--tenant", books.code) == 0
    kept = tmp_path / "anchors.jsonl"
    kept.write_text(capsys.readouterr().out)
    assert len(kept.read_text().splitlines()) == 2
    assert _run("check-anchors", str(kept)) == 0

    with superuser_connection.transaction():
        superuser_connection.execute(FORGE.format(tenant=books.id).encode())
        superuser_connection.execute("DELETE FROM core_auditanchor WHERE tenant_id = %s", [books.id])
    capsys.readouterr()

    assert _run("check-anchors", "--json", str(kept)) == 1
    told = json.loads(capsys.readouterr().out)
    assert {anchor["fault"][-16:] for anchor in told["anchors"]} == {"has another hash"}


def test_the_key_comes_from_the_environment_a_file_or_the_data_folder(tmp_path: Path) -> None:
    data, file = DataFolder(tmp_path / "data"), tmp_path / "key"
    file.write_text("f" * 40 + "\n")

    assert signing_secret(data, {"KONTOR_AUDIT_KEY": "e" * 40, "KONTOR_AUDIT_KEY_FILE": str(file)}) == "e" * 40
    assert signing_secret(data, {"KONTOR_AUDIT_KEY_FILE": str(file)}) == "f" * 40
    assert signing_secret(data, {"KONTOR_SECRET_KEY": "s" * 50}) == "s" * 50
    assert not data.secrets_file.exists()
    assert signing_secret(data, {}) == data.secrets.audit_signing_key
    assert signing_secret(data, {"KONTOR_SECRET_KEY": "s" * 50}) == data.secrets.audit_signing_key


def test_a_short_or_unreadable_key_is_refused(tmp_path: Path) -> None:
    for environ in ({"KONTOR_AUDIT_KEY": "short"}, {"KONTOR_AUDIT_KEY_FILE": str(tmp_path / "missing")}):
        with pytest.raises(StartRefused):
            signing_secret(DataFolder(tmp_path), environ)


def test_retired_keys_stand_in_the_environment_or_in_the_secrets(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    content = json.loads(json.dumps({**_secrets_of(data), "audit_public_keys": "aa bb"}))
    data.secrets_file.write_text(json.dumps(content))

    assert retired_public_keys(DataFolder(data.root), {"KONTOR_AUDIT_PUBLIC_KEYS": "CC,dd"}) == {"aa", "bb", "cc", "dd"}


def _secrets_of(data: DataFolder) -> dict[str, str]:
    assert data.secrets.audit_public_keys == ""
    loaded: dict[str, str] = json.loads(data.secrets_file.read_text())
    return loaded
