"""What the database itself refuses in the ledger, whoever asks: locks of drafts, rows that others name, the record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg import errors

from kontor.core.invariants import violations
from kontor.core.models import AuditEvent
from kontor.core.tenancy import tenant
from kontor.ledger.actions.entries import delete_draft, save_draft
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from tests.builders import a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MARCH = date(2026, 3, 10)
LINE = """
INSERT INTO ledger_journalline (tenant_id, entry_id, position, account_id, sphere, tax_code, currency, amount, amount_base,
  text, entry_date, is_posted) VALUES (%s, %s, %s, %s, '', '', 'EUR', 5, 5, '', %s, false)
"""


@pytest.fixture
def books(database: None) -> int:
    return a_tenant().id


def _posting(text: str = "") -> Posting:
    lines = (
        PostingLine(by_number("4930"), 100, 100, "EUR", text=text),
        PostingLine(by_number("1200"), -100, -100, "EUR"),
    )
    return Posting(lines, Memo(text="Kaffee"))


def _draft(books: int) -> int:
    with tenant(books):
        return save_draft(_posting(), on=MARCH, at=AT).id


def _account(books: int, number: str = "4930") -> int:
    with tenant(books):
        return Account.objects.get(number=number).id


def _run(connection: psycopg.Connection, books: int, statement: str, values: list[object], *, wait: str = "0") -> None:
    """Run a statement in a transaction of its own, waiting so long for locks (0: as long as it takes)."""
    with connection.transaction():
        _open(connection, books)
        connection.execute(f"SET LOCAL lock_timeout = '{wait}'")
        connection.execute(statement, values)


def _open(connection: psycopg.Connection, books: int) -> None:
    connection.execute("SELECT set_tenant(%s, NULL, '')", [books])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journalentry SET state = 'posted', year = 2026, sequence = 1 WHERE tenant_id = %s AND id = %s",
        "DELETE FROM ledger_journalentry WHERE tenant_id = %s AND id = %s",
    ],
)
def test_nobody_posts_or_deletes_a_draft_while_a_line_is_added(
    books: int, app_connection: psycopg.Connection, owner_connection: psycopg.Connection, statement: str
) -> None:
    draft, account = _draft(books), _account(books)
    with app_connection.transaction():
        _open(app_connection, books)
        app_connection.execute(LINE, [books, draft, 3, account, MARCH])

        with pytest.raises(errors.LockNotAvailable):
            _run(owner_connection, books, statement, [books, draft], wait="200ms")


def test_a_line_of_a_draft_holds_its_account(
    books: int, app_connection: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    draft = _draft(books)
    account = _account(books, "4940")
    with app_connection.transaction():
        _open(app_connection, books)
        app_connection.execute(LINE, [books, draft, 3, account, MARCH])

        with pytest.raises(errors.LockNotAvailable):
            _run(
                owner_connection,
                books,
                "DELETE FROM ledger_account WHERE tenant_id = %s AND id = %s",
                [books, account],
                wait="200ms",
            )


def test_a_draft_with_lines_is_not_deleted_alone(books: int, app_connection: psycopg.Connection) -> None:
    draft = _draft(books)

    with pytest.raises(errors.ForeignKeyViolation, match="still has lines"):
        _run(app_connection, books, "DELETE FROM ledger_journalentry WHERE tenant_id = %s AND id = %s", [books, draft])

    with tenant(books):
        delete_draft(draft)
        assert not JournalEntry.objects.filter(id=draft).exists()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM ledger_account WHERE tenant_id = %s AND number = '4930'", "accountmonth|has lines"),
        (
            "UPDATE ledger_account SET id = id + 1000000 WHERE tenant_id = %s AND number = '4930'",
            "accountmonth|has lines",
        ),
        ("DELETE FROM ledger_period WHERE tenant_id = %s AND first_day = '2026-03-01'", "has entries"),
        (
            "UPDATE ledger_period SET id = id + 1000000 WHERE tenant_id = %s AND first_day = '2026-03-01'",
            "keeps its key",
        ),
        ("UPDATE ledger_journalentry SET id = id + 1000000 WHERE tenant_id = %s", "keeps its key"),
    ],
)
def test_what_entries_name_is_neither_deleted_nor_renumbered_even_by_the_owner(
    books: int, owner_connection: psycopg.Connection, statement: str, words: str
) -> None:
    with tenant(books):
        post([NewEntry(posting=_posting(), entry_date=MARCH)], at=AT)

    with pytest.raises(errors.ForeignKeyViolation, match=words):
        _run(owner_connection, books, statement, [books])


def test_a_line_without_entry_or_account_is_refused(books: int, app_connection: psycopg.Connection) -> None:
    draft, account = _draft(books), _account(books)

    for entry_id, account_id in ((draft + 1_000_000, account), (draft, account + 1_000_000)):
        with pytest.raises(errors.ForeignKeyViolation):
            _run(app_connection, books, LINE, [books, entry_id, 3, account_id, MARCH])


def test_the_record_keeps_the_text_of_each_line_and_the_proof_compares_it(
    books: int, superuser_connection: psycopg.Connection
) -> None:
    with tenant(books):
        entry = post([NewEntry(posting=_posting("Filterkaffee"), entry_date=MARCH)], at=AT)[0].id
        facts = AuditEvent.objects.get(object_type="ledger.entry", object_id=entry).details
    assert facts is not None
    assert [line[-1] for line in facts["lines"]] == ["Filterkaffee", ""]
    assert _broken(books, superuser_connection) == []

    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(
        "UPDATE ledger_journalline SET text = 'Tee' WHERE tenant_id = %s AND amount > 0", [books]
    )

    assert _broken(books, superuser_connection) == ["entry_as_recorded"]


def test_a_record_of_before_without_texts_still_proves_its_entry(
    books: int, superuser_connection: psycopg.Connection
) -> None:
    row = superuser_connection.execute(
        "SELECT ledger_lines_like('[[1,2,3,4,5,6,7,8,9,10,11]]', '[[1,2,3,4,5,6,7,8,9,10,11,\"Kaffee\"]]'), "
        "ledger_lines_like('[[1,2,3,4,5,6,7,8,9,10,11,\"Tee\"]]', '[[1,2,3,4,5,6,7,8,9,10,11,\"Kaffee\"]]')"
    ).fetchone()

    assert row is not None
    assert row[0] == [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]
    assert row[1] == [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "Kaffee"]]


def _broken(books: int, connection: psycopg.Connection) -> list[str]:
    with connection.cursor() as cursor:
        return sorted({violation.code for violation in violations(books, cursor=cursor)})
