"""Entries by hand, rebookings and opening balances that are sent twice are posted once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.ledger.models.entries import JournalEntry
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

HEAD = {"entry_date": "10.03.2026", "document_date": "", "document_number": "B-1", "text": "Büro", "lines": "0,1"}
LINES = {"line0-account": "4930", "line0-debit": "119,00", "line1-account": "1200", "line1-credit": "119,00"}


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made))
    return made


def _url(books: Tenant, path: str) -> str:
    return f"/t/{books.code}/ledger/{path}"


def _key(client: Client, address: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def _count(books: Tenant) -> int:
    with tenant(books.id):
        return JournalEntry.objects.count()


@pytest.mark.parametrize("step", ["post", "another", "draft"])
def test_an_entry_sent_twice_is_written_once_and_answered_the_same(books: Tenant, client: Client, step: str) -> None:
    form = HEAD | LINES | {"step": step, "once": _key(client, _url(books, "new"))}

    answers = [client.post(_url(books, "new"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert _count(books) == 1


def test_adding_a_line_uses_no_key_up(books: Tenant, client: Client) -> None:
    form = HEAD | LINES | {"once": _key(client, _url(books, "new"))}

    more = client.post(_url(books, "new"), form | {"step": "add"})
    posted = client.post(_url(books, "new"), form | {"step": "post"})

    assert (more.status_code, posted.status_code) == (200, 302)
    assert _count(books) == 1


def test_a_rebooking_and_a_reversal_sent_twice_happen_once(books: Tenant, client: Client) -> None:
    client.post(_url(books, "new"), HEAD | LINES | {"step": "post"})
    with tenant(books.id):
        wrong = JournalEntry.objects.get()
    form = HEAD | LINES | {"line0-account": "4940", "rebook": wrong.id, "step": "post"}
    form |= {"once": _key(client, _url(books, f"new?rebook={wrong.id}"))}

    answers = [client.post(_url(books, "new"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert _count(books) == 3
    with tenant(books.id):
        right = JournalEntry.objects.order_by("-id").first()
    assert right is not None
    page = _url(books, f"entries/{right.id}/")
    form = {"day": "11.03.2026", "reason": "doppelt", "once": _key(client, page)}
    answers = [client.post(f"{page}reverse", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert _count(books) == 4


def test_opening_balances_sent_twice_are_posted_once(books: Tenant, client: Client) -> None:
    client.force_login(a_member(books, role="administrator"))
    key = _key(client, _url(books, "setup/opening/"))
    form = {"debit-1200": "5.000,00", "once": key}

    answers = [client.post(_url(books, "setup/opening/save"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert _count(books) == 1
