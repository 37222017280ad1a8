"""The workbench through its pages: looking, assigning, the next one, taking back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kontor.banking.models import BankTransaction
from kontor.core.tenancy import tenant
from kontor.matching.actions.running import run_match
from kontor.matching.tests.books import DAY, DISCOUNT, FRAME, STAND, Books, the_books
from kontor.openitems.models import Allocation, OpenItem
from tests.builders import NOW, a_bank_line, a_member, an_invoice

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


def _form(books: Books, line: int, *, key: str = "k1", **more: Any) -> dict[str, Any]:
    return {"t": line, "key": key, "rank": 1, "items": [books.frame_id, books.stand_id], **more}


def _both(books: Books, *, key: str = "k1", **more: Any) -> dict[str, Any]:
    amounts = {f"amount-{books.frame_id}": "1.190,00", f"amount-{books.stand_id}": "874,65"}
    return _form(books, books.both_id, key=key, shortfall="discount", **amounts, **more)


def _open_amount(books: Books, item_id: int) -> int:
    with tenant(books.tenant.id):
        return int(OpenItem.objects.get(id=item_id).amount_open)


def _allocated(books: Books, line: int) -> int:
    with tenant(books.tenant.id):
        return int(BankTransaction.objects.get(id=line).allocated)


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


def test_a_double_click_posts_once(books: Books) -> None:
    client = books.client()

    first = client.post(books.url("match_confirm"), _both(books, key="same"))
    second = client.post(books.url("match_confirm"), _both(books, key="same"))

    assert (first.status_code, second.status_code) == (302, 302)
    with tenant(books.tenant.id):
        assert Allocation.objects.filter(transaction_id=books.both_id).count() == 2


def test_the_second_clerk_gets_a_sentence_and_loses_nothing(books: Books) -> None:
    other = a_member(books.tenant, name="Maria Okafor")
    books.client().post(books.url("match_confirm"), _both(books, key="mine"))

    answer = books.client(other).post(books.url("match_confirm"), _both(books, key="hers"))

    page = answer.content.decode()
    assert answer.status_code in {409, 422}
    assert 'role="alert"' in page
    with tenant(books.tenant.id):
        assert Allocation.objects.filter(transaction_id=books.both_id).count() == 2


def test_a_refusal_keeps_everything_typed(books: Books) -> None:
    form = _form(books, books.both_id, **{f"amount-{books.frame_id}": "12,x", f"amount-{books.stand_id}": "874,65"})

    answer = books.client().post(books.url("match_confirm"), form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="12,x"' in page
    assert 'value="874,65"' in page
    assert _allocated(books, books.both_id) == 0


def test_a_partial_payment_reduces_the_item_and_leaves_it_open(books: Books) -> None:
    part = books.line(500_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="Abschlag 2026-0398")

    form = _form(books, part, shortfall="leave", **{f"amount-{books.frame_id}": "500,00"})
    form["items"] = [books.frame_id]
    books.client().post(books.url("match_confirm"), form)

    assert _open_amount(books, books.frame_id) == FRAME - 500_00
    assert _allocated(books, part) == 500_00


def test_one_transfer_stays_partly_assigned_until_all_of_it_is(books: Books) -> None:
    form = _form(books, books.both_id, **{f"amount-{books.frame_id}": "1.190,00"})
    form["items"] = [books.frame_id]

    client = books.client()
    client.post(books.url("match_confirm"), form)

    page = client.get(books.url("match") + "?tab=partly").content.decode()
    assert f"t={books.both_id}" in page
    assert "874,65" in page


def test_two_payments_settle_one_item(books: Books) -> None:
    lines = [books.line(595_00, remittance=f"Rate {number}") for number in (1, 2)]
    for number, line in enumerate(lines):
        form = _form(books, line, key=f"rate{number}", shortfall="leave")
        form["items"] = [books.frame_id]
        books.client().post(books.url("match_confirm"), form)

    assert _open_amount(books, books.frame_id) == 0


def test_an_overpayment_becomes_the_partys_credit(books: Books) -> None:
    line = books.line(1_200_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="2026-0398")

    form = _form(books, line, surplus="credit")
    form["items"] = [books.frame_id]
    books.client().post(books.url("match_confirm"), form)

    with tenant(books.tenant.id):
        credit = OpenItem.objects.get(party_id=books.party_id, side="credit")
    assert credit.amount == 10_00
    assert _allocated(books, line) == 1_200_00


def test_cancelling_one_assignment_opens_its_item_again(books: Books) -> None:
    client = books.client()
    client.post(books.url("match_confirm"), _both(books))
    with tenant(books.tenant.id):
        row = Allocation.objects.get(transaction_id=books.both_id, item_id=books.stand_id)

    client.post(books.url("match_cancel", allocation_id=row.id), {"t": books.both_id})

    assert _open_amount(books, books.stand_id) == STAND
    assert _open_amount(books, books.frame_id) == 0
    assert _allocated(books, books.both_id) == FRAME


def test_a_returned_debit_opens_its_item_again_and_posts_the_fee(books: Books) -> None:
    client = books.client()
    paid = books.line(357_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="2026-0420", end_to_end_id="E2E-7")
    with tenant(books.tenant.id):
        item_id = OpenItem.objects.get(document_number="2026-0420").id
    client.post(books.url("match_confirm"), _form(books, paid) | {"items": [item_id]})
    assert _open_amount(books, item_id) == 0
    back = books.line(-360_00, counterparty_name="Hofmann Möbelbau GmbH", return_reason="AM04", end_to_end_id="E2E-7")
    with tenant(books.tenant.id):
        row = Allocation.objects.get(item_id=item_id)

    page = client.get(books.url("match"), {"t": back}).content.decode()
    client.post(books.url("match_return"), {"t": back, "key": "back", "allocations": [row.id]})

    assert f'name="allocations" value="{row.id}"' in page
    assert _open_amount(books, item_id) == 357_00
    assert _allocated(books, back) == -360_00


def test_a_credit_note_reduces_what_is_paid(books: Books) -> None:
    with tenant(books.tenant.id, by=books.clerk):
        note = an_invoice(-89_25, party_id=books.party_id, number="GS-2026-0007", on=DAY)
    line = books.line(FRAME - 89_25, counterparty_name="Hofmann Möbelbau GmbH", remittance="2026-0398 GS-2026-0007")

    form = _form(books, line, **{f"amount-{books.frame_id}": "1.190,00", f"amount-{note}": "-89,25"})
    books.client().post(books.url("match_confirm"), form | {"items": [books.frame_id, note]})

    assert (_open_amount(books, books.frame_id), _open_amount(books, note)) == (0, 0)


def test_an_item_is_found_by_what_the_payment_says(books: Books) -> None:
    line = books.line(357_00, counterparty_name="Unbekannt", remittance="Aufmass vom Mai")

    page = books.client().get(books.url("match_items"), {"t": str(line), "find": "2026-0420"}).content.decode()

    assert "2026-0420" in page
    assert 'id="found"' in page


def test_a_fee_is_posted_straight_to_an_account(books: Books) -> None:
    line = books.line(-12_80, counterparty_name="Sparkasse", remittance="Entgelt Kontoführung 10/2026")

    answer = books.client().post(
        books.url("match_direct"), {"t": line, "key": "fee", "lines": "1", "account-1": "4970"}
    )

    assert answer.status_code == 302
    with tenant(books.tenant.id):
        row = Allocation.objects.select_related("account").get(transaction_id=line)
    assert (row.account.number, row.cash) == ("4970", -12_80)


def test_a_line_is_split_among_accounts(books: Books) -> None:
    line = books.line(-100_00, counterparty_name="Karte", remittance="Sammelabrechnung")
    lines: dict[str, Any] = {"lines": "2", "account-1": "4970", "part-1": "30,00", "account-2": "4910", "part-2": ""}

    books.client().post(books.url("match_direct"), {"t": line, "key": "split", **lines})

    with tenant(books.tenant.id):
        assert list(Allocation.objects.filter(transaction_id=line).order_by("id").values_list("cash", flat=True)) == [
            -30_00,
            -70_00,
        ]


def test_another_line_keeps_what_was_typed(books: Books) -> None:
    line = books.line(-100_00, counterparty_name="Karte", remittance="Sammelabrechnung")

    page = (
        books.client()
        .post(books.url("match_direct"), {"t": line, "lines": "1", "account-1": "4970", "part-1": "30,00", "more": "1"})
        .content.decode()
    )

    assert 'name="account-2"' in page
    assert 'value="30,00"' in page


def test_what_a_payment_says_is_never_markup(books: Books) -> None:
    line = books.line(357_00, counterparty_name="<b>x</b>", remittance="<script>alert(1)</script> 2026-0420 <img>")

    page = books.client().get(books.url("match") + f"?t={line}").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>2026-0420</mark> &lt;img&gt;" in page


def test_a_reader_sees_everything_and_changes_nothing(books: Books) -> None:
    reader = a_member(books.tenant, role="reader")

    page = books.client(reader).get(books.url("match"))
    refused = books.client(reader).post(books.url("match_confirm"), _both(books))

    assert page.status_code == 200
    assert 'id="confirm"' not in page.content.decode()
    assert refused.status_code == 403
    assert _allocated(books, books.both_id) == 0


def test_the_page_asks_as_often_for_many_lines_as_for_few(books: Books) -> None:
    client = books.client()
    client.get(books.url("match"))
    books.line(9_00, remittance="Zahlung")
    with CaptureQueriesContext(connection) as few:
        client.get(books.url("match") + f"?t={books.both_id}")
    with tenant(books.tenant.id):
        for number in range(30):
            a_bank_line(10_00 + number, account_id=books.bank_id, day=DAY, remittance=f"Zahlung {number}")
        run_match(at=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get(books.url("match") + f"?t={books.both_id}")

    assert len(many) == len(few)
