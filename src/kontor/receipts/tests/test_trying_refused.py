"""The preview refuses what booking refuses, in the same words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kontor.ledger.actions.periods import close_period
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.periods import Period
from kontor.ledger.models.taxes import ExchangeRate
from kontor.openitems.models import OpenItem
from kontor.receipts.actions.composing import MeansNotSet
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.rules.lines import PartsDiffer
from tests.builders import NOW, a_day

from .office import DAY, IBAN, Office, an_office
from .tried_books import agrees, an_advance, handed_in, to_account, with_parts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def test_what_cannot_be_set_off_is_refused_before_it_is_booked(office: Office) -> None:
    with office.open():
        ExchangeRate.objects.create(currency="USD", day=a_day(3, 1), rate=Decimal("0.9"))
        in_dollars, reserved = an_advance(office, currency="USD"), an_advance(office)
        OpenItem.objects.filter(id=reserved.item_id or 0).update(is_in_payment=True)
    for advance in (in_dollars, reserved):
        document_id = handed_in(office)
        with office.open():
            to_account(office, document_id)
            values = {"variant": "advance", "advance_id": advance.id}
            save(document_id, values, version=None, keep=False, at=NOW, by=office.clerk)

            assert agrees(office, document_id).refusal is not None


def test_a_closed_month_refuses_the_preview_as_it_refuses_the_booking(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        to_account(office, document_id)
        close_period(Period.objects.get(first_day__lte=DAY, last_day__gte=DAY).id)

        assert agrees(office, document_id).refusal is not None
        assert agrees(office, document_id, day=a_day(5, 2)).refusal is None


def test_days_around_the_fiscal_years_are_refused_or_open_a_year(office: Office) -> None:
    with office.open():
        days = sorted(Period.objects.values_list("first_day", "last_day"))
        first, last = days[0][0], days[-1][1]
    for day in (first.replace(year=first.year - 1), last.replace(year=last.year + 3), last.replace(year=last.year + 1)):
        document_id = handed_in(office)
        with office.open():
            to_account(office, document_id)

            agrees(office, document_id, day=day)


def test_what_is_missing_is_said_by_the_preview_in_the_same_words(office: Office) -> None:
    without_account, other_sum = handed_in(office), handed_in(office)
    without_means = handed_in(office, variant="organisation")
    nobody = handed_in(office, variant="to_pay", document_number="R 8", payee_iban=IBAN)
    with office.open():
        account_id = Account.objects.get(number="4980").id
        with_parts(office, without_account, [ProcessedPart(gross=119_00)])
        with_parts(office, other_sum, [ProcessedPart(gross=118_00, account_id=account_id)])
        with_parts(office, without_means, [ProcessedPart(gross=119_00, account_id=account_id)], means_id=None)
        with_parts(office, nobody, [ProcessedPart(gross=119_00, account_id=account_id)], supplier_name=" ")
        inactive = handed_in_to_an_inactive_account(office, without_account)

        refusals = [agrees(office, each).refusal for each in (inactive, other_sum, without_means, nobody)]

    assert [type(each) for each in refusals[1:3]] == [PartsDiffer, MeansNotSet]
    assert None not in refusals


def handed_in_to_an_inactive_account(office: Office, document_id: int) -> int:
    """Put the receipt to an account that is no longer in use."""
    unused = Account.objects.get(number="4980")
    other = Account.objects.create(number="4981", name_de="Alt", name_en="Old", kind=unused.kind, is_active=False)
    with_parts(office, document_id, [ProcessedPart(gross=119_00, account_id=other.id)])
    return document_id


def test_a_supplier_with_a_wrong_iban_is_refused_by_both(office: Office) -> None:
    document_id = handed_in(office, variant="to_pay", payee_iban=IBAN, document_number="R 9")
    with office.open():
        to_account(office, document_id)
        save(document_id, {"payee_iban": "DE00"}, version=None, keep=False, at=NOW, by=office.clerk)

        assert agrees(office, document_id).refusal is not None
