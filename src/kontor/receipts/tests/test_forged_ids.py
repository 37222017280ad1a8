"""Ids of other books, or of none, in the fields of a form: refused, and nothing is changed."""

from __future__ import annotations

import pytest

from kontor.projects.models import CostType
from kontor.receipts.models import IncomingDocument, IncomingLine

from .desk_books import browser, handed_in, stored, typed, url
from .office import Office, an_office


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


@pytest.fixture
def foreign() -> int:
    other = an_office()
    with other.open():
        return CostType.objects.get(id=other.cost_type.id).id


def test_the_desk_keeps_no_cost_type_of_other_books(office: Office, foreign: int) -> None:
    document_id = handed_in(office)
    before = stored(office, document_id).version
    form = typed(office, document_id) | {"part0-cost_type": str(foreign)}

    answer = browser(office.clerk).post(url(office, "desk_save", document_id=document_id), form)

    assert 400 <= answer.status_code < 500
    with office.open():
        assert IncomingDocument.objects.get(id=document_id).version == before
        assert [line.cost_type_id for line in IncomingLine.objects.filter(document_id=document_id)] == [
            office.cost_type.id
        ]


@pytest.mark.parametrize(
    "name", ["advance", "means", "refund_route", "repayment_route", "part0-project", "part0-tax_code"]
)
def test_the_desk_takes_no_choice_that_it_did_not_offer(office: Office, name: str) -> None:
    document_id = handed_in(office)

    answer = browser(office.clerk).post(
        url(office, "desk_book", document_id=document_id), typed(office, document_id) | {name: "987654321"}
    )

    assert answer.status_code == 422
