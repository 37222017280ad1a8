"""Putting payment lists together, exporting them, setting them paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.documents.store import store
from kontor.ledger.rules.postings import by_number, by_role
from kontor.openitems.actions.closing import settle_through
from kontor.openitems.actions.terms import release, reserve
from kontor.openitems.models import ItemKind, ItemSide, OpenItem
from kontor.organisations.models import Tenant
from kontor.payments.formats import pain001
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.queries import name_of, orders_of
from kontor.payments.rules import (
    AccountWithoutIban,
    NotDraft,
    NotExported,
    NothingOpen,
    NothingToPay,
    Order,
    OrderPaid,
    OtherCurrency,
    PartlyPaid,
    Transfer,
    check_currency,
    checked,
    end_to_end_id,
)

SERIES = "payment"


class NoSuchBatch(Refusal):
    """No such list here."""

    sentence = gettext_noop("This payment list does not exist in these books.")
    status = 404


class NoSuchOrder(Refusal):
    """No such order on this list."""

    sentence = gettext_noop("This order is no longer on the payment list.")
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An open item to pay in full, and where the money goes; `document` names it in refusals."""

    item_id: int
    document: str
    payee_name: str
    payee_iban: str
    payee_bic: str = ""
    remittance: str = ""
    reference: str = ""


@act("payments.collect")
def collect(
    wanted: Sequence[Wanted], *, money_account_id: int, execution_date: date, at: datetime, by: Actor
) -> PaymentBatch:
    """Put a list together: each item is paid in full and reserved, so that nobody pays it twice.

    Raises:
        NothingToPay, PayeeWithoutIban, WrongIban, PayeeWithoutName, OtherCurrency, NothingOpen, InPayment
    """
    if not wanted:
        raise NothingToPay
    account = MoneyAccount.objects.get(id=money_account_id)
    batch = PaymentBatch.objects.create(
        year=execution_date.year, sequence=take_numbers(SERIES, year=execution_date.year), money_account=account,
        currency=account.currency, execution_date=execution_date, created_at=at, created_by_id=by.pk,
    )  # fmt: skip
    _add(batch, wanted, by=by)
    return batch


@act("payments.add")
def add(batch_id: int, wanted: Sequence[Wanted], *, by: Actor) -> PaymentBatch:
    """Add orders to a list that was not exported.  Raises: NotDraft, and as `collect`."""
    batch = _draft(batch_id)
    _add(batch, wanted, by=by)
    return batch


@act("payments.remove")
def remove(batch_id: int, order_id: int, *, by: Actor) -> None:
    """Take an order off a list that was not exported; its item is free again.  Raises: NotDraft."""
    batch = _draft(batch_id)
    order = _living(batch, order_id)
    PaymentOrder.objects.filter(id=order.id).update(is_removed=True)
    release([order.item_id], by=by)


@act("payments.change")
def change(batch_id: int, *, money_account_id: int, execution_date: date, by: Actor) -> PaymentBatch:
    """Pay from another account of the same currency, or on another day.  Raises: NotDraft, OtherCurrency."""
    batch = _draft(batch_id)
    account = MoneyAccount.objects.get(id=money_account_id)
    if account.currency != batch.currency:
        raise OtherCurrency(document=account.name, currency=account.currency, list=batch.currency)
    batch.money_account, batch.execution_date = account, execution_date
    batch.save(update_fields=["money_account", "execution_date"])
    return batch


@act("payments.reject")
def reject(batch_id: int, order_id: int, *, day: date, by: Actor) -> PaymentOrder:
    """Record that the bank did not carry an order of an exported list out; what is open of its item is free again.

    Raises:
        NotExported, NoSuchOrder, OrderPaid
    """
    batch = _locked(batch_id)
    if batch.state != BatchState.EXPORTED:
        raise NotExported(number=name_of(batch))
    order = _living(batch, order_id)
    item = OpenItem.objects.select_for_update().get(id=order.item_id)
    if not item.amount_open:
        raise OrderPaid(payee=order.payee_name)
    order.is_removed, order.rejected_on = True, day
    order.save(update_fields=["is_removed", "rejected_on"])
    release([order.item_id], by=by)
    return order


@act("payments.export")
def export(batch_id: int, *, at: datetime, by: Actor) -> PaymentBatch:
    """Write the pain.001 file and keep it; a list that was exported gives the same file again.

    Raises:
        NothingToPay, NothingOpen, AccountWithoutIban, NotDraft
    """
    batch = _locked(batch_id)
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


