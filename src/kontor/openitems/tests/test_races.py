"""Two clerks at the same moment: the database lets only one of them win."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import Error, connections

from kontor.banking.models import BankTransaction
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import Share
from tests.builders import NOW, a_bank_line, an_invoice

from .office import DAY, Office, an_office, assert_books_hold

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ROUNDS = 50


def at_once(office: Office, jobs: list[tuple[int, int, str]]) -> list[int | None]:
    """Allocate (transaction, item, key) in threads that start together; the entry of each, None if it was refused."""
    barrier = Barrier(len(jobs))

    def clerk(job: tuple[int, int, str]) -> int | None:
        line_id, item_id, key = job
        barrier.wait()
        try:
            with tenant(office.tenant.id, by=office.clerk):
                return allocate(
                    line_id, [Share(item_id=item_id, cash=1_190_00)], key=key, at=NOW, by=office.clerk
                ).entry_id
        except (Refusal, Error):
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as clerks:
        return list(clerks.map(clerk, jobs))


def test_an_item_is_never_allocated_twice() -> None:
    office = an_office()
    for _ in range(ROUNDS):
        with office.open():
            item_id = an_invoice(party_id=office.party_id, on=DAY)
            lines = [a_bank_line(1_190_00, account_id=office.bank_id, day=DAY) for _ in range(2)]

        won = at_once(office, [(line, item_id, "") for line in lines])

        assert sum(entry is not None for entry in won) == 1
        with office.open():
            assert OpenItem.objects.get(id=item_id).amount_open == 0
    with office.open():
        assert_books_hold()


def test_a_transaction_is_never_allocated_twice() -> None:
    office = an_office()
    for _ in range(ROUNDS):
        with office.open():
            items = [an_invoice(party_id=office.party_id, on=DAY) for _ in range(2)]
            line_id = a_bank_line(1_190_00, account_id=office.bank_id, day=DAY)

        won = at_once(office, [(line_id, item, "") for item in items])

        assert sum(entry is not None for entry in won) == 1
        with office.open():
            assert BankTransaction.objects.get(id=line_id).allocated == 119000
    with office.open():
        assert_books_hold()


def test_a_double_click_under_one_key_posts_once_and_answers_the_same() -> None:
    office = an_office()
    for number in range(ROUNDS):
        with office.open():
            item_id = an_invoice(party_id=office.party_id, on=DAY)
            line_id = a_bank_line(1_190_00, account_id=office.bank_id, day=DAY)

        won = at_once(office, [(line_id, item_id, f"click-{number}")] * 2)

        assert won[0] is not None
        assert won[0] == won[1]
    with office.open():
        assert_books_hold()
