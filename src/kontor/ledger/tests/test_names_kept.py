"""What the journal names stays, by one statement and guards instead of a key per row (docs/adr/0018).

Whatever is named is asked for when it arrives, held while it arrives, and neither deleted nor renumbered afterwards,
whoever is quicker; and if somebody gets past all of it, the proof of the books finds the orphan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from pytest_django import DjangoDbBlocker

from kontor.core.invariants import violations
from kontor.core.models import AuditEvent
from kontor.core.tenancy import tenant
from kontor.ledger.actions.entries import save_draft
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import Period
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from tests.builders import a_tenant, a_user

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MARCH = date(2026, 3, 10)
NOBODY = 9_000_000_000

MAKE = {
    "account": (
        "INSERT INTO ledger_account (tenant_id, number, name_de, name_en, kind, control, tax_code, is_automatic, is_money, "
        "is_donation, report_group, is_active) VALUES (%s, '99999', 'x', 'x', 'asset', '', '', false, false, false, '', true) "
        "RETURNING id"
    ),
    "party": (
        "INSERT INTO contacts_party (tenant_id, kind, name, sort_name, aliases, email, phone, contact_person, vat_number, "
        "language, note, is_archived) VALUES (%s, 'person', 'x', 'x', '[]', '', '', '', '', 'de', '', false) RETURNING id"
    ),
    "project": (
        "INSERT INTO projects_project (tenant_id, kind, code, name, is_active, is_submittable) "
        "VALUES (%s, 'job', 'x', 'x', true, false) RETURNING id"
    ),
}
TABLE = {"account": "ledger_account", "party": "contacts_party", "project": "projects_project"}
LINE = """
INSERT INTO ledger_journalline (tenant_id, entry_id, position, account_id, party_id, project_id, sphere, tax_code, currency,
  amount, amount_base, text, entry_date, is_posted)
VALUES (%(books)s, %(entry)s, 3, %(account)s, %(party)s, %(project)s, '', '', 'EUR', 5, 5, '', '2026-03-10', false)
"""
ENTRY = """
INSERT INTO ledger_journalentry (tenant_id, state, series, year, sequence, period_id, entry_date, document_date,
  document_number, text, kind, source_type, is_automatic, recorded_at, recorded_by_id, posted_at)
VALUES (%(books)s, %(state)s, 'entry', NULL, NULL, %(period)s, '2026-03-10', '2026-03-10', '', '', 'manual', '', false,
  now(), %(person)s, %(posted_at)s)
