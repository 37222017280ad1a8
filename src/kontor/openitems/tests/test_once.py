"""A form that is sent twice acts once and answers the same page."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.test import Client

from kontor.core.models import Idempotency
from kontor.ledger.models.entries import JournalEntry
from kontor.openitems.models import OpenItem
from tests.builders import an_invoice
from tests.races.together import at_once, won

from .office import DAY, Office, an_office, assert_books_hold

ROUNDS = 8


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


@pytest.fixture
def client(office: Office) -> Client:
    return _visitor(office)


def _visitor(office: Office) -> Client:
    visitor = Client()
    visitor.force_login(office.clerk)
    return visitor


def path(office: Office, tail: str = "") -> str:
    return f"/t/{office.tenant.code}/items/{tail}"


def key_of(page: str, name: str = "once") -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def a_form(office: Office, key: str) -> dict[str, str]:
    return {
        "once": key, "kind": "receivable", "origin": "invoice", "party": str(office.party_id), "document_number": "RE-1",
        "document_date": "10.03.2026", "due_date": "+30", "currency": "EUR", "reference": "", "text": "Druck",
        "line0-account": "8400", "line0-tax_code": "sale-standard", "line0-amount": "1.000,00", "line0-text": "",
    }  # fmt: skip


def test_a_new_item_sent_twice_is_posted_once_and_answered_the_same(office: Office, client: Client) -> None:
    form = a_form(office, key_of(client.get(path(office, "new")).content.decode()))

    first = client.post(path(office, "new"), form)
    second = client.post(path(office, "new"), form)
    shown = client.get(second["Location"]).content.decode()

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert "RE-1 ist als offener Posten gebucht" in shown
    with office.open():
        assert OpenItem.objects.count() == 1
        assert JournalEntry.objects.count() == 1
        assert_books_hold()


def test_a_form_done_already_refuses_other_contents_and_posts_nothing(office: Office, client: Client) -> None:
    form = a_form(office, key_of(client.get(path(office, "new")).content.decode()))
    client.post(path(office, "new"), form)

    changed = client.post(path(office, "new"), form | {"document_number": "RE-2"})

    assert changed.status_code == 409
    with office.open():
        assert [item.document_number for item in OpenItem.objects.all()] == ["RE-1"]


def test_a_refused_form_frees_its_key(office: Office, client: Client) -> None:
    form = a_form(office, key_of(client.get(path(office, "new")).content.decode()))

    wrong = client.post(path(office, "new"), form | {"line0-account": "4711x"})
    with office.open():
        assert not Idempotency.objects.exists()
    right = client.post(path(office, "new"), form)

    assert (wrong.status_code, right.status_code) == (422, 302)


@pytest.mark.parametrize("tail", ["write-off", "write_item_off"])
def test_a_write_off_sent_twice_is_posted_once(office: Office, client: Client, tail: str) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
    form = {"text": "uneinbringlich", "day": "10.03.2026", "account": "", "ids": str(item_id)}
    if tail == "write-off":
        address = path(office, tail)
        page = client.post(address, {"ids": str(item_id)}).content.decode()
        form["confirmed"] = "1"
    else:
        address = path(office, f"{item_id}/write-off")
        page = client.get(path(office, f"{item_id}/")).content.decode()

    answers = [client.post(address, form | {"once": key_of(page)}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    with office.open():
        assert JournalEntry.objects.filter(kind="write_off").count() == 1
        assert_books_hold()


def test_a_set_off_sent_twice_is_posted_once_and_other_rows_may_follow(office: Office, client: Client) -> None:
    with office.open():
        pairs = [
            [an_invoice(party_id=office.party_id, on=DAY), an_invoice(-1_190_00, party_id=office.party_id, on=DAY)]
            for _ in range(2)
        ]
    key = key_of(client.get(path(office)).content.decode(), "once_each")

    answers = [
        client.post(path(office, "set-off"), {"ids": ids, "once_each": key}) for ids in (*pairs[:1] * 2, pairs[1])
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    with office.open():
        assert JournalEntry.objects.filter(kind="set_off").count() == 2
        assert not OpenItem.objects.filter(amount_open__gt=0).exists()
        assert_books_hold()


@pytest.mark.slow
def test_two_clicks_at_the_same_moment_post_once(office: Office) -> None:
    for number in range(ROUNDS):
        visitors = [_visitor(office) for _ in range(3)]
        form = a_form(office, f"click-{number}") | {"document_number": f"RE-{number}"}

        answers = at_once(*[partial(visitor.post, path(office, "new"), form) for visitor in visitors])

        assert {answer.status_code for answer in won(answers)} == {302}
        assert len(won(answers)) == len(visitors)
        assert len({answer["Location"] for answer in won(answers)}) == 1
    with office.open():
        assert OpenItem.objects.count() == ROUNDS
        assert_books_hold()
