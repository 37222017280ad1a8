"""Items chosen in their list come along to the workbench and are assigned to the payment that is open."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.matching.tests.books import DAY, Books, the_books
from kontor.openitems.models import OpenItem
from tests.builders import a_party, an_invoice


@pytest.fixture
def books(database: None) -> Books:
    return the_books()


@pytest.fixture
def client(books: Books) -> Client:
    return books.client()


def _ticked(page: str) -> list[int]:
    return [int(box[1]) for box in re.finditer(r'name="items" value="(\d+)"[^>]* checked', page)]


def _bench(books: Books, client: Client, *ids: int, **more: str) -> str:
    return client.get(books.url("match"), {"items": ",".join(map(str, ids)), **more}).content.decode()


def test_the_list_leads_to_the_payment_that_pays_the_chosen_items_with_just_those_ticked(
    books: Books, client: Client
) -> None:
    books.line(5_00, remittance="neuer, aber ohne Bezug")
    led = client.post(books.url("openitems:assign"), {"ids": [str(books.stand_id)]})

    page = client.get(led["Location"]).content.decode()

    assert f'<k-match data-t="{books.both_id}">' in page
    assert _ticked(page) == [books.stand_id]
    assert "1 offener Posten gewählt" in page
    assert "892,50" in page
    assert 'value="892,50"' in page


def test_a_payment_of_exactly_their_sum_is_found_without_a_proposal(books: Books, client: Client) -> None:
    with tenant(books.tenant.id, by=books.clerk):
        other = a_party(name="Stadtwerke")
        pair = [an_invoice(amount, party_id=other, number=f"X-{amount}", on=DAY) for amount in (119_00, 476_00)]
    line = books.line(595_00, counterparty_name="Unbekannt", remittance="ohne alles")
    books.line(4_00, remittance="weiter oben")

    page = _bench(books, client, *pair)

    assert re.findall(r"<k-match data-t=.(\d+)", page) == [str(line)]
    assert _ticked(page) == pair
    assert "2 offene Posten gewählt" in page
    assert "595,00" in page


def test_confirming_assigns_the_chosen_items_and_goes_on_without_them(books: Books, client: Client) -> None:
    page = _bench(books, client, books.frame_id, books.stand_id, t=str(books.both_id))
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {"t": books.both_id, "key": key[1], "items": _ticked(page), "shortfall": "discount"}
    form |= {f"amount-{item}": value for item, value in re.findall(r'name="amount-(\d+)"[^>]*?value="([^"]+)"', page)}

    answer = client.post(books.url("match_confirm"), form)

    assert answer.status_code == 302
    assert "items=" not in answer["Location"]
    with tenant(books.tenant.id):
        left = OpenItem.objects.filter(id__in=[books.frame_id, books.stand_id]).values_list("amount_open", flat=True)
        assert sum(left) == 0


def test_the_links_of_the_list_keep_the_choice_and_another_payment_gets_it_shared_out(
    books: Books, client: Client
) -> None:
    small = books.line(500_00, counterparty_name="Jemand", remittance="Anzahlung")

    page = _bench(books, client, books.frame_id, t=str(small))

    assert f"t={books.both_id}&amp;items={books.frame_id}" in page
    assert _ticked(page) == [books.frame_id]
    assert 'value="500,00"' in page


def test_what_does_not_go_with_the_payment_is_not_ticked_and_said(books: Books, client: Client) -> None:
    outgoing = books.line(-40_00, counterparty_name="Büro AG", remittance="Papier")

    page = _bench(books, client, books.frame_id, t=str(outgoing))

    assert _ticked(page) == []
    assert "passen nicht zu dieser Zahlung" in page


@pytest.mark.parametrize("text", ["", "abc", "999999999999", "9" * 400])
def test_unknown_or_settled_items_change_nothing(books: Books, client: Client, text: str) -> None:
    page = client.get(books.url("match"), {"items": text})

    assert page.status_code == 200
    assert "data-preselected" not in page.content.decode()