"""


class Office:
    """Books with a draft, and what a further line of it would name."""

    def __init__(self) -> None:
        self.books = a_tenant().id
        with tenant(self.books):
            self.draft = save_draft(_posting(), on=MARCH, at=AT).id
            self.account = Account.objects.get(number="4930").id
            self.period = Period.objects.get(first_day=date(2026, 3, 1)).id

    def make(self, owner: psycopg.Connection, kind: str) -> int:
        """Make something that lines can name, with nothing else about it."""
        with owner.transaction():
            open_books(owner, self.books)
            row = owner.execute(MAKE[kind].encode(), [self.books]).fetchone()
        assert row is not None
        return int(row[0])

    def line(self, **named: int) -> dict[str, object]:
        """Return what a further line of the draft says."""
        return {
            "books": self.books, "entry": self.draft, "account": self.account, "party": None, "project": None, **named,
        }  # fmt: skip


@pytest.fixture
def office(database: None) -> Office:
    return Office()


@pytest.fixture(scope="module")
def untouched(test_database: None, django_db_blocker: DjangoDbBlocker) -> Office:
    """Make an office once, for what is refused or taken back and so leaves it as it is."""
    with django_db_blocker.unblock():
        return Office()


@pytest.fixture
def quiet(database: None, untouched: Office) -> Office:
    return untouched


def _posting(text: str = "", *, number: str = "", memo: str = "Kaffee") -> Posting:
    lines = (
        PostingLine(by_number("4930"), 100, 100, "EUR", text=text, tax_code=text),
        PostingLine(by_number("1200"), -100, -100, "EUR"),
    )
    return Posting(lines, Memo(text=memo, document_number=number))


def open_books(connection: psycopg.Connection, books: int) -> None:
    connection.execute("SELECT set_tenant(%s, NULL, '')", [books])


def run(
    connection: psycopg.Connection,
    books: int,
    statement: str,
    values: Sequence[Any] | Mapping[str, Any],
    *,
    has_old_view: bool = False,
) -> None:
    """Run one statement in a transaction of its own, with the books open."""
    with connection.transaction():
        if has_old_view:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        open_books(connection, books)
        connection.execute(statement.encode(), values)


@pytest.mark.parametrize("kind", ["entry", "account", "party", "project"])
def test_a_line_names_only_what_is_there(quiet: Office, app_connection: psycopg.Connection, kind: str) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        run(app_connection, quiet.books, LINE, quiet.line(**{kind: NOBODY}))


@pytest.mark.parametrize("kind", ["entry", "account", "party", "project"])
def test_a_line_names_nothing_of_another_tenant(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection, kind: str
) -> None:
    other = Office()
    foreign = other.draft if kind == "entry" else other.make(owner_connection, kind)

    with pytest.raises(errors.ForeignKeyViolation):
        run(app_connection, office.books, LINE, office.line(**{kind: foreign}))


@pytest.mark.parametrize("named", [{"period": NOBODY}, {"person": NOBODY}])
def test_an_entry_names_only_what_is_there(
    quiet: Office, app_connection: psycopg.Connection, named: dict[str, int]
) -> None:
    entry = {"books": quiet.books, "state": "draft", "period": quiet.period, "person": None, "posted_at": None}

    with pytest.raises((errors.ForeignKeyViolation, errors.CheckViolation)):
        run(app_connection, quiet.books, ENTRY, {**entry, **named})


@pytest.mark.parametrize("moment", ["2020-01-01", "2099-01-01"])
def test_a_draft_has_no_time_of_posting_and_an_entry_no_other_than_its_own(
    quiet: Office, app_connection: psycopg.Connection, moment: str
) -> None:
    entry = {"books": quiet.books, "state": "draft", "period": quiet.period, "person": None, "posted_at": moment}
    with pytest.raises(errors.CheckViolation, match="time of its posting"):
        run(app_connection, quiet.books, ENTRY, entry)

    posted = ENTRY.replace("'entry', NULL, NULL", "'entry', 2026, 1")
    with pytest.raises(errors.CheckViolation, match="time of its posting"):
        run(app_connection, quiet.books, posted, {**entry, "state": "posted"})


@pytest.mark.parametrize("kind", ["account", "party", "project"])
def test_what_a_line_names_is_neither_deleted_nor_renumbered_even_by_the_owner(
    office: Office, owner_connection: psycopg.Connection, kind: str
) -> None:
    named = office.make(owner_connection, kind)
    run(owner_connection, office.books, LINE, office.line(**{kind: named}))

    for change in (f"DELETE FROM {TABLE[kind]}", f"UPDATE {TABLE[kind]} SET id = id + 1000000"):
        with pytest.raises(errors.ForeignKeyViolation, match="has lines"):
            run(owner_connection, office.books, f"{change} WHERE tenant_id = %s AND id = %s", [office.books, named])


@pytest.mark.parametrize("kind", ["account", "party", "project"])
def test_what_nothing_names_may_go(office: Office, owner_connection: psycopg.Connection, kind: str) -> None:
    named = office.make(owner_connection, kind)
    delete = f"DELETE FROM {TABLE[kind]} WHERE tenant_id = %s AND id = %s"

    run(owner_connection, office.books, delete, [office.books, named])

    with pytest.raises(errors.ForeignKeyViolation, match="not there"):
        run(owner_connection, office.books, LINE, office.line(**{kind: named}))


@pytest.mark.parametrize("kind", ["account", "party", "project"])
def test_a_guard_that_could_not_see_refuses(
    office: Office, owner_connection: psycopg.Connection, superuser_connection: psycopg.Connection, kind: str
) -> None:
    delete = f"DELETE FROM {TABLE[kind]} WHERE id = %s"
    named = office.make(owner_connection, kind)

    with pytest.raises(errors.RestrictViolation, match="open books"):
        superuser_connection.execute(delete.encode(), [named])
    with pytest.raises(errors.RestrictViolation, match="read committed"):
        run(owner_connection, office.books, delete, [named], has_old_view=True)


@pytest.mark.parametrize(
    "table",
    [
        "ledger_account", "ledger_period", "ledger_journalentry", "contacts_party", "projects_project",
        "organisations_user", "core_auditlink",
    ],
)  # fmt: skip
def test_a_table_that_is_named_is_not_emptied(owner_connection: psycopg.Connection, table: str) -> None:
    with pytest.raises(errors.RestrictViolation):
        owner_connection.execute(f"TRUNCATE {table} CASCADE".encode())


def test_a_line_keeps_what_it_names(quiet: Office, owner_connection: psycopg.Connection) -> None:
    for column in ("tenant_id", "id", "entry_id", "account_id", "party_id", "project_id"):
        with pytest.raises(errors.RestrictViolation, match="what it names"):
            run(
                owner_connection,
                quiet.books,
                f"UPDATE ledger_journalline SET {column} = %s WHERE tenant_id = %s AND entry_id = %s",
                [NOBODY, quiet.books, quiet.draft],
            )


def test_people_stay_for_the_entries_that_name_them(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    person = a_user()

    for change in ("DELETE FROM organisations_user", "UPDATE organisations_user SET id = id + 1000000"):
        with pytest.raises(errors.RestrictViolation, match="people stay"):
            app_connection.execute(f"{change} WHERE id = %s".encode(), [person.id])
    with pytest.raises(errors.ForeignKeyViolation, match="who recorded it"):
        run(
            owner_connection,
            office.books,
            "UPDATE ledger_journalentry SET recorded_by_id = %s WHERE tenant_id = %s AND id = %s",
            [person.id, office.books, office.draft],
        )


def test_the_record_takes_events_of_open_links_only(office: Office, owner_connection: psycopg.Connection) -> None:
    event = (
        "INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, digest) "
        "VALUES (%s, %s, 'x', 'INSERT', 'x', 1, '')"
    )
    with tenant(office.books):
        closed = AuditEvent.objects.order_by("id").values_list("link_id", flat=True)[0]

    for link in (closed, NOBODY):
        with pytest.raises(errors.ForeignKeyViolation, match="no open link"):
            run(owner_connection, office.books, event, [office.books, link])
    for change in ("core_auditevent SET link_id = link_id + 1", "core_auditlink SET id = id + 1000000"):
        with pytest.raises(errors.RestrictViolation, match="append-only"):
            run(owner_connection, office.books, f"UPDATE {change} WHERE tenant_id = %s", [office.books])


REMOVALS = {
    "account": "DELETE FROM ledger_account WHERE tenant_id = %(books)s AND id = %(named)s",
    "party": "DELETE FROM contacts_party WHERE tenant_id = %(books)s AND id = %(named)s",
    "project": "UPDATE projects_project SET id = id + 1000000 WHERE tenant_id = %(books)s AND id = %(named)s",
    "period": "DELETE FROM ledger_period WHERE tenant_id = %(books)s AND id = %(named)s",
}


def _naming(office: Office, kind: str, named: int) -> tuple[str, dict[str, object]]:
    """Return the statement that names `named` for the first time."""
    if kind == "period":
        return ENTRY, {
            "books": office.books, "state": "draft", "period": named, "person": None, "posted_at": None,
        }  # fmt: skip
    return LINE, office.line(**{kind: named})


def _named(office: Office, owner: psycopg.Connection, kind: str) -> int:
    if kind != "period":
        return office.make(owner, kind)
    with owner.transaction():
        open_books(owner, office.books)
        owner.execute("DELETE FROM ledger_journalline WHERE tenant_id = %s", [office.books])
        owner.execute("DELETE FROM ledger_journalentry WHERE tenant_id = %s", [office.books])
    return office.period


class Second:
    """Somebody who begins while another's transaction is open, and must wait for it."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.fault: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=(work,))
        self.thread.start()
        self.thread.join(0.3)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except psycopg.Error as fault:
            self.fault = fault

    @property
    def is_waiting(self) -> bool:
        return self.thread.is_alive()


