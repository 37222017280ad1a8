"""What the form asks of the books in one statement is what each part says when it is asked alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kontor.ledger.actions.periods import close_period
from kontor.ledger.models.periods import Period
from kontor.ledger.queries.names import dated_tax_codes
from kontor.receipts.actions.booking import book
from kontor.receipts.queries.bookings import booking_facts
from kontor.receipts.queries.days import first_open_day
from kontor.receipts.queries.documents import document_by_id
from kontor.receipts.queries.ground import ground_of
from kontor.receipts.queries.habits import habits
from tests.builders import NOW

from .desk_books import handed_in
from .office import DAY, Office, an_office

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.mark.parametrize("is_known", [False, True])
def test_one_statement_says_what_the_parts_say_alone(office: Office, *, is_known: bool) -> None:
    first, second = handed_in(office), handed_in(office, 50_00)
    with office.open():
        if is_known:
            book(first, at=NOW, by=office.clerk)
            close_period(Period.objects.get(first_day__lte=DAY, last_day__gte=DAY).id)
        document = document_by_id(second)
        assert document is not None
        wanted, codes = {None, office.cost_type.id}, dated_tax_codes()
        with CaptureQueriesContext(connection) as seen:
            found = ground_of(document, wanted, day=DAY)
            facts = found.booking(tenant=office.tenant, codes=codes)

        assert len(seen) == 1
        assert found.habits == habits(document, wanted)
        assert bool(found.habits) == is_known
        assert found.entry_day == first_open_day(DAY)
        assert (found.entry_day > DAY) == is_known
        assert facts == booking_facts(document.submitter_id, tenant=office.tenant, codes=codes)
        assert (facts.staff_party_id is not None) == is_known
