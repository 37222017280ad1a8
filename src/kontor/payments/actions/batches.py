"""Putting payment lists together and changing them until they are exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kontor.banking.models import MoneyAccount
from kontor.core.audit import act
from kontor.core.clock import ZONES
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.queries.years import year_on
from kontor.openitems.actions.terms import release, reserve
from kontor.openitems.models import ItemKind, ItemSide, OpenItem
from kontor.organisations.models import Tenant
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.queries.lists import name_of, orders_of
from kontor.payments.rules.days import bank_day, check_day
from kontor.payments.rules.discounts import discount_on
from kontor.payments.rules.orders import Order, checked, end_to_end_id
from kontor.payments.rules.refusals import (
    NotDraft,
    NotExported,
    NothingOpen,
    NothingToPay,
    OrderPaid,
    OtherCurrency,
    PartlyPaid,
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
    """An open item to pay, and where the money goes; `document` names it in refusals.

    Its early-payment discount is taken where the list's day is in time for it, unless `is_without_discount`.
    """

    item_id: int
    document: str
    payee_name: str
    payee_iban: str
    payee_bic: str = ""
    remittance: str = ""
    reference: str = ""
    is_without_discount: bool = False


@act("payments.collect")
def collect(
    wanted: Sequence[Wanted],
    *,
    money_account_id: int,
    execution_date: date,
    at: datetime,
    by: Actor,
    is_booked_as_one: bool = False,
) -> PaymentBatch:
    """Put a list together: each item is paid in full, less its discount, and reserved, so that nobody pays it twice.

    A day on which banks rest becomes the next one on which they work.

    Raises:
        NothingToPay, DayIsPast, DayTooFar, PayeeWithoutIban, WrongIban, PayeeWithoutName, OtherCurrency, NothingOpen,
        InPayment
    """
    if not wanted:
        raise NothingToPay
    check_day(execution_date, today=_today(at))
    account = MoneyAccount.objects.get(id=money_account_id)
    day = bank_day(execution_date, currency=account.currency)
    year = year_on(day)
    batch = PaymentBatch.objects.create(
        year=year, sequence=take_numbers(SERIES, year=year), money_account=account,
        currency=account.currency, execution_date=day, created_at=at, created_by_id=by.pk,
        is_booked_as_one=is_booked_as_one,
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
    """Take an order off a list that was not exported; its item is free again.  Raises: NotDraft, OrderPaid."""
    batch = _draft(batch_id)
    order = _living(batch, order_id)
    if order.carried_out_on is not None:
        raise OrderPaid(payee=order.payee_name)
    PaymentOrder.objects.filter(id=order.id).update(is_removed=True)
    release([order.item_id], by=by)


@act("payments.change")
def change(
    batch_id: int, *, money_account_id: int, execution_date: date, is_booked_as_one: bool | None = None, by: Actor
) -> PaymentBatch:
    """Pay from another account of the same currency, on another day, booked one by one or as one.

    Orders whose discount ends before the new day, or is reached by it, are written anew with the right amount.

    Raises:
        NotDraft, OtherCurrency
    """
    batch = _draft(batch_id)
    account = MoneyAccount.objects.get(id=money_account_id)
    if account.currency != batch.currency:
        raise OtherCurrency(document=account.name, currency=account.currency, list=batch.currency)
    before = batch.execution_date
    batch.money_account, batch.execution_date = account, bank_day(execution_date, currency=batch.currency)
    if is_booked_as_one is not None:
        batch.is_booked_as_one = is_booked_as_one
    batch.save(update_fields=["money_account", "execution_date", "is_booked_as_one"])
    _price_anew(batch, before=before)
    return batch


@act("payments.reject")
def reject(batch_id: int, order_id: int, *, day: date, by: Actor) -> PaymentOrder:
    """Record that the bank did not carry an order of an exported list out; what is open of its item is free again.

    Raises:
        NotExported, NoSuchOrder, OrderPaid
    """
    batch = locked(batch_id)
    if batch.state != BatchState.EXPORTED:
        raise NotExported(number=name_of(batch))
    order = _living(batch, order_id)
    item = OpenItem.objects.select_for_update().get(id=order.item_id)
    if order.carried_out_on is not None or not item.amount_open:
        raise OrderPaid(payee=order.payee_name)
    order.is_removed, order.rejected_on = True, day
    order.save(update_fields=["is_removed", "rejected_on"])
    release([order.item_id], by=by)
    return order


@act("payments.cancel")
def cancel(batch_id: int, *, by: Actor) -> PaymentBatch:
    """Give a list up: its items are free again. Cancelling an exported one presumes that it never reached the bank.

    Raises:
        NotDraft: cancelled already; PartlyPaid: the bank has paid part of it.
    """
    batch = locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        raise NotDraft(number=name_of(batch))
    orders = orders_of(batch)
    is_begun = any(order.item.amount_open < order.amount + order.discount for order in orders)
    if (batch.state == BatchState.EXPORTED and is_begun) or any(order.carried_out_on for order in orders):
        raise PartlyPaid(number=name_of(batch))
    PaymentOrder.objects.filter(batch=batch).update(is_removed=True)
    release([order.item_id for order in orders], by=by)
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    return batch


def locked(batch_id: int) -> PaymentBatch:
    """Return a list under its row lock.  Raises: NoSuchBatch."""
    found = PaymentBatch.objects.filter(id=batch_id).select_for_update().first()
    if found is None:
        raise NoSuchBatch
    return found


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
        discount = 0 if each.is_without_discount else discount_of(item, on=batch.execution_date)
        order = checked(
            Order(
                end_to_end_id=end_to_end_id(batch.year, batch.sequence, position), payee_name=each.payee_name,
                payee_iban=each.payee_iban, payee_bic=each.payee_bic, amount=item.amount_open - discount,
                discount=discount, currency=item.currency, remittance=each.remittance, reference=each.reference,
            ),
            document=each.document, currency=batch.currency,
        )  # fmt: skip
        orders.append(_row(batch, order, position=position, item_id=item.id))
    reserve([item.id for item in items.values()], by=by)
    PaymentOrder.objects.bulk_create(orders)


def _row(batch: PaymentBatch, order: Order, *, position: int, item_id: int) -> PaymentOrder:
    return PaymentOrder(
        batch=batch, position=position, item_id=item_id, payee_name=order.payee_name, payee_iban=order.payee_iban,
        payee_bic=order.payee_bic, amount=order.amount, discount=order.discount, remittance=order.remittance,
        reference=order.reference, end_to_end_id=order.end_to_end_id,
    )  # fmt: skip


def discount_of(item: OpenItem, *, on: date) -> int:
    """Return the discount that a payment of all that is open may take on a day; none on what is partly paid."""
    return discount_on(item.discounts, on=on) if item.amount_open == item.amount else 0


def _price_anew(batch: PaymentBatch, *, before: date) -> None:
    """Write those orders anew whose discount is another one on the new day; one whose discount was given up stays."""
    last = PaymentOrder.objects.filter(batch=batch).count()
    for order in (each for each in orders_of(batch) if each.carried_out_on is None):
        due = discount_of(order.item, on=batch.execution_date)
        if due == order.discount or order.discount != discount_of(order.item, on=before):
            continue
        last += 1
        PaymentOrder.objects.filter(id=order.id).update(is_removed=True)
        PaymentOrder.objects.create(
            batch=batch, position=last, item_id=order.item_id, payee_name=order.payee_name, payee_iban=order.payee_iban,
            payee_bic=order.payee_bic, amount=order.item.amount_open - due, discount=due, remittance=order.remittance,
            reference=order.reference, end_to_end_id=end_to_end_id(batch.year, batch.sequence, last),
        )  # fmt: skip


def _today(at: datetime) -> date:
    country: str = Tenant.objects.values_list("country", flat=True).get(id=current_tenant_id())
    return at.astimezone(ZONES[country]).date()


def _living(batch: PaymentBatch, order_id: int) -> PaymentOrder:
    found = PaymentOrder.objects.filter(batch=batch, id=order_id, is_removed=False).first()
    if found is None:
        raise NoSuchOrder
    return found


def _draft(batch_id: int) -> PaymentBatch:
    batch = locked(batch_id)
    if batch.state != BatchState.DRAFT:
        raise NotDraft(number=name_of(batch))
    return batch