@pytest.mark.parametrize("kind", list(REMOVALS))
def test_whoever_removes_waits_for_whoever_names_and_is_refused(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection, kind: str
) -> None:
    named = _named(office, owner_connection, kind)
    statement, values = _naming(office, kind, named)
    with app_connection.transaction():
        open_books(app_connection, office.books)
        app_connection.execute(statement.encode(), values)
        remover = Second(
            lambda: run(owner_connection, office.books, REMOVALS[kind], {"books": office.books, "named": named})
        )
        assert remover.is_waiting
    remover.thread.join(60)

    assert isinstance(remover.fault, errors.ForeignKeyViolation)


@pytest.mark.parametrize("kind", list(REMOVALS))
def test_whoever_names_waits_for_whoever_removes_and_is_refused(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection, kind: str
) -> None:
    named = _named(office, owner_connection, kind)
    statement, values = _naming(office, kind, named)
    app_connection.execute("SET lock_timeout = '60s'")  # however slow the machine is
    with owner_connection.transaction():
        open_books(owner_connection, office.books)
        owner_connection.execute(REMOVALS[kind].encode(), {"books": office.books, "named": named})
        namer = Second(lambda: run(app_connection, office.books, statement, values))
        assert namer.is_waiting
    namer.thread.join(60)

    assert isinstance(namer.fault, (errors.ForeignKeyViolation, errors.CheckViolation))


