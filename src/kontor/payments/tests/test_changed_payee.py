"""A list does not pay into an account that is no longer the payee's."""

from __future__ import annotations

import pytest

from kontor.contacts.models import BankDetails
from kontor.openitems.models import OpenItem
from kontor.payments.actions.batches import add, remove
from kontor.payments.actions.exporting import export
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.queries.lists import orders_of
from kontor.payments.rules.refusals import PayeeChanged
from tests.builders import NOW

from .treasury import Treasury, a_treasury

OTHER_IBAN = "DE89370400440532013000"


@pytest.fixture
def treasury(database: None) -> Treasury:
    return a_treasury()


def test_a_list_is_not_exported_to_bank_details_that_have_changed_meanwhile(treasury: Treasury) -> None:
    item_id = treasury.bill(119_00, "RG-1")
    batch_id = treasury.batch(item_id)
    with treasury.open():
        BankDetails.objects.create(party_id=OpenItem.objects.get().party_id, iban=OTHER_IBAN)

    with pytest.raises(PayeeChanged), treasury.open():
        export(batch_id, at=NOW, by=treasury.clerk)

    with treasury.open():
        batch = PaymentBatch.objects.get()
        assert (batch.state, batch.file) == (BatchState.DRAFT, None)
        remove(batch_id, orders_of(batch)[0].id, by=treasury.clerk)
        add(batch_id, treasury.wanted(item_id), by=treasury.clerk)
        order = orders_of(export(batch_id, at=NOW, by=treasury.clerk))[0]
        assert (order.payee_iban, order.amount) == (OTHER_IBAN, 119_00)
        treasury.nothing_is_wrong()
