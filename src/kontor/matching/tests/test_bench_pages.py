"""The workbench's list and the certain ones, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kontor.core.tenancy import tenant
from kontor.matching.actions.running import run_match
from kontor.matching.queries import bench, proposals
from kontor.matching.tests.books import DAY, Books, the_books
from tests.builders import NOW, a_bank_line, an_invoice

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None, monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr(bench, "ROWS", 3)
    monkeypatch.setattr(proposals, "SAFE_ROWS", 2)
    return the_books()


def _lines(books: Books, count: int) -> list[int]:
    """Make payments on the days before, newest first."""
    with tenant(books.tenant.id, by=books.clerk):
        return [
            a_bank_line(10_00 + n, account_id=books.bank_id, day=DAY - timedelta(n + 1), remittance=f"Zahlung {n}")
            for n in range(count)
        ]


def _shown(page: str) -> list[int]:
    return [int(part.split('"')[0]) for part in page.split('id="tx-')[1:]]


def test_each_page_shows_its_part_of_the_list_and_opens_its_first_payment(books: Books) -> None:
    lines = _lines(books, 7)

    pages = [books.client().get(books.url("match"), {"p": str(n)}).content.decode() for n in (1, 2, 3)]

    assert [_shown(page) for page in pages] == [[books.both_id, *lines[:2]], lines[2:5], lines[5:]]
    assert f'<k-match data-t="{lines[2]}">' in pages[1]


def test_j_and_k_walk_over_the_end_of_a_page_by_links_among_the_rows(books: Books) -> None:
    lines = _lines(books, 7)

    page = books.client().get(books.url("match"), {"p": "2"}).content.decode()

    assert f'rel="prev" href="?t={lines[1]}"' in page
    assert f'rel="next" href="?t={lines[5]}"' in page


def test_the_list_shows_the_page_of_the_payment_that_is_open(books: Books) -> None:
    lines = _lines(books, 7)

    page = books.client().get(books.url("match"), {"t": str(lines[4])}).content.decode()

    assert _shown(page) == lines[2:5]


def test_a_page_beyond_the_end_leads_to_the_first(books: Books) -> None:
    _lines(books, 2)

    assert _shown(books.client().get(books.url("match"), {"p": "99"}).content.decode())[0] == books.both_id


def test_a_page_of_the_list_asks_as_often_wherever_it_is_and_however_long_the_list_is(books: Books) -> None:
    address = f"{books.url('match')}?t={_lines(books, 9)[3]}"
    client = books.client()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    _more = _lines(books, 40)
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_a_search_shows_its_own_number_of_pages(books: Books) -> None:
    lines = _lines(books, 5)

    page = books.client().get(books.url("match"), {"q": "Zahlung", "t": str(lines[3])}).content.decode()

    assert _shown(page) == lines[3:]
    assert f'rel="prev" href="?q=Zahlung&amp;t={lines[2]}"' in page
    assert "4–5 von 5" in page or "4–5 of 5" in page


def test_the_certain_ones_are_shown_page_by_page_and_each_page_is_posted_for_itself(books: Books) -> None:
    with tenant(books.tenant.id, by=books.clerk):
        for n in range(4):
            an_invoice(100_00 + n, party_id=books.party_id, number=f"2026-06{n:02d}", on=DAY - timedelta(3))
            a_bank_line(
                100_00 + n, account_id=books.bank_id, day=DAY, counterparty_name="Hofmann Möbelbau GmbH",
                remittance=f"RE 2026-06{n:02d}",
            )  # fmt: skip
        run_match(at=NOW)
    client = books.client()

    pages = [client.get(books.url("match_safe"), {"points": "40", "p": str(n)}) for n in (1, 2, 3)]

    shown = [[each.proposal.id for each in page.context["page"].rows] for page in pages]
    assert [len(ids) for ids in shown] == [2, 2, 1]
    assert len({key for ids in shown for key in ids}) == 5
    client.post(books.url("match_safe_post"), {"ids": shown[0], "sure": "1", "key": "first"})
    left = client.get(books.url("match_safe"), {"points": "40"}).context["page"]
    assert left.total == 3


def test_a_proposal_whose_item_was_paid_meanwhile_is_not_counted_among_the_certain_ones(books: Books) -> None:
    with tenant(books.tenant.id):
        before = proposals.safe_page(points_min=0, lead_min=0).total
    other = books.line(1_190_00, counterparty_name="Jemand", remittance="bar")
    with tenant(books.tenant.id):
        again = proposals.safe_page(points_min=0, lead_min=0)
        numbers = {row.transaction.id for row in again.rows}
    books.client().post(
        books.url("match_confirm"), {"t": other, "key": "bar", "items": [books.frame_id], "shortfall": "leave"}
    )

    with tenant(books.tenant.id):
        after = proposals.safe_page(points_min=0, lead_min=0)

    assert before == 1
    assert books.both_id in numbers
    assert books.both_id not in {row.transaction.id for row in after.rows}
