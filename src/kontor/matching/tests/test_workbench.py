"""The workbench through its pages: looking, assigning, the next one, taking back."""

from __future__ import annotations

import pytest

from kontor.banking.models import BankTransaction
from kontor.core.tenancy import tenant
from kontor.matching.tests.books import DISCOUNT, FRAME, STAND, Books, the_books
from kontor.openitems.models import Allocation, OpenItem

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None) -> Books:
    return the_books()


def test_the_best_proposal_shows_points_items_and_marked_evidence(books: Books) -> None:
    page = books.client().get(books.url("match")).content.decode()

    assert "<mark>2026-0398</mark>" in page
    assert "<mark>2026-0412</mark>" in page
    assert "1.190,00" in page
    assert "874,65" in page
    assert "17,85" in page
    assert "Buchungsvorschau" in page or "Posting preview" in page


def _form(books: Books, line: int, *, key: str = "k1", **more: object) -> dict[str, object]:
    return {"t": line, "key": key, "rank": 1, "items": [books.frame_id, books.stand_id], **more}


def _both(books: Books, *, key: str = "k1", **more: object) -> dict[str, object]:
    amounts = {f"amount-{books.frame_id}": "1.190,00", f"amount-{books.stand_id}": "874,65"}
    return _form(books, books.both_id, key=key, shortfall="discount", **amounts, **more)


def _open_amount(books: Books, item_id: int) -> int:
    with tenant(books.tenant.id):
        return OpenItem.objects.get(id=item_id).amount_open


def _allocated(books: Books, line: int) -> int:
    with tenant(books.tenant.id):
        return BankTransaction.objects.get(id=line).allocated


def test_confirming_settles_both_invoices_with_discount_and_leads_to_the_next_line(books: Books) -> None:
    following = books.line(119_00, counterparty_name="Jemand", remittance="danke")

    answer = books.client().post(books.url("match_confirm"), _both(books))

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?t={following}")
    assert _open_amount(books, books.frame_id) == 0
    assert _open_amount(books, books.stand_id) == 0
    assert _allocated(books, books.both_id) == FRAME + STAND - DISCOUNT
    with tenant(books.tenant.id):
        rows = list(Allocation.objects.filter(transaction_id=books.both_id).order_by("id"))
    assert [row.discount for row in rows] == [0, DISCOUNT]
    assert rows[0].evidence is not None


def test_the_toast_takes_the_step_back(books: Books) -> None:
    client = books.client()
    client.post(books.url("match_confirm"), _both(books))
    with tenant(books.tenant.id):
        entry_id = Allocation.objects.filter(transaction_id=books.both_id).latest("id").entry_id

    answer = client.post(books.url("match_undo", entry_id=entry_id), {"t": books.both_id}, follow=True)

    assert answer.status_code == 200
    assert _open_amount(books, books.stand_id) == STAND
    assert _allocated(books, books.both_id) == 0
