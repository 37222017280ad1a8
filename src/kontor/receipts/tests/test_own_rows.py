"""The parts of a person's own list: every receipt is in one of them, and its tab counts it."""

from __future__ import annotations

import pytest

from kontor.receipts.actions.booking import book
from kontor.receipts.actions.submitting import submit, withdraw
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import CLOSED, own_documents
from kontor.receipts.queries.own_rows import OwnRows, own_counts
from tests.builders import NOW

from .office import DAY, Office, a_draft, an_office, put_to_account

pytestmark = pytest.mark.usefixtures("database")


def handed_in(office: Office) -> IncomingDocument:
    document = a_draft(office, 59_00)
    return submit(document.id, today=DAY, at=NOW, by=office.volunteer)


def full(office: Office) -> None:
    """Leave a draft, one that waits, one that is booked and to be refunded, and one withdrawn."""
    with office.open(by=office.volunteer):
        a_draft(office, 10_00)
        handed_in(office)
        withdraw(handed_in(office).id, at=NOW, by=office.volunteer)
        to_book = handed_in(office)
    with office.open():
        put_to_account(office, to_book)
        book(to_book.id, at=NOW, by=office.clerk)


def test_the_tabs_count_what_their_lists_show() -> None:
    office = an_office()
    full(office)
    with office.open(by=office.volunteer):
        own, counts = own_documents(office.volunteer.id), own_counts(office.volunteer.id)
        lists = {
            "on_way": own.exclude(state="draft").exclude(CLOSED), "drafts": own.filter(state="draft"),
            "done": own.filter(CLOSED),
        }  # fmt: skip

        shown = {part: [row.id for row in OwnRows(office.volunteer.id, part, counts[part])[0:20]] for part in lists}

        assert shown == {part: [row.id for row in rows] for part, rows in lists.items()}
        assert counts == {part: len(ids) for part, ids in shown.items()}
        assert sorted(key for ids in shown.values() for key in ids) == sorted(own.values_list("id", flat=True))
        assert counts == {"on_way": 2, "drafts": 1, "done": 1}


def test_a_page_of_them_is_cut_where_the_paginator_says() -> None:
    office = an_office()
    with office.open(by=office.volunteer):
        ids = [a_draft(office, 10_00).id for _n in range(3)]

        rows = OwnRows(office.volunteer.id, "drafts", len(ids))

        assert [row.id for row in rows[1:2]] == [sorted(ids, reverse=True)[1]]
        assert len(rows) == rows.count() == len(ids)
