"""Addresses that only take forms are no dead ends."""

import pytest
from django.test import Client

from kontor.ui.form_addresses import page_above
from tests.builders import a_member, a_tenant

pytestmark = pytest.mark.usefixtures("database")

BROWSER = {"Accept": "text/html,*/*", "Accept-Language": "de"}


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/t/x/match/confirm", "/t/x/match/"),
        ("/t/x/match/steps/7/undo", "/t/x/match/"),
        ("/t/x/items/7/write-off", "/t/x/items/7/"),
        ("/t/x/ledger/setup/rates/add", "/t/x/ledger/setup/rates/"),
        ("/theme", "/"),
    ],
)
def test_the_page_above_a_form_is_the_nearest_that_exists(address: str, page: str) -> None:
    assert page_above(address) == page


def test_whoever_opens_the_address_of_a_form_comes_to_its_page_with_what_was_asked(client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="bookkeeper"))

    answer = client.get(f"/t/{books.code}/match/confirm?t=3&tab=all", headers=BROWSER)

    assert answer.status_code == 302
    assert answer["Location"] == f"/t/{books.code}/match/?t=3&tab=all"


def test_what_is_sent_to_a_page_without_a_form_is_refused_in_a_sentence(client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="bookkeeper"))

    answer = client.post(f"/t/{books.code}/ledger/", headers=BROWSER)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "An diese Adresse lässt sich nichts senden" in answer.content.decode()


def test_a_program_gets_the_bare_answer(client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books, role="bookkeeper"))

    answer = client.get(f"/t/{books.code}/match/confirm", headers={"Accept": "application/json"})

    assert answer.status_code == 405
    assert answer.content == b""
