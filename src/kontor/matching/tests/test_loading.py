"""A day's work loads its candidates only, and is decided as if everything were loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django_subatomic import db

from bench.matching_data import labelled
from bench.matching_office import store
from kontor.core.tenancy import tenant
from kontor.matching.actions.running import run_match
from kontor.matching.queries.candidates import candidate_store
from kontor.matching.queries.loading import matchable_items, matchable_parties, unassigned_transactions
from kontor.matching.rules.decide import match, match_store
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import store_of
from kontor.matching.tests.books import DAY, Books, the_books
from kontor.openitems.actions.allocating import Step, bulk_allocate
from kontor.openitems.actions.terms import rebuild_keys
from kontor.openitems.actions.undoing import cancel_run
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import Share
from tests.builders import NOW, a_bank_account, a_bank_line, a_member, a_party, a_tenant, an_invoice

MIGRATION = import_module("kontor.openitems.migrations.0004_item_keys")
pytestmark = pytest.mark.usefixtures("database")


def _keys(books: Books, item_id: int) -> set[str]:
    with tenant(books.tenant.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM openitems_itemkey WHERE tenant_id = %s AND item_id = %s", [books.tenant.id, item_id]
        )
        return {row[0] for row in cursor.fetchall()}


def test_what_is_loaded_decides_as_everything_does() -> None:
    books = a_tenant().id
    store(books, labelled(transactions=70, items=900, seed=11))
    with tenant(books):
        transactions = unassigned_transactions()

        some = candidate_store(transactions, ruleset=Ruleset(), orders=())
        every = match(transactions, matchable_items(), matchable_parties(), ruleset=Ruleset())

        assert len(some.items.items) < 900 * 2 // 3
        assert match_store(transactions, some, ruleset=Ruleset()) == every
        assert sum(1 for result in every if result.decision == "automatic") > 40


def test_an_open_item_is_found_by_its_lookups_until_it_is_settled_and_again_after_undo() -> None:
    books = the_books()
    opened = _keys(books, books.frame_id)
    with tenant(books.tenant.id, by=books.clerk):
        item = OpenItem.objects.get(id=books.frame_id)
        line = a_bank_line(item.amount_open, account_id=books.bank_id, day=DAY)
        bulk_allocate(
            [Step(transaction_id=line, shares=(Share(item_id=item.id, cash=item.amount_open),))],
            run_key="r", key="k", at=NOW, by=books.clerk,
        )  # fmt: skip
    settled = _keys(books, books.frame_id)
    with tenant(books.tenant.id, by=books.clerk):
        cancel_run("r", day=DAY + timedelta(1), at=NOW, by=books.clerk)

    assert opened == {"n:20260398", "n:2026398", "n:398", "l:8:2026"}
    assert settled == set()
    assert _keys(books, books.frame_id) == opened


def test_renewed_keys_replace_the_lookups() -> None:
    books = the_books()
    before = _keys(books, books.frame_id)
    with tenant(books.tenant.id, by=books.clerk):
        OpenItem.objects.filter(id=books.frame_id).update(keys=["WRONG", "n:WRONG"])
    wrong = _keys(books, books.frame_id)
    with tenant(books.tenant.id, by=books.clerk):
        rebuild_keys(by=books.clerk)

    assert wrong == {"n:WRONG"}
    assert _keys(books, books.frame_id) == before


def test_the_migration_makes_the_lookups_of_items_that_are_there() -> None:
    books = the_books()
    expected = _keys(books, books.frame_id)
    with tenant(books.tenant.id, by=books.clerk):
        OpenItem.objects.filter(id=books.frame_id).update(keys=["20260398"])
    assert _keys(books, books.frame_id) == set()

    with db.transaction():
        MIGRATION.renew_keys(apps, SimpleNamespace(connection=connection))

    assert _keys(books, books.frame_id) == expected


def test_the_app_only_reads_lookups() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right_ FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_ "
            "WHERE has_table_privilege('kontor_app', 'openitems_itemkey', right_)"
        )
        assert cursor.fetchall() == [("SELECT",)]


def test_a_day_looks_at_no_other_items(monkeypatch: pytest.MonkeyPatch) -> None:
    books = a_tenant()
    with tenant(books.id, by=a_member(books)):
        strangers = [a_party(name=f"Fremd {number} Handel") for number in range(3)]
        for number, party_id in enumerate(strangers):
            an_invoice(500_00 + number, party_id=party_id, number=f"AB-{number}-77{number}", on=DAY)
        an_invoice(119_00, party_id=a_party(name="Nordlicht Verlag GmbH"), number="RE-2026-0001", on=DAY)
    loaded: list[int] = []
    monkeypatch.setattr("kontor.matching.queries.candidates.store_of", _noting(loaded))
    with tenant(books.id):
        a_bank_line(119_00, account_id=a_bank_account(), day=DAY)
        outcome = run_match(at=NOW)

    assert loaded == [1]
    assert [result.decision for result in outcome.results] == ["automatic"]


def _noting(loaded: list[int]) -> Callable[..., Any]:
    def noting(items: list[Any], *args: Any, **kwargs: Any) -> Any:
        loaded.append(len(items))
        return store_of(items, *args, **kwargs)

    return noting
