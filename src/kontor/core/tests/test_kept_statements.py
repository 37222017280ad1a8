"""A queryset compiled once answers as the ORM does, or lets it answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value
from django.test.utils import CaptureQueriesContext

from kontor.contacts.models import Party
from kontor.core.kept_statements import compare, kept, kept_figures
from kontor.core.stand_ins import UnlikeTheOrm
from kontor.core.tenancy import tenant
from kontor.openitems.models import OpenItem
from kontor.organisations.models import Tenant
from tests.builders import a_day, a_party, a_tenant, an_invoice

AMOUNTS = (1_000, 2_500, 4_000, 7_500)


@pytest.fixture
def books(database: None) -> Tenant:
    made = a_tenant()
    with tenant(made.id):
        for n, amount in enumerate(AMOUNTS):
            an_invoice(amount, party_id=a_party(name=f"Kundin {n}"), number=f"R-{n}", on=a_day(day=1 + n))
    return made


def _since(day: date, *, least: int) -> QuerySet[OpenItem]:
    rows = OpenItem.objects.filter(document_date__gte=day, amount__gte=least)
    return rows.select_related("party").annotate(double=F("amount") * 2).order_by("-document_date", "id")


def test_rows_are_those_of_the_orm_with_what_is_joined_and_annotated(books: Tenant) -> None:
    since = kept(_since)

    with tenant(books.id):
        for day, least in ((a_day(day=1), 1), (a_day(day=2), 2_500), (a_day(day=3), 9_999)):
            with CaptureQueriesContext(connection) as seen:
                ours = since.rows(day, least=least)
                names = [(row.party.name, vars(row)["double"], row.document_date) for row in ours]
            theirs = list(_since(day, least=least))
            assert ours == theirs
            assert names == [(row.party.name, vars(row)["double"], row.document_date) for row in theirs]
            assert len(seen) == 1


def test_tuples_and_dictionaries_and_single_values_are_those_of_the_orm(books: Tenant) -> None:
    shapes: list[Callable[[QuerySet[OpenItem]], QuerySet[OpenItem, Any]]] = [
        lambda rows: rows.values("party__name", "amount", twice=F("double")),
        lambda rows: rows.values_list("document_number", "document_date"),
        lambda rows: rows.values_list("amount", flat=True),
        lambda rows: rows.values("kind").annotate(n=Count("id"), last=Max("document_date")).order_by("kind"),
        lambda rows: rows.select_related(None).only("document_number"),
    ]
    with tenant(books.id):
        for shape in shapes:
            found = kept(lambda day, shape=shape: shape(_since(day, least=1)))
            assert found.rows(a_day(day=3)) == list(shape(_since(a_day(day=3), least=1))) != []


def test_the_first_row_the_count_and_whether_there_is_one_are_those_of_the_orm(books: Tenant) -> None:
    since = kept(_since)

    with tenant(books.id):
        for day in (a_day(day=2), a_day(day=20)):
            rows = _since(day, least=1)
            assert since.first(day, least=1) == rows.first()
            assert since.count(day, least=1) == rows.count()
            assert since.exists(day, least=1) is rows.exists()


def test_sums_and_counts_are_those_of_the_orm(books: Tenant) -> None:
    def of(day: date) -> tuple[QuerySet[OpenItem], dict[str, Any]]:
        late = Q(due_date__lt=day)
        return OpenItem.objects.all(), {"sum": Sum("base_open"), "late": Count("id", filter=late), "n": Count("id")}

    figures = kept_figures(of)
    with tenant(books.id):
        for day in (a_day(day=2), a_day(month=12)):
            rows, wanted = of(day)
            assert figures(day) == rows.aggregate(**wanted)
        assert type(figures(a_day(day=2))["sum"]) is int


def test_a_list_of_numbers_is_one_parameter_however_long_it_is(books: Tenant) -> None:
    named = kept(lambda ids: Party.objects.filter(id__among=ids).order_by("id"))

    with tenant(books.id):
        ids = sorted(Party.objects.values_list("id", flat=True))
        assert [[row.id for row in named.rows(ids[:n])] for n in (1, 2, 4)] == [ids[:1], ids[:2], ids[:4]]
        assert named.rows([]) == []
        owed = kept(lambda ids: OpenItem.objects.filter(party_id__among=ids))
        assert [owed.count(ids[:n]) for n in (1, 2, 4)] == [1, 2, 4]


def test_one_statement_serves_every_tenant_with_its_own_rows(books: Tenant) -> None:
    all_parties = kept(lambda: Party.objects.order_by("id"))
    other = a_tenant()
    with tenant(other.id):
        stranger = a_party(name="Fremd")

    with tenant(books.id):
        ours = [row.name for row in all_parties.rows()]
    with tenant(other.id):
        theirs = [row.id for row in all_parties.rows()]

    assert len(ours) == len(AMOUNTS)
    assert "Fremd" not in ours
    assert theirs == [stranger]


def test_it_is_built_once_for_each_shape_of_its_arguments(books: Tenant) -> None:
    built: list[object] = []

    def build(day: date, kind: str | None) -> QuerySet[OpenItem]:
        built.append(kind)
        rows = OpenItem.objects.filter(document_date__gte=day)
        return rows.filter(kind=kind) if kind else rows

    found = kept(build)
    with tenant(books.id), compare(when=False):
        counts = [found.count(a_day(day=n), kind) for n in (1, 2, 3) for kind in (None, "receivable", "payable")]

    assert counts == [4, 4, 0, 3, 3, 0, 2, 2, 0]
    assert built == [None, None, "receivable", "receivable", "payable", "payable"]


UNKEEPABLE: dict[str, Callable[[int], QuerySet[OpenItem]]] = {
    "the argument is no parameter": lambda _n: OpenItem.objects.all(),
    "a value made of the argument": lambda n: OpenItem.objects.filter(amount__gte=n + 1),
    "the argument as text": lambda n: OpenItem.objects.filter(document_number=f"R-{n}"),
    "the argument in the statement": lambda n: OpenItem.objects.filter(amount__gte=n)[:n],
    "a condition that only some values fulfil": lambda n: OpenItem.objects.filter(amount__gte=n, id__gte=n % 2),
    "a day from elsewhere": lambda n: OpenItem.objects.filter(amount__gte=n, document_date__lte=a_day(day=2)),
    "rows that are asked for while it is built": lambda n: OpenItem.objects.filter(
        amount__gte=n, party_id__in=list(Party.objects.values_list("id", flat=True))
    ),
    "a list of which each is a parameter": lambda n: OpenItem.objects.filter(amount__gte=n, id__in=[n, n + 1]),
    "a part of JSON": lambda n: OpenItem.objects.filter(amount__gte=n).annotate(j=Value(n * 2)),
    "nothing can be found": lambda n: OpenItem.objects.filter(amount__gte=n, id__in=[]),
}


@pytest.mark.parametrize("why", UNKEEPABLE)
def test_the_orm_answers_where_the_statement_cannot_be_kept(books: Tenant, why: str) -> None:
    build = UNKEEPABLE[why]

    with tenant(books.id):
        with pytest.raises(UnlikeTheOrm):
            kept(build).rows(2)
        with compare(when=False):
            assert [kept(build).rows(n) for n in (1, 3_000)] == [list(build(n)) for n in (1, 3_000)]
            assert [kept(build).count(n) for n in (1, 3_000)] == [build(n).count() for n in (1, 3_000)]


def test_what_two_arguments_add_up_to_is_not_taken_for_one_of_them(books: Tenant) -> None:
    def build(first: date, last: date) -> QuerySet[OpenItem]:
        return OpenItem.objects.filter(
            document_date__gte=first, due_date__gte=last, document_date__lte=first + timedelta(10)
        )

    with tenant(books.id), pytest.raises(UnlikeTheOrm):
        kept(build).rows(a_day(day=1), a_day(day=2))


def test_values_that_a_condition_could_treat_otherwise_go_to_the_orm(books: Tenant) -> None:
    def build(least: int) -> QuerySet[OpenItem]:
        return OpenItem.objects.filter(amount__gte=least) if least > 0 else OpenItem.objects.none()

    found = kept(build)
    with tenant(books.id):
        assert (found.count(1), found.count(0), found.count(-1)) == (4, 0, 0)


def test_a_number_too_large_for_its_column_finds_what_the_orm_finds(books: Tenant) -> None:
    by_id = kept(lambda n: Party.objects.filter(id=n))

    with tenant(books.id):
        known = Party.objects.order_by("id")[0]
        assert by_id.first(known.id) == known
        assert by_id.first(2**70) is None


def test_a_function_that_depends_on_more_than_its_arguments_is_found_out(books: Tenant) -> None:
    limits = iter([1, 1, 5])
    found = kept(lambda n: OpenItem.objects.filter(amount__gte=n)[: next(limits)])

    with tenant(books.id), pytest.raises(UnlikeTheOrm):
        found.rows(1)


def test_what_is_no_number_day_or_word_is_no_argument(books: Tenant) -> None:
    with tenant(books.id), pytest.raises(TypeError):
        kept(lambda party: OpenItem.objects.filter(party=party)).rows(Party.objects.order_by("id")[0])
