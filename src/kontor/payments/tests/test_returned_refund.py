"""A refund that the bank gives back, as whoever handed the receipt in follows it."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.banking.models import MoneyAccount
from kontor.payments.queries.lists import orders_of
from kontor.payments.tests.statements import Line, taken_in
from kontor.payments.tests.treasury import Treasury
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.tests.office import an_office
from kontor.receipts.tests.test_refund_story import BANK, booked, exported, standing

pytestmark = pytest.mark.usefixtures("database")


def test_a_returned_refund_says_why_to_whoever_waits_for_it_and_goes_out_again() -> None:
    office = an_office()
    with office.open():
        MoneyAccount.objects.filter(id=office.bank_id).update(iban=BANK)
    document_id = booked(office)
    treasury = Treasury(office.tenant, office.clerk, office.bank_id)
    client = Client()
    client.force_login(office.volunteer)
    with office.open():
        order = orders_of(exported(office, document_id))[0]
        taken_in(treasury, Line(cents=-119_00, end_to_end=order.end_to_end_id))
        assert standing(document_id) == (Status.DONE, Payment.SETTLED)

        taken_in(treasury, Line(cents=119_00, end_to_end=order.end_to_end_id, reason="AC04"))
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.TO_REFUND)

    page = client.get(f"/t/{office.tenant.code}/receipts/mine/").text
    assert "Zurückgekommen: Konto aufgelöst" in page
    assert "Die Buchhaltung berichtigt die IBAN" in page

    with office.open():
        exported(office, document_id)
        assert standing(document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)
    assert "Zurückgekommen" not in client.get(f"/t/{office.tenant.code}/receipts/mine/").text
