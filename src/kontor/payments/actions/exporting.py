"""Writing the file of a payment list for the bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kontor.contacts.models import Address as PartyAddress
from kontor.core.audit import act
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.store import store
from kontor.openitems.models import OpenItem
from kontor.organisations.models import Tenant
from kontor.payments.actions.batches import locked
from kontor.payments.formats import pain001
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.payees import payees_of
from kontor.payments.queries.lists import name_of, orders_of
from kontor.payments.rules.orders import Address, Order, Transfer, check_currency, needs_address
from kontor.payments.rules.refusals import AccountWithoutIban, NotDraft, NothingOpen, NothingToPay, PayeeChanged


@act("payments.export")
def export(batch_id: int, *, at: datetime, by: Actor) -> PaymentBatch:
    """Write the pain.001 file and keep it; a list that was exported gives the same file again.

    Raises:
        NothingToPay, NothingOpen, PayeeChanged, AccountWithoutIban, NotDraft
    """
    batch = locked(batch_id)
    if batch.state == BatchState.EXPORTED:
        return batch
    if batch.state != BatchState.DRAFT:
        raise NotDraft(number=name_of(batch))
    content = pain001.write(_transfer(batch, at=at))
    file = store(
        content, name=f"{name_of(batch)}.xml", media_type="application/xml", owner_type="payments.batch", at=at, by=by
    )
    batch.file, batch.state, batch.exported_at, batch.exported_by_id = file, BatchState.EXPORTED, at, by.pk
    batch.save(update_fields=["file", "state", "exported_at", "exported_by"])
    return batch


def _transfer(batch: PaymentBatch, *, at: datetime) -> Transfer:
    orders = orders_of(batch)
    if not orders:
        raise NothingToPay
    for order in orders:
        if order.is_paid or order.item.amount_open != order.amount + order.discount:
            raise NothingOpen(document=order.item.document_number)
    _check_payees(orders)
    account = batch.money_account
    check_currency(account.currency, name=account.name)
    if not account.iban:
        raise AccountWithoutIban(name=account.name)
    tenant = Tenant.objects.get(id=current_tenant_id())
    addresses = _addresses(orders)
    return Transfer(
        message_id=f"{tenant.code[:14].upper()}-{name_of(batch)}",
        created_at=at,
        debtor_name=tenant.name,
        debtor_iban=account.iban,
        execution_date=batch.execution_date,
        is_booked_as_one=batch.is_booked_as_one,
        orders=[
            Order(
                end_to_end_id=order.end_to_end_id, payee_name=order.payee_name, payee_iban=order.payee_iban,
                payee_bic=order.payee_bic, address=addresses.get(order.item.party_id), amount=order.amount,
                currency=batch.currency, remittance=order.remittance, reference=order.reference,
            )
            for order in orders
        ],
    )  # fmt: skip


def _check_payees(orders: Sequence[PaymentOrder]) -> None:
    """Refuse money to an account that is no longer the payee's.  Raises: PayeeChanged."""
    items = OpenItem.objects.filter(id__in=[order.item_id for order in orders]).select_related("party")
    now = payees_of(list(items))
    for order in orders:
        iban = "".join(now[order.item_id].iban.split()).upper()
        if iban and iban != order.payee_iban:
            raise PayeeChanged(payee=order.payee_name, document=order.item.document_number)


def _addresses(orders: Sequence[PaymentOrder]) -> dict[int, Address]:
    """Return the contacts' addresses where a bank asks for them; an incomplete one is left out."""
    parties = [order.item.party_id for order in orders if needs_address(order.payee_iban)]
    found = {
        row.party_id: Address(
            street=row.street, building=row.building_number, post_code=row.postcode, town=row.town, country=row.country
        )
        for row in PartyAddress.objects.filter(party_id__in=parties)
    }
    return {party_id: address for party_id, address in found.items() if address.is_structured}
