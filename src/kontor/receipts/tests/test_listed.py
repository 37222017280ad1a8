"""The list that is written by hand says what the conditions say that the rest of receipts goes by."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from kontor.openitems.models import OpenItem
from kontor.receipts.actions.booking import book, cancel, set_paid
from kontor.receipts.actions.processing import ask_back, reject, take
from kontor.receipts.desk.words import VARIANTS
from kontor.receipts.models import IncomingDocument, PaymentMeans
from kontor.receipts.queries import listed
from kontor.receipts.queries.closed import CLOSED_SQL, IsClosed
from kontor.receipts.queries.documents import (
    CLOSED,
    IS_UNFINISHED,
    document_by_id,
    lines_of,
    own_documents,
    standing_of,
)
from kontor.receipts.queries.inbox import STATUSES, TO_PAY, Scope, is_bookable
from kontor.receipts.queries.listed import listed_ids, listed_page, next_after
from kontor.receipts.rules.tracks import payment_of, status_of
from kontor.receipts.rules.workflow import HANDED_IN
from tests.builders import NOW

from .desk_books import browser, handed_in, url
from .office import DAY, Office, an_office

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def many_kinds(office: Office) -> dict[str, int]:
    """Return receipts that stand in every place there is."""
    found = {
        name: handed_in(
            office, 10_00 + place, variant=variant, document_number=f"R {name}", is_complete=name != "new"
        )
        for place, (name, variant) in enumerate({
            "new": "private", "kept": "private", "asked": "private", "rejected": "private", "refund": "private",
            "ordered": "private", "paid": "private", "invoice": "to_pay", "card": "organisation",
            "card_later": "organisation", "given": "donation", "cancelled": "private",
        }.items())
    }  # fmt: skip
    with office.open():
        take(found["kept"], at=NOW, by=office.clerk)
        ask_back(found["asked"], "Wofür?", at=NOW, by=office.clerk)
        reject(found["rejected"], "Doppelt", at=NOW, by=office.clerk)
        for name in ("refund", "ordered", "paid", "invoice", "card", "given"):
            book(found[name], at=NOW, by=office.clerk)
        item_id = IncomingDocument.objects.get(id=found["ordered"]).item_id
        OpenItem.objects.filter(id=item_id or 0).update(is_in_payment=True)
        set_paid(found["paid"], office.bank_id, day=DAY, at=NOW, by=office.clerk)
        cancel(found["cancelled"], "Falsch", day=DAY, at=NOW, by=office.clerk)
        PaymentMeans.objects.filter(id=office.card.id).update(is_debited_later=True)
        book(found["card_later"], at=NOW, by=office.clerk)
    return found


@pytest.fixture(scope="module")
def full(test_database: None, django_db_blocker: DjangoDbBlocker) -> tuple[Office, dict[str, int]]:
    """Make the receipts once: the lists only read them."""
    with django_db_blocker.unblock():
        made = an_office()
        return made, many_kinds(made)


def ids_of(office: Office, **given: str) -> set[int]:
    return set(listed_ids(Scope(**given), user_id=office.clerk.id, limit=100))  # type: ignore[arg-type]  # its words


def test_the_list_leaves_out_what_the_archive_holds(full: tuple[Office, dict[str, int]]) -> None:
    office, _ = full
    with office.open():
        everything = IncomingDocument.objects.exclude(state="draft")
        archived = set(everything.filter(CLOSED).values_list("id", flat=True))

        assert set(everything.filter(IsClosed()).values_list("id", flat=True)) == archived
        assert ids_of(office, tab="all") == set(everything.values_list("id", flat=True)) - archived
        assert len(archived) >= 3


def test_a_receipt_is_in_the_archive_or_on_the_list_whatever_it_says(office: Office) -> None:
    names = {
        "state": "d.state", "variant": "d.variant", "follow": "d.more_receipts_follow", "later": "m.is_debited_later",
        "open": "i.amount_open", "left": "ai.amount_open",
    }  # fmt: skip
    places = """
    (SELECT s.state, v.variant, f.follow AS more_receipts_follow FROM unnest(%s::text[]) AS s (state),
     unnest(%s::text[]) AS v (variant), unnest(ARRAY[true, false]) AS f (follow)) AS d,
    unnest(ARRAY[true, false, NULL]) AS m (is_debited_later), unnest(ARRAY[0, 5, NULL]) AS i (amount_open),
    unnest(ARRAY[0, 5, NULL]) AS ai (amount_open)
    """
    with office.open(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce({CLOSED_SQL.format(**names)}, false), {IS_UNFINISHED} FROM {places}",
            [sorted(HANDED_IN | {"rejected", "withdrawn", "cancelled"}), list(VARIANTS)],
        )
        found = cursor.fetchall()

    assert [is_closed for is_closed, is_unfinished in found] == [
        not is_unfinished for is_closed, is_unfinished in found
    ]
    assert {is_closed for is_closed, _is_unfinished in found} == {True, False}


def test_every_tab_holds_what_its_condition_says(full: tuple[Office, dict[str, int]]) -> None:
    office, found = full
    with office.open():
        page = listed_page(Scope(tab="all"), user_id=office.clerk.id)
        payable = set(IncomingDocument.objects.filter(TO_PAY).values_list("id", flat=True))

        assert ids_of(office, tab="pay") == payable == {found["refund"], found["invoice"]}
        assert ids_of(office, tab="new") == {found["new"]}
        assert ids_of(office, tab="progress") == {found["kept"]}
        assert ids_of(office, tab="query") == {found["asked"]}
        assert found["ordered"] in ids_of(office, tab="booked")
        assert not ids_of(office, tab="booked") & payable
        assert {tab: len(ids_of(office, tab=tab)) for tab in page.counts} == page.counts


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_of_the_filter_bar_narrows_the_list(full: tuple[Office, dict[str, int]], status: str) -> None:
    office, _ = full
    with office.open():
        wanted = set(IncomingDocument.objects.filter(STATUSES[status]).exclude(CLOSED).values_list("id", flat=True))

        assert ids_of(office, tab="all", status=status) == wanted


def test_a_row_stands_where_the_receipt_itself_stands(full: tuple[Office, dict[str, int]]) -> None:
    office, _ = full
    with office.open():
        for row in listed_page(Scope(tab="all"), user_id=office.clerk.id).rows:
            document = document_by_id(row.id)
            assert document is not None
            standing = standing_of(document)
            lines = lines_of([row.id]).get(row.id, [])
            owner = document.assigned_to

            assert (status_of(row.facts), payment_of(row.facts)) == (standing.status, standing.payment)
            assert row.is_complete == is_bookable(document, lines)
            assert row.submitter == document.submitter.name
            assert (row.owner_id, row.owner) == ((owner.pk, owner.name) if owner is not None else (None, ""))
            assert row.projects == tuple(dict.fromkeys(line.project.name for line in lines if line.project))


def test_the_rails_figure_of_own_receipts_is_what_is_on_its_way(full: tuple[Office, dict[str, int]]) -> None:
    office, _ = full
    with office.open():
        count = own_documents(office.volunteer.id).exclude(CLOSED).exclude(state="draft").count()
    page = browser(office.volunteer).get(f"/t/{office.tenant.code}/projects/")
    if page.status_code != 200:
        page = browser(office.volunteer).get(url(office, "mine"))

    assert f'<span class="k-n">{count}<' in page.content.decode()


def test_the_next_receipt_is_found_over_the_end_of_a_page_and_of_the_list(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "ROWS", 2)
    ids = [handed_in(office, 10_00 + place, is_complete=False) for place in range(5)]
    with office.open():
        pages = [listed_page(Scope(p=str(number)), user_id=office.clerk.id) for number in (1, 2, 3, 9)]

        assert [[row.id for row in page.rows] for page in pages] == [ids[:2], ids[2:4], ids[4:], ids[4:]]
        assert [(page.number, page.pages, page.first, page.last, page.total) for page in pages[:3]] == [
            (1, 3, 1, 2, 5), (2, 3, 3, 4, 5), (3, 3, 5, 5, 5),
        ]  # fmt: skip
        shown = [
            next_after(Scope(), key, user_id=office.clerk.id, page=pages[place // 2]) for place, key in enumerate(ids)
        ]
        assert shown == [next_after(Scope(), key, user_id=office.clerk.id) for key in ids] == [*ids[1:], ids[0]]
        assert next_after(Scope(tab="query"), ids[0], user_id=office.clerk.id) is None
        assert next_after(Scope(), 0, user_id=office.clerk.id, page=pages[2]) == ids[0]


def test_an_empty_list_has_one_page(office: Office) -> None:
    with office.open():
        page = listed_page(Scope(), user_id=office.clerk.id)

    assert (page.rows, page.number, page.pages, page.total, page.below) == ((), 1, 1, 0, None)
