"""Every reference of the books is kept: by a key of the database, or by the statement and guards that are named here.

docs/adr/0018. A key per row is the rule; what stands in `BY_STATEMENT` is checked by one statement when rows arrive, and
guarded where it is named. `IMPLIED` are tenants that another reference of the same row leads to.
"""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from django.apps import apps

from kontor.core.tenancy import TenantKey, TenantModel


class Kept(NamedTuple):
    """How a reference without a key is kept: triggers as (table, name)."""

    arrival: tuple[str, str]
    guards: tuple[tuple[str, str], ...]


_LINES = ("ledger_journalline", "lines_arrived")
_ENTRIES = ("ledger_journalentry", "entries_arrived")
_RENAMED = ("ledger_journalline", "line_names_kept")
BY_STATEMENT = {
    ("ledger_journalline", "entry_id"): Kept(
        _LINES,
        (("ledger_journalentry", "entry_guard"), ("ledger_journalentry", "not_emptied"), _RENAMED),
    ),
    ("ledger_journalline", "account_id"): Kept(
        _LINES,
        (("ledger_account", "named_kept"), ("ledger_account", "named_key_kept"), ("ledger_account", "not_emptied"), _RENAMED),
    ),
    ("ledger_journalline", "party_id"): Kept(
        _LINES,
        (("contacts_party", "named_kept"), ("contacts_party", "named_key_kept"), ("contacts_party", "not_emptied"), _RENAMED),
    ),
    ("ledger_journalline", "project_id"): Kept(
        _LINES,
        (
            ("projects_project", "named_kept"), ("projects_project", "named_key_kept"), ("projects_project", "not_emptied"),
            _RENAMED,
        ),
    ),
    ("ledger_journalentry", "period_id"): Kept(
        _ENTRIES,
        (("ledger_period", "period_guard"), ("ledger_period", "not_emptied"), ("ledger_journalentry", "entry_guard")),
    ),
    ("ledger_journalentry", "recorded_by_id"): Kept(
        _ENTRIES,
        (
            ("organisations_user", "person_kept"), ("organisations_user", "person_key_kept"),
            ("organisations_user", "not_emptied"), ("ledger_journalentry", "entry_guard"),
        ),
    ),
    ("core_auditevent", "link_id"): Kept(
        ("core_auditevent", "events_arrived"),
        (
            ("core_auditlink", "auditlink_kept"), ("core_auditlink", "auditlink_key_kept"),
            ("core_auditevent", "auditevent_key_kept"),
        ),
    ),
}  # fmt: skip
# The tenant of a row is that of what it names: table → column whose target keeps the tenant in turn.
IMPLIED = {"ledger_journalentry": "period_id", "ledger_journalline": "entry_id", "core_auditevent": "link_id"}


def _keys(connection: psycopg.Connection) -> set[tuple[str, tuple[str, ...], str]]:
    """Return (table, columns, target) of every enforced and validated foreign key."""
    rows = connection.execute(
        "SELECT k.conrelid::regclass::text, (SELECT array_agg(a.attname::text ORDER BY n) FROM unnest(k.conkey) "
        "WITH ORDINALITY c(attnum, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum), "
        "k.confrelid::regclass::text FROM pg_constraint k WHERE k.contype = 'f' AND k.convalidated"
    ).fetchall()
    return {(table, tuple(columns), target) for table, columns, target in rows}


def _triggers(connection: psycopg.Connection) -> set[tuple[str, str]]:
    rows = connection.execute(
        "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    ).fetchall()
    return {(table, name) for table, name in rows}


def test_every_reference_between_tenant_rows_is_kept(owner_connection: psycopg.Connection) -> None:
    keys = _keys(owner_connection)
    references = [
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantKey)
    ]

    loose = {
        (table, column) for table, column, target in references if (table, ("tenant_id", column), target) not in keys
    }

    assert len(references) > 50
    assert loose == {key for key in BY_STATEMENT if key[1] != "recorded_by_id"}


def test_every_tenant_row_leads_to_its_tenant(owner_connection: psycopg.Connection) -> None:
    keys = _keys(owner_connection)
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}

    loose = {table for table in tables if (table, ("tenant_id",), "organisations_tenant") not in keys}

    assert loose == set(IMPLIED)
    for table, column in IMPLIED.items():
        model = next(model for model in apps.get_models() if model._meta.db_table == table)
        field = next(field for field in model._meta.local_fields if field.column == column)
        assert isinstance(field, TenantKey)
        target = field.related_model._meta.db_table
        assert not field.null
        assert target not in loose or target in IMPLIED


def test_every_reference_of_the_journal_and_the_record_to_people_is_kept(owner_connection: psycopg.Connection) -> None:
    assert ("ledger_journalentry", ("recorded_by_id",), "organisations_user") not in _keys(owner_connection)
    assert ("ledger_journalentry", "recorded_by_id") in BY_STATEMENT


def test_what_replaces_a_key_is_in_place(owner_connection: psycopg.Connection) -> None:
    triggers = _triggers(owner_connection)

    missing = {
        trigger for kept in BY_STATEMENT.values() for trigger in (kept.arrival, *kept.guards) if trigger not in triggers
    }

    assert missing == set()
