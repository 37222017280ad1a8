"""The proof of the books: clean books pass, every tampering is found and named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest

from kontor.core.invariants import codes, violations
from kontor.core.tenancy import tenant
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from tests.builders import a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def books(database: None) -> int:
    found = a_tenant().id
    with tenant(found):
        post([NewEntry(posting=_posting(100 + n), entry_date=date(2026, 3, 10)) for n in range(4)], at=AT)
    return found


def _posting(amount: int) -> Posting:
    lines = (
        PostingLine(by_number("1200"), amount, amount, "EUR"),
        PostingLine(by_number("8200"), -amount, -amount, "EUR"),
    )
    return Posting(lines=lines, memo=Memo(text="Kaffee"))


def found_by(connection: psycopg.Connection, books: int) -> set[str]:
    connection.execute("SET timezone = 'UTC'")
    with connection.cursor() as cursor:
        return {violation.code for violation in violations(books, cursor=cursor)}


def test_clean_books_pass_every_invariant(books: int, ops_connection: psycopg.Connection) -> None:
    assert len(codes()) >= 11
    assert found_by(ops_connection, books) == set()


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        ("UPDATE ledger_journalline SET amount_base = amount_base + 1 WHERE tenant_id = {t} AND position = 1", "entry_balanced"),
        (("UPDATE ledger_journalline SET amount = 7, amount_base = amount_base + CASE position WHEN 1 THEN 1 ELSE -1 END "
         "WHERE tenant_id = {t}"), "entry_as_recorded"),
        (("UPDATE ledger_journalline SET account_id = (SELECT id FROM ledger_account WHERE tenant_id = {t} AND number = '1000') "
         "WHERE tenant_id = {t} AND position = 1"), "account_summary"),
        ("UPDATE ledger_journalentry SET entry_date = '2026-03-11' WHERE tenant_id = {t}", "line_as_entry"),
        (("DELETE FROM ledger_journalline WHERE tenant_id = {t} AND entry_id = (SELECT max(id) FROM ledger_journalentry WHERE "
         "tenant_id = {t}); DELETE FROM ledger_journalentry WHERE tenant_id = {t} AND sequence = 4"), "entry_not_gone"),
        ("UPDATE ledger_journalentry SET sequence = 9 WHERE tenant_id = {t} AND sequence = 3", "numbers_gapless"),
        ("UPDATE ledger_accountmonth SET debit = debit + 1 WHERE tenant_id = {t}", "account_summary"),
        ("UPDATE ledger_period SET state = 'closed', state_at = '2000-01-01' WHERE tenant_id = {t}", "period_kept"),
        ("UPDATE core_auditevent SET details = '{{}}' WHERE tenant_id = {t} AND object_type = 'ledger.entry'", "audit_digest"),
        ("UPDATE core_auditevent SET verb = 'x' WHERE tenant_id = {t}", "audit_chain"),
        ("DELETE FROM core_auditevent WHERE tenant_id = {t} AND object_type = 'ledger.entry'", "audit_chain"),
        ("UPDATE core_auditlink SET actor_id = 1 WHERE tenant_id = {t} AND number = 1", "audit_chain"),
        (("DELETE FROM core_auditlink WHERE tenant_id = {t} AND number = (SELECT max(number) FROM core_auditlink WHERE "
         "tenant_id = {t})"), "audit_chain"),
        ("UPDATE core_audithead SET number = number - 1 WHERE tenant_id = {t}", "audit_chain"),
    ],
)  # fmt: skip
def test_whoever_tampers_is_found(
    books: int, superuser_connection: psycopg.Connection, tampering: str, code: str
) -> None:
    superuser_connection.execute("SET session_replication_role = replica")  # a thief who switches every trigger off

    with superuser_connection.transaction(force_rollback=True):
        for statement in tampering.format(t=books).split(";"):
            superuser_connection.execute(statement.encode())
        assert code in found_by(superuser_connection, books)


def test_words_may_be_erased_and_the_chain_still_proves(books: int, superuser_connection: psycopg.Connection) -> None:
    superuser_connection.execute("SET session_replication_role = replica")

    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute(
            "UPDATE core_auditevent SET details = NULL, salt = NULL WHERE tenant_id = %s AND object_type <> 'ledger.entry'",
            [books],
        )
        assert found_by(superuser_connection, books) == set()
