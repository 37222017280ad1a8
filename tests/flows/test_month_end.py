"""The checklist of the month's end on the overview: each step stands for what is in the books."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from kontor.core.models import Job
from kontor.core.tenancy import tenant
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.models.periods import Period
from kontor.ledger.month_end import STEPS
from kontor.matching.tests.books import Books
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.rules.steps import Share
from kontor.ui.checklist import Line, Month
from tests.builders import NOW, a_bank_account, a_bank_line, a_member, a_party, a_tenant, an_invoice

pytestmark = pytest.mark.usefixtures("database")
IN_MONTH, AFTER = date(2026, 10, 12), date(2026, 11, 3)
MONTH = "?month=2026-10"


@pytest.fixture
def books(database: None) -> Books:
    of = a_tenant()
    clerk = a_member(of)
    with tenant(of.id, by=clerk):
        bank_id = a_bank_account()
        party_id = a_party()
    return Books(of, clerk, bank_id, party_id, 0, 0, 0)


def _line(books: Books, words: str, *, who: object = None) -> Line:
    """Return the step whose label, in German or English, begins with `words`."""
    checklist = books.client(who).get(books.url("overview") + MONTH).context["checklist"]  # type: ignore[arg-type]
    found: list[Line] = [line for _name, lines in checklist.groups for line in lines if line.label.startswith(words)]
    assert found, [line.label for _name, lines in checklist.groups for line in lines]
    return found[0]


def _with_english(books: Books) -> None:
    type(books.clerk).objects.filter(id=books.clerk.id).update(language="en")


def test_transactions_count_as_assigned_when_all_of_the_month_are(books: Books) -> None:
    _with_english(books)
    with tenant(books.tenant.id, by=books.clerk):
        item_id = an_invoice(party_id=books.party_id, on=IN_MONTH)
        line_id = a_bank_line(1_190_00, account_id=books.bank_id, day=IN_MONTH)
        a_bank_line(5_00, account_id=books.bank_id, day=AFTER)

    before = _line(books, "Transactions assigned").standing
    with tenant(books.tenant.id, by=books.clerk):
        allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], at=NOW, by=books.clerk)
    after = _line(books, "Transactions assigned").standing

    assert (before.is_done, before.note) == (False, "0 of 1")
    assert (after.is_done, after.note) == (True, "1 of 1")


def test_statements_are_complete_when_every_account_reaches_the_end_of_the_month(books: Books) -> None:
    _with_english(books)
    with tenant(books.tenant.id, by=books.clerk):
        a_bank_line(5_00, account_id=books.bank_id, day=IN_MONTH)
    assert not _line(books, "Statements complete").standing.is_done

    with tenant(books.tenant.id, by=books.clerk):
        a_bank_line(5_00, account_id=books.bank_id, day=AFTER)

    assert _line(books, "Statements complete").standing.is_done


def test_a_draft_of_the_month_waits_and_is_late_after_ten_days(books: Books) -> None:
    _with_english(books)
    assert _line(books, "Drafts posted").standing.is_done
    with tenant(books.tenant.id, by=books.clerk):
        period = Period.objects.get(first_day=date(2026, 10, 1))
        JournalEntry.objects.create(
            period=period, entry_date=IN_MONTH, document_date=IN_MONTH, text="Entwurf",
            recorded_at=datetime(2026, 10, 12, tzinfo=UTC),
        )  # fmt: skip

    line = _line(books, "Drafts posted")

    assert not line.standing.is_done
    assert line.standing.is_late
    assert "1 draft waits" in line.standing.note


def test_a_returned_payment_and_a_credit_beside_a_claim_wait_to_be_clarified(books: Books) -> None:
    _with_english(books)
    with tenant(books.tenant.id, by=books.clerk):
        an_invoice(party_id=books.party_id, on=IN_MONTH)
    assert _line(books, "Credits set off").standing.is_done

    with tenant(books.tenant.id, by=books.clerk):
        an_invoice(-50_00, party_id=books.party_id, on=IN_MONTH)

    assert not _line(books, "Credits set off").standing.is_done


def test_the_books_count_as_proved_by_a_clean_proof_after_the_end_of_the_month(books: Books) -> None:
    _with_english(books)
    assert not _line(books, "Books proved").standing.is_done
    with tenant(books.tenant.id, by=books.clerk):
        for day, count in ((date(2026, 10, 20), 0), (date(2026, 11, 2), 0), (date(2026, 11, 3), 2)):
            at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            Job.objects.create(
                kind="ledger.check", state="done", created_at=at, finished_at=at, result={"count": count}
            )
            standing = _line_in_open_books(books)
            assert standing == (day == date(2026, 11, 2))


def _line_in_open_books(books: Books) -> bool:
    request = RequestFactory().get("/")
    request.tenant = books.tenant  # type: ignore[attr-defined]
    step = next(step for step in STEPS if "proved" in step.label)
    standing = step.query(request, Month.of(IN_MONTH))
    assert standing is not None
    return standing.is_done


def test_a_month_is_closed_then_committed_and_says_until_when(books: Books) -> None:
    _with_english(books)
    with tenant(books.tenant.id, by=books.clerk):
        an_invoice(party_id=books.party_id, on=IN_MONTH)
    assert not _line(books, "Month closed").standing.is_done

    with tenant(books.tenant.id, by=books.clerk):
        Period.objects.filter(last_day__lt=AFTER).update(state="closed", state_at=NOW)

    assert _line(books, "Month closed").standing.is_done
    assert "30 Nov 2026" in _line(books, "Month committed").standing.note


def test_each_step_leads_to_where_it_is_done_and_the_first_open_one_is_marked(books: Books) -> None:
    checklist = books.client().get(books.url("overview") + MONTH).context["checklist"]

    lines = [line for _name, lines in checklist.groups for line in lines]
    assert all(line.standing.url.startswith(f"/t/{books.tenant.code}/") for line in lines)
    assert [line.tone for line in lines].count("now") == 1
    assert checklist.total == len(lines)
    for line in lines:
        assert books.client().get(line.standing.url).status_code == 200


def test_a_wrong_month_shows_the_last_one(books: Books) -> None:
    assert books.client().get(books.url("overview") + "?month=2026-99").status_code == 200


def test_the_overview_asks_as_often_for_full_books_as_for_nearly_empty_ones(books: Books) -> None:
    client: Client = books.client()
    with tenant(books.tenant.id, by=books.clerk):
        an_invoice(party_id=books.party_id, on=IN_MONTH)
        a_bank_line(5_00, account_id=books.bank_id, day=IN_MONTH)
    client.get(books.url("overview") + MONTH)
    with CaptureQueriesContext(connection) as few:
        client.get(books.url("overview") + MONTH)
    with tenant(books.tenant.id, by=books.clerk):
        for n in range(20):
            an_invoice(party_id=books.party_id, on=IN_MONTH)
            a_bank_line(5_00 + n, account_id=books.bank_id, day=IN_MONTH)
    with CaptureQueriesContext(connection) as many:
        client.get(books.url("overview") + MONTH)

    assert len(many) == len(few)