@act("payments.cancel")
def cancel(batch_id: int, *, by: Actor) -> PaymentBatch:
    """Give a list up: its items are free again. Cancelling an exported one presumes that it never reached the bank.

    Raises:
        NotDraft: cancelled already; PartlyPaid: the bank has paid part of it.
    """
    batch = _locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        raise NotDraft(number=name_of(batch))
    orders = orders_of(batch)
    if batch.state == BatchState.EXPORTED and any(order.item.amount_open < order.amount for order in orders):
        raise PartlyPaid(number=name_of(batch))
    PaymentOrder.objects.filter(batch=batch).update(is_removed=True)
    release([order.item_id for order in orders], by=by)
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    return batch


@act("payments.settle")
def settle_by_hand(batch_id: int, *, day: date, at: datetime, by: Actor) -> int:
    """Record that a list was paid; returns how many orders. Its statement lines clear transit (decisions.md 32).

    Raises:
        NotDraft: cancelled; NothingToPay: everything is settled; PeriodNotOpen
    """
    batch = _locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        raise NotDraft(number=name_of(batch))
    waiting = [order for order in orders_of(batch) if order.item.amount_open]
    if not waiting:
        raise NothingToPay
    account = MoneyAccount.objects.select_related("account").get(id=batch.money_account_id)
    through = by_number(account.account.number) if account.kind == MoneyAccountKind.CASH else by_role("transit")
    for order in sorted(waiting, key=lambda order: order.item_id):
        settle_through(
            order.item_id, through, text=f"{name_of(batch)} {order.payee_name}", is_order=True, day=day, at=at, by=by
        )
    return len(waiting)


def _add(batch: PaymentBatch, wanted: Sequence[Wanted], *, by: Actor) -> None:
    items = {
        item.id: item
        for item in OpenItem.objects.filter(id__in=[each.item_id for each in wanted], kind=ItemKind.PAYABLE, side=ItemSide.CREDIT)
        .select_for_update().order_by("id")
    }  # fmt: skip
    last = PaymentOrder.objects.filter(batch=batch).count()
    orders = []
    for position, each in enumerate(wanted, start=last + 1):
        item = items.get(each.item_id)
        if item is None or not item.amount_open:
            raise NothingOpen(document=each.document)
        order = checked(
            Order(
                end_to_end_id=end_to_end_id(batch.year, batch.sequence, position), payee_name=each.payee_name,
                payee_iban=each.payee_iban, payee_bic=each.payee_bic, amount=item.amount_open, currency=item.currency,
                remittance=each.remittance, reference=each.reference,
            ),
            document=each.document, currency=batch.currency,
        )  # fmt: skip
        orders.append(_row(batch, order, position=position, item_id=item.id))
    reserve([item.id for item in items.values()], by=by)
    PaymentOrder.objects.bulk_create(orders)


def _row(batch: PaymentBatch, order: Order, *, position: int, item_id: int) -> PaymentOrder:
    return PaymentOrder(
        batch=batch, position=position, item_id=item_id, payee_name=order.payee_name, payee_iban=order.payee_iban,
        payee_bic=order.payee_bic, amount=order.amount, remittance=order.remittance, reference=order.reference,
        end_to_end_id=order.end_to_end_id,
    )  # fmt: skip


def _transfer(batch: PaymentBatch, *, at: datetime) -> Transfer:
    orders = orders_of(batch)
    if not orders:
        raise NothingToPay
    for order in orders:
        if order.item.amount_open != order.amount:
            raise NothingOpen(document=order.item.document_number)
    account = batch.money_account
    check_currency(account.currency, name=account.name)
    if not account.iban:
        raise AccountWithoutIban(name=account.name)
    tenant = Tenant.objects.get(id=current_tenant_id())
    return Transfer(
        message_id=f"{tenant.code[:14].upper()}-{name_of(batch)}",
        created_at=at,
        debtor_name=tenant.name,
        debtor_iban=account.iban,
        execution_date=batch.execution_date,
        orders=[
            Order(
                end_to_end_id=order.end_to_end_id, payee_name=order.payee_name, payee_iban=order.payee_iban,
                payee_bic=order.payee_bic, amount=order.amount, currency=batch.currency, remittance=order.remittance,
                reference=order.reference,
            )
            for order in orders
        ],
    )  # fmt: skip


def _locked(batch_id: int) -> PaymentBatch:
    found = PaymentBatch.objects.filter(id=batch_id).select_for_update().first()
    if found is None:
        raise NoSuchBatch
    return found


def _living(batch: PaymentBatch, order_id: int) -> PaymentOrder:
    found = PaymentOrder.objects.filter(batch=batch, id=order_id, is_removed=False).first()
    if found is None:
        raise NoSuchOrder
    return found


def _draft(batch_id: int) -> PaymentBatch:
    batch = _locked(batch_id)
    if batch.state != BatchState.DRAFT:
        raise NotDraft(number=name_of(batch))
    return batch