@pytest.mark.parametrize("kind", list(REMOVALS))
def test_whoever_names_with_an_old_view_of_the_books_is_refused(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection, kind: str
) -> None:
    named = _named(office, owner_connection, kind)
    statement, values = _naming(office, kind, named)
    app_connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    open_books(app_connection, office.books)
    run(owner_connection, office.books, REMOVALS[kind], {"books": office.books, "named": named})

    with pytest.raises(errors.SerializationFailure):
        app_connection.execute(statement.encode(), values)
    app_connection.execute("ROLLBACK")


def test_two_clerks_name_the_same_at_the_same_time(
    office: Office, app_connection: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    party = office.make(owner_connection, "party")
    other = LINE.replace(", 3, ", ", 4, ")
    with app_connection.transaction():
        open_books(app_connection, office.books)
        app_connection.execute(LINE.encode(), office.line(party=party))
        second = Second(lambda: run(owner_connection, office.books, other, office.line(party=party)))
        assert not second.is_waiting

    assert second.fault is None


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE ledger_journalline SET entry_id = 9000000000 WHERE tenant_id = {t} AND position = 1", "entry 9000000000"),
        ("UPDATE ledger_journalline SET account_id = 9000000000 WHERE tenant_id = {t} AND position = 1", "account 9000000000"),
        ("UPDATE ledger_journalline SET party_id = 9000000000 WHERE tenant_id = {t} AND position = 1", "party 9000000000"),
        ("UPDATE ledger_journalline SET project_id = 9000000000 WHERE tenant_id = {t} AND position = 2", "project 9000000000"),
        ("DELETE FROM ledger_period WHERE tenant_id = {t} AND first_day = '2026-03-01'", "period "),
        ("UPDATE ledger_journalentry SET recorded_by_id = 9000000000 WHERE tenant_id = {t}", "person 9000000000"),
        ("DELETE FROM ledger_account WHERE tenant_id = {t} AND number = '4930'", "account "),
    ],
)  # fmt: skip
def test_an_orphan_is_found_and_named(
    quiet: Office, superuser_connection: psycopg.Connection, tampering: str, words: str
) -> None:
    superuser_connection.execute("SET session_replication_role = replica")
    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute(tampering.format(t=quiet.books).encode())
        with superuser_connection.cursor() as cursor:
            found = [each for each in violations(quiet.books, cursor=cursor) if each.code == "named_stands"]

    assert found
    assert any(words in each.facts for each in found)


def test_an_event_without_its_link_is_found(quiet: Office, superuser_connection: psycopg.Connection) -> None:
    superuser_connection.execute("SET session_replication_role = replica")
    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute(
            "UPDATE core_auditevent SET link_id = %s WHERE tenant_id = %s", [NOBODY, quiet.books]
        )
        with superuser_connection.cursor() as cursor:
            found = [each.facts for each in violations(quiet.books, cursor=cursor) if each.code == "audit_chain"]

    assert "without link" in found


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@given(text=TEXTS, number=TEXTS, memo=TEXTS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_record_is_the_text_that_jsonb_writes_whatever_people_type(
    office: Office, superuser_connection: psycopg.Connection, text: str, number: str, memo: str
) -> None:
    with tenant(office.books):
        written = post([NewEntry(posting=_posting(text, number=number, memo=memo), entry_date=MARCH)] * 2, at=AT)
        assert list(
            JournalLine.objects.filter(entry_id=written[0].id).order_by("position").values_list("text", flat=True)
        ) == [text, ""]
    with superuser_connection.transaction(), superuser_connection.cursor() as cursor:
        found = [str(each) for each in violations(office.books, cursor=cursor)]

    assert found == []


def test_every_event_has_a_salt_of_its_own(office: Office) -> None:
    with tenant(office.books):
        entries = post([NewEntry(posting=_posting(), entry_date=MARCH)] * 5, at=AT)
        ids = [entry.id for entry in entries]
        events = AuditEvent.objects.filter(object_type="ledger.entry", object_id__in=ids)
        salts = {bytes(event.salt or b"") for event in events}

    assert len(salts) == 5
    assert {len(salt) for salt in salts} == {16}
