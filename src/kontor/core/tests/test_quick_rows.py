"""Instances made the short way are those that Django makes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import post_init

from kontor.contacts.models import Party
from kontor.core.tenancy import tenant
from kontor.openitems.models import OpenItem
from kontor.organisations.models import Tenant
from tests.builders import a_day, a_party, a_tenant, an_invoice


@pytest.fixture
def books(database: None) -> Tenant:
    made = a_tenant()
    with tenant(made.id):
        an_invoice(1_000, party_id=a_party(name="Kundin"), number="R-1", on=a_day(day=1))
    return made


def djangos(row: Model) -> Model:
    """Return the row as Django's own constructor makes it."""
    values = [getattr(row, field.attname) for field in row._meta.concrete_fields]
    made: Model = Model.from_db.__func__(type(row), row._state.db, [], values)  # type: ignore[attr-defined]  # not ours
    return made


def held(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_a_whole_row_is_what_django_makes_of_it_and_knows_that_it_is_stored(books: Tenant) -> None:
    with tenant(books.id):
        row = OpenItem.objects.select_related("party").get()

        assert held(row) == held(djangos(row))
        assert (row._state.adding, row._state.db) == (False, "default")
        assert row.party.name == "Kundin"
        assert row.party.pk == row.party_id


def test_what_was_not_asked_for_is_fetched_when_it_is_needed(books: Tenant) -> None:
    with tenant(books.id):
        row = OpenItem.objects.only("document_number").get()

        assert "amount" in row.get_deferred_fields()
        assert row.amount == 1_000
        assert row.get_deferred_fields() != OpenItem.objects.defer("text").get().get_deferred_fields() == {"text"}


def test_another_key_forgets_the_row_that_was_joined(books: Tenant) -> None:
    with tenant(books.id):
        other = a_party(name="Andere")
        row = OpenItem.objects.select_related("party").get()
        row.party_id = other

        assert row.party.name == "Andere"


def test_instances_have_their_own_state_and_can_be_copied(books: Tenant) -> None:
    with tenant(books.id):
        first, second = (OpenItem.objects.select_related("party").get() for _ in range(2))

        assert first == second
        assert first._state is not second._state
        assert first._state.fields_cache is not second._state.fields_cache
        assert copy.deepcopy(first).document_number == "R-1"


def test_whoever_listens_to_new_instances_hears_of_them(books: Tenant) -> None:
    heard: list[object] = []

    def listen(instance: Model, **_facts: object) -> None:
        heard.append(instance)

    post_init.connect(listen, sender=Party)
    try:
        with tenant(books.id):
            found = list(Party.objects.all())
    finally:
        post_init.disconnect(listen, sender=Party)
    assert heard == found != []
