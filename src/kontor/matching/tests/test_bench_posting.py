"""What the workbench posts by hand: payments in another currency (P-16), lines with contact and sphere."""

from __future__ import annotations

from typing import Any

import pytest

from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import AccountRole
from kontor.ledger.models.entries import JournalLine
from kontor.matching.tests.books import DAY, Books, the_books
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.tests.office import assert_books_hold, lines_of
from tests.builders import a_bank_account, a_bank_line, a_member, a_tenant, an_invoice

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None) -> Books:
    return the_books()


def _dollar_invoice(books: Books, gross: int = 1_000_00) -> int:
    with tenant(books.tenant.id, by=books.clerk):
        return an_invoice(
            gross,
            party_id=books.party_id,
            number="US-77",
            on=DAY,
            currency="USD",
            rate="0.92",
            tax_code="",
            rate_percent=0,
        )


def _posted(line: int) -> list[tuple[str, int]]:
    return lines_of(Allocation.objects.filter(transaction_id=line).latest("id").entry_id)


def _form(line: int, item_id: int, **more: str) -> dict[str, Any]:
    return {"t": line, "key": f"k{line}", "items": [item_id], **more}


def test_a_dollar_invoice_paid_in_euros_is_settled_with_its_exchange_gain(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(940_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="US-77")

    form = _form(line, item_id, **{f"amount-{item_id}": "1.000,00", f"paid-{item_id}": "940,00"})
    preview = books.client().post(books.url("match_preview"), form).content.decode()
    answer = books.client().post(books.url("match_confirm"), form)

    assert answer.status_code == 302
    assert "2660" in preview
    assert "20,00" in preview
    with tenant(books.tenant.id):
        assert _posted(line) == [("1200", 940_00), ("1400", -920_00), ("2660", -20_00)]
        item = OpenItem.objects.get(id=item_id)
        assert (item.amount_open, item.base_open) == (0, 0)
        assert_books_hold()


def test_a_part_of_a_dollar_invoice_is_paid_with_its_exchange_loss_and_the_rest_stays_open(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(225_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="US-77, 1. Teil")

    form = _form(line, item_id, shortfall="leave", **{f"amount-{item_id}": "250,00", f"paid-{item_id}": "225,00"})
    preview = books.client().post(books.url("match_preview"), form).content.decode()
    books.client().post(books.url("match_confirm"), form)

    assert "750,00" in preview
    with tenant(books.tenant.id):
        assert _posted(line) == [("1200", 225_00), ("1400", -230_00), ("2150", 5_00)]
        assert OpenItem.objects.get(id=item_id).amount_open == 750_00
        assert_books_hold()


def test_empty_fields_mean_the_whole_item_and_the_whole_rest_of_the_payment(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(930_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="US-77")

    books.client().post(books.url("match_confirm"), _form(line, item_id))

    with tenant(books.tenant.id):
        assert _posted(line) == [("1200", 930_00), ("1400", -920_00), ("2660", -10_00)]


def test_one_payment_settles_an_item_in_its_own_currency_and_one_in_another(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(1_190_00 + 930_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="beides")

    form = _form(line, item_id, **{f"paid-{item_id}": "930,00", f"amount-{books.frame_id}": "1.190,00"})
    books.client().post(books.url("match_confirm"), form | {"items": [books.frame_id, item_id]})

    with tenant(books.tenant.id):
        assert [OpenItem.objects.get(id=each).amount_open for each in (books.frame_id, item_id)] == [0, 0]
        assert_books_hold()


def test_the_search_offers_a_field_for_each_of_the_two_currencies(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(930_00, counterparty_name="Unbekannt", remittance="Zahlung")

    page = books.client().get(books.url("match_items"), {"t": str(line), "find": "US-77"}).content.decode()

    assert f'name="paid-{item_id}"' in page
    assert f'name="amount-{item_id}"' in page


def test_a_wrong_part_of_the_payment_stays_as_it_was_typed(books: Books) -> None:
    item_id = _dollar_invoice(books)
    line = books.line(930_00, counterparty_name="Unbekannt", remittance="Zahlung")

    answer = books.client().post(books.url("match_confirm"), _form(line, item_id, **{f"paid-{item_id}": "9x"}))

    assert answer.status_code == 422
    assert 'value="9x"' in answer.content.decode()
    with tenant(books.tenant.id):
        assert not Allocation.objects.filter(transaction_id=line).exists()


def _direct(line: int, **more: str) -> dict[str, str]:
    return {"t": str(line), "key": f"d{line}", "lines": "1", **{f"{name}-1": text for name, text in more.items()}}


def test_a_line_posted_directly_carries_its_contact(books: Books) -> None:
    line = books.line(-12_80, counterparty_name="Hofmann", remittance="Erstattung")

    answer = books.client().post(books.url("match_direct"), _direct(line, account="4970", party=str(books.party_id)))

    assert answer.status_code == 302
    with tenant(books.tenant.id):
        found = JournalLine.objects.filter(entry__source_id=line, account__number="4970").get()
    assert (found.party_id, found.amount_base) == (books.party_id, 12_80)


def test_an_unknown_contact_is_refused_and_nothing_typed_is_lost(books: Books) -> None:
    line = books.line(-12_80, counterparty_name="Hofmann", remittance="Erstattung")

    answer = books.client().post(
        books.url("match_direct"), _direct(line, account="4970", party="Niemand", text="Porto")
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Niemand"' in page
    assert 'value="Porto"' in page


def test_a_donation_goes_to_its_sphere_in_the_books_of_a_non_profit() -> None:
    of = a_tenant(chart="SKR42")
    clerk = a_member(of)
    with tenant(of.id, by=clerk):
        bank_id = a_bank_account()
        line = a_bank_line(50_00, account_id=bank_id, day=DAY, remittance="Spende")
    here = Books(of, clerk, bank_id, 0, 0, 0, 0)
    with tenant(of.id):
        donations = _number_of_role("donation_income")

    page = here.client().get(here.url("match") + f"?t={line}").content.decode()
    answer = here.client().post(here.url("match_direct"), _direct(line, account=donations, sphere="1"))

    assert 'name="sphere-1"' in page
    assert answer.status_code == 302
    with tenant(of.id):
        found = JournalLine.objects.filter(entry__source_id=line, account__number=donations).get()
    assert (found.sphere, found.amount_base) == ("1", -50_00)


def test_books_without_spheres_do_not_ask_for_one(books: Books) -> None:
    assert 'name="sphere-1"' not in books.client().get(books.url("match")).content.decode()


def _number_of_role(role: str) -> str:
    return str(AccountRole.objects.get(role=role, rate_percent=None).account.number)
