"""Posting through the database: what is refused, what stays, what is numbered."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import Error, connection, connections

from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.ledger.actions.entries import (
    AlreadyReversed,
    BelongsElsewhere,
    NotADraft,
    change_text,
    delete_draft,
    post_draft,
    reverse_entry,
    save_draft,
)
from kontor.ledger.actions.periods import EarlierStillOpen, close_period, commit_period, reopen_period
from kontor.ledger.actions.posting import ControlAccount, NewEntry, WrittenEntry, post
from kontor.ledger.models import AccountMonth, JournalEntry, JournalLine, Period
from kontor.ledger.rules.periods import MissingReason, NoPeriod
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, UnbalancedEntry, by_number
from tests.builders import a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MARCH = date(2026, 3, 10)


@pytest.fixture
def books(database: None) -> int:
    return a_tenant().id


def a_posting(amount: int = 11_900, *, debit: str = "1200", credit: str = "8200") -> Posting:
    lines = (
        PostingLine(by_number(debit), amount, amount, "EUR"),
        PostingLine(by_number(credit), -amount, -amount, "EUR"),
    )
    return Posting(lines=lines, memo=Memo(text="Kaffee", document_number="B-1", document_date=MARCH))


def posted(posting: Posting | None = None, *, on: date = MARCH) -> WrittenEntry:
    return post([NewEntry(posting=posting or a_posting(), entry_date=on)], at=AT)[0]


def month_of(account: str) -> tuple[int, int]:
    row = AccountMonth.objects.get(account__number=account, month=date(2026, 3, 1))
    return row.debit, row.credit


def test_a_posted_entry_has_a_number_and_moves_the_monthly_sums(books: int) -> None:
    with tenant(books):
        written = posted()
        posted()

        assert (written.year, written.sequence) == (2026, 1)
        assert month_of("1200") == (23_800, 0)
        assert month_of("8200") == (0, 23_800)


def test_debits_must_equal_credits(books: int) -> None:
    lines = (PostingLine(by_number("1200"), 5, 5, "EUR"), PostingLine(by_number("8200"), -4, -4, "EUR"))

    with tenant(books), pytest.raises(UnbalancedEntry):
        posted(Posting(lines=lines, memo=Memo()))


def test_a_control_account_is_not_posted_directly(books: int) -> None:
    with tenant(books), pytest.raises(ControlAccount):
        posted(a_posting(debit="1400"))


def test_a_day_outside_of_every_year_is_refused(books: int) -> None:
    with tenant(books), pytest.raises(NoPeriod):
        posted(on=date(1999, 1, 1))


def test_the_year_after_the_last_one_opens_by_itself(books: int) -> None:
    with tenant(books):
        written = posted(on=date(2027, 1, 4))

        assert (written.year, written.sequence) == (2027, 1)
        assert Period.objects.filter(first_day__year=2027).count() == 12
    with tenant(books), pytest.raises(NoPeriod):
        posted(on=date(2029, 1, 4))


def test_a_draft_has_no_number_and_no_effect_until_it_is_posted(books: int) -> None:
    with tenant(books):
        draft = save_draft(a_posting(), on=MARCH, at=AT)
        assert draft.sequence is None
        assert not AccountMonth.objects.exists()

        number = post_draft(draft.id)

        assert number == 1
        assert month_of("1200") == (11_900, 0)
        with pytest.raises(NotADraft):
            delete_draft(draft.id)


def test_a_deleted_draft_leaves_nothing_but_its_record(books: int) -> None:
    with tenant(books):
        draft = save_draft(a_posting(), on=MARCH, at=AT)
        delete_draft(draft.id)

        assert not JournalEntry.objects.exists()
        assert not JournalLine.objects.exists()


def test_a_reversal_mirrors_the_entry_once(books: int) -> None:
    with tenant(books):
        written = posted()
        mirror = reverse_entry(written.id, on=date(2026, 4, 1), at=AT)

        lines = (
            JournalLine.objects.filter(entry_id=mirror.id).order_by("position").values_list("amount_base", flat=True)
        )
        assert list(lines) == [-11_900, 11_900]
        assert JournalEntry.objects.get(id=mirror.id).reverses_id == written.id
        with pytest.raises(AlreadyReversed):
            reverse_entry(written.id, on=date(2026, 4, 1), at=AT)


def test_an_entry_of_open_items_is_reversed_where_it_was_made(books: int) -> None:
    with tenant(books):
        written = post([NewEntry(posting=a_posting(debit="1400"), entry_date=MARCH)], at=AT, by_open_items=True)[0]

        with pytest.raises(BelongsElsewhere):
            reverse_entry(written.id, on=MARCH, at=AT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journalentry SET entry_date = entry_date + 1 WHERE tenant_id = %s",
        "UPDATE ledger_journalentry SET state = 'draft' WHERE tenant_id = %s",
        "DELETE FROM ledger_journalentry WHERE tenant_id = %s",
        "DELETE FROM ledger_journalline WHERE tenant_id = %s",
        (
            "INSERT INTO ledger_journalline (tenant_id, entry_id, position, account_id, sphere, tax_code, currency, amount, "
            "amount_base, text, entry_date, is_posted) SELECT tenant_id, entry_id, position + 10, account_id, '', '', 'EUR', "
            "amount, amount_base, '', entry_date, true FROM ledger_journalline WHERE tenant_id = %s"
        ),
    ],
)
def test_a_posted_entry_stays_even_for_raw_statements(books: int, statement: str) -> None:
    with tenant(books):
        posted()

    with pytest.raises(Error), tenant(books), connection.cursor() as cursor:
        cursor.execute(statement, [books])


def test_an_entry_without_lines_does_not_survive_the_commit(books: int) -> None:
    with pytest.raises(Error), tenant(books), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journalentry (tenant_id, state, series, year, sequence, period_id, entry_date, "
            "document_date, document_number, text, kind, source_type, is_automatic, recorded_at, posted_at) "
            "SELECT %s, 'posted', 'entry', 2026, 1, id, '2026-03-10', '2026-03-10', '', '', 'manual', '', false, now(), "
            "now() FROM ledger_period WHERE tenant_id = %s AND '2026-03-10' BETWEEN first_day AND last_day",
            [books, books],
        )


def test_a_closed_period_takes_nothing_and_is_reopened_only_for_a_reason(books: int) -> None:
    with tenant(books):
        march = Period.objects.get(first_day=date(2026, 3, 1))
        close_period(march.id)
    with pytest.raises(Error), tenant(books):
        posted()
    with tenant(books), pytest.raises(MissingReason):
        reopen_period(march.id, reason="")
    with tenant(books):
        reopen_period(march.id, reason="Beleg nachgereicht")
        posted()


def test_commitment_goes_in_order_and_is_final(books: int) -> None:
    with tenant(books):
        periods = list(Period.objects.order_by("first_day"))
        with pytest.raises(EarlierStillOpen):
            commit_period(periods[1].id)
        commit_period(periods[0].id)
    with pytest.raises(Refusal), tenant(books):
        reopen_period(periods[0].id, reason="doch noch")


def test_the_text_may_change_until_commitment(books: int) -> None:
    with tenant(books):
        written = posted(on=date(2025, 1, 5))
        change_text(written.id, "Kaffee für die Sitzung")
        commit_period(Period.objects.get(first_day=date(2025, 1, 1)).id)
    with pytest.raises(Error), tenant(books):
        change_text(written.id, "Tee")


def test_posting_many_entries_takes_as_many_statements_as_posting_one(books: int) -> None:
    def statements(count: int) -> int:
        seen: list[str] = []

        def watch(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:  # noqa: FBT001
            seen.append(sql)
            return execute(sql, params, many, context)

        with tenant(books), connection.execute_wrapper(watch):
            post([NewEntry(posting=a_posting(100 + n), entry_date=MARCH) for n in range(count)], at=AT)
        return len(seen)

    assert statements(60) == statements(2)
    # The act's begin and end, what must be known, the number, and the entry with its lines.
    assert statements(1) == 5


@pytest.mark.slow
def test_eight_clerks_leave_no_gap_in_the_numbers(books: int) -> None:
    def work() -> None:
        for _ in range(12):
            with tenant(books):
                posted()
        connections.close_all()

    _together([work] * 8)

    with tenant(books):
        numbers = sorted(number or 0 for number in JournalEntry.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, 97))


@pytest.mark.slow
def test_nothing_slips_into_a_period_behind_its_close(books: int) -> None:
    with tenant(books):
        march = Period.objects.get(first_day=date(2026, 3, 1)).id
    outcomes: list[str] = []

    def clerk() -> None:
        for _ in range(15):
            try:
                with tenant(books):
                    posted()
                outcomes.append("posted")
            except (Refusal, Error):
                outcomes.append("refused")
        connections.close_all()

    def closer() -> None:
        for _ in range(20):  # a busy book may refuse the close for a moment, as the page says: try again
            with contextlib.suppress(Error), tenant(books):
                close_period(march)
                break
        connections.close_all()

    _together([clerk, clerk, clerk, closer, clerk])

    with tenant(books):
        state_at = Period.objects.get(id=march).state_at
        late = JournalEntry.objects.filter(posted_at__gt=state_at).count()
    assert late == 0
    assert len(outcomes) == 60


def _together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_app_cannot_touch_the_record(books: int, app_connection: psycopg.Connection) -> None:
    with tenant(books):
        posted()

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute("UPDATE core_auditevent SET details = NULL")
