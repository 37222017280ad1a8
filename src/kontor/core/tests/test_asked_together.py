"""Figures that are asked in one statement say what they say when they are asked alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Aggregate, Count, Max, Min, QuerySet, Sum
from django.test.utils import CaptureQueriesContext

from kontor.contacts.models import Party
from kontor.core.asked_together import LENGTH_MAX, ask_together
from kontor.core.kept_statements import Figures, kept_figures
from kontor.core.models import AuditLink
from kontor.core.tenancy import tenant
from kontor.openitems.models import OpenItem
from tests.builders import a_day, a_party, a_tenant, an_invoice

AMOUNTS = (1_000, 2_500, 4_000, 7_500)


@kept_figures
def _open_until(day: date) -> tuple[QuerySet[OpenItem], dict[str, Aggregate]]:
    rows = OpenItem.objects.filter(document_date__lte=day)
    return rows, {"n": Count("id"), "sum": Sum("amount_open"), "first": Min("document_date")}


@kept_figures
def _owing_at_least(amount: int) -> tuple[QuerySet[OpenItem, Any], dict[str, Aggregate]]:
    """Return how many parties owe so much: figures of a grouped queryset, whose statement names no columns."""
    rows = OpenItem.objects.order_by().values("party_id").annotate(owed=Sum("amount_open"))
    return rows.filter(owed__gte=amount), {"n": Count("*")}


@kept_figures
def _parties() -> tuple[QuerySet[Party], dict[str, Aggregate]]:
    return Party.objects.all(), {"n": Count("id"), "last": Max("id")}


@kept_figures
def _record() -> tuple[QuerySet[AuditLink], dict[str, Aggregate]]:
    return AuditLink.objects.all(), {"since": Min("at")}


@pytest.fixture
def books(database: None) -> int:
    made = a_tenant()
    with tenant(made.id):
        for n, amount in enumerate(AMOUNTS):
            an_invoice(amount, party_id=a_party(name=f"Kundin {n}"), number=f"R-{n}", on=a_day(day=1 + n))
    return made.id


def asked() -> list[Figures]:
    return [
        _open_until.of(a_day(day=3)),
        _owing_at_least.of(3_000),
        _parties.of(),
        _record.of(),
        _open_until.of(a_day(day=1)),
    ]


def test_each_says_what_it_says_alone_and_one_statement_asks_for_all(books: int) -> None:
    with tenant(books):
        alone = {each: each() for each in asked()}

        with CaptureQueriesContext(connection) as seen:
            found = ask_together([*asked(), *asked()])
            statements = len(seen)

    assert found == alone
    assert found[_open_until.of(a_day(day=3))] | {"sum": 0} == {"n": 3, "sum": 0, "first": a_day(day=1)}
    assert found[_open_until.of(a_day(day=3))]["sum"] > found[_open_until.of(a_day(day=1))]["sum"] > 0
    assert found[_owing_at_least.of(3_000)] == {"n": 2}
    assert statements == 1


def test_what_cannot_be_kept_is_answered_all_the_same(books: int) -> None:
    anything = _owing_at_least.of(0)

    with tenant(books):
        found = ask_together([anything, _parties.of()])

    assert found[anything] == {"n": len(AMOUNTS)}
    assert found[_parties.of()]["n"] == len(AMOUNTS)


def test_nothing_is_asked_for_nothing(books: int) -> None:
    with tenant(books), CaptureQueriesContext(connection) as seen:
        found = ask_together([])
        asked_for = len(seen)

    assert (found, asked_for) == ({}, 0)


def test_they_are_those_of_the_open_books(books: int) -> None:
    until, parties = _open_until.of(a_day(day=3)), _parties.of()
    with tenant(books):
        assert ask_together([until, parties])[until]["n"] == 3

    with tenant(a_tenant().id):
        found = ask_together([until, parties])

    assert found == {until: {"n": 0, "sum": None, "first": None}, parties: {"n": 0, "last": None}}


def test_more_than_psycopg_keeps_is_asked_in_as_few_statements_as_it_does(books: int) -> None:
    days = [_open_until.of(a_day(day=day)) for day in range(1, 29)]
    with tenant(books):
        alone = {each: each() for each in days}

        with CaptureQueriesContext(connection) as seen:
            found = ask_together(days)
            asked_with = [each["sql"] for each in seen.captured_queries]

    assert found == alone
    assert 1 < len(asked_with) < len(days) / 4
    assert max(map(len, asked_with)) < LENGTH_MAX * 2  # values stand in place of their marks here
