"""Orders that the bank gave back: their items open again and can go on a new list (P-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kontor.banking.models import BankTransaction
from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.terms import release, reserve
from kontor.openitems.actions.undoing import cancel_entry, return_payment
from kontor.openitems.models import Allocation
from kontor.openitems.rules.steps import AccountShare
from kontor.payments.models import BatchState, PaymentOrder
from kontor.payments.queries.returns import (
    held_of,
    ids_of,
    money_of,
    order_given_back,
    own_settlement,
    settlements_of,
)
from kontor.payments.rules.orders import is_own_id
from kontor.payments.rules.refusals import NotReturned


@act("payments.take_back")
def take_order_back(transaction_id: int, *, at: datetime, by: Actor | None, is_automatic: bool = False) -> int:
    """Take back the order that a bank transaction returns by its end-to-end id: its payment is reversed (P-13).

    What was set paid by hand is reversed too, and the money goes to transit, whence it had been paid. Returns the
    entry of the transaction.

    Raises:
        NotReturned: it returns no order of ours, or the order was not paid; ReturnDiffers, PeriodNotOpen
    """
    transaction = BankTransaction.objects.select_for_update().get(id=transaction_id)
    order = order_given_back(transaction)
    paid = settlements_of(order) if order is not None else []
    if order is None or not paid:
        raise NotReturned
    by_bank = [row for row in paid if row.transaction_id is not None]
    if by_bank:
        rows = [row.id for row in by_bank]
        return return_payment(transaction_id, rows, is_automatic=is_automatic, at=at, by=by).entry_ids[0]
    return _reverse_by_hand(transaction, order, paid, is_automatic=is_automatic, at=at, by=by)


def _reverse_by_hand(
    transaction: BankTransaction, order: PaymentOrder, paid: Sequence[Allocation], *, is_automatic: bool,
    at: datetime, by: Actor | None,
) -> int:  # fmt: skip
    """Put the money back to transit, fee to bank charges, and take the setting-paid back."""
    rest = transaction.amount - transaction.allocated
    transit, fees = (account_book().find(by_role(role)).number for role in ("transit", "bank_charges"))
    fee = order.amount - rest
    if fee < 0 or rest <= 0:
        raise NotReturned
    shares = [AccountShare(account=transit, amount=order.amount)]
    if fee:
        shares.append(AccountShare(account=fees, amount=-fee))
    done = allocate(transaction.id, accounts=shares, is_automatic=is_automatic, at=at, by=by)
    _mark_returned([order], transaction, by=by)
    for entry_id in sorted({row.entry_id for row in paid}):
        cancel_entry(entry_id, day=transaction.booking_date, at=at, by=by)
    return done.entry_id or 0


@act("payments.return")
def note_returned(item_ids: Sequence[int], transaction_id: int, by: Actor | None) -> None:
    """Note the orders of these items whose own payment a bank transaction gave back; what is open of them is free again.

    An order that is still on its way, while another payment of its item came back, stays: it would be paid twice. One
    that was carried out lets go of its item.
    """
    orders = _orders_of(item_ids)
    if not orders:
        return
    line = BankTransaction.objects.get(id=transaction_id)
    back = Allocation.objects.filter(transaction_id=transaction_id, item_id__in=list(item_ids), reverses__isnull=False)
    gone = [row.reverses for row in back.select_related("reverses__transaction") if row.reverses is not None]
    held = held_of(item_ids)
    before = sorted([*held, *gone], key=lambda row: row.id)
    came_back = [order for order in orders if _came_back(order, line, own_settlement(order, before), gone)]
    _mark_returned(came_back, line, by=by)
    _let_go([order for order in orders if order not in came_back], held, by=by)


def _came_back(
    order: PaymentOrder, line: BankTransaction, own: Sequence[Allocation], gone: Sequence[Allocation]
) -> bool:
    """Tell whether a bank transaction gave back the order's own payment, by its end-to-end id or because it had it."""
    of_item = sum(row.amount for row in gone if row.item_id == order.item_id)
    if order.item.amount_open - of_item >= order.amount + order.discount:
        return False
    if line.end_to_end_id == order.end_to_end_id:
        return bool(of_item)
    lost = {row.id for row in gone}
    return any(row.id in lost for row in own)


def _mark_returned(orders: Sequence[PaymentOrder], line: BankTransaction, *, by: Actor | None) -> None:
    held = [order.item_id for order in orders if order.carried_out_on is None]
    for order in orders:
        order.is_removed, order.carried_out_on = True, None
        order.returned_on, order.return_reason = line.booking_date, line.return_reason
        order.save(update_fields=["is_removed", "carried_out_on", "returned_on", "return_reason"])
    if held:
        release(held, by=by)


@act("payments.restore")
def note_restored(return_ids: Sequence[int], by: Actor | None) -> None:
    """Let the orders live again whose own payment holds again, because its return (an allocation) was taken back.

    Raises:
        InPayment: an item stands on another list by now.
    """
    rows = list(
        Allocation.objects.filter(id__in=list(return_ids), item__isnull=False, reverses__isnull=False)
        .select_related("transaction", "reverses__transaction").order_by("id")
    )  # fmt: skip
    items = [row.item_id for row in rows if row.item_id is not None]
    orders = list(
        PaymentOrder.objects.filter(item_id__in=items, returned_on__isnull=False)
        .select_related("item").select_for_update(of=("self",)).order_by("-id")
    )  # fmt: skip
    for row in rows:
        order = _returned_by(row, orders)
        if order is not None:
            orders.remove(order)
            order.is_removed, order.returned_on, order.return_reason = False, None, ""
            _hold_again(order, row.reverses, by=by)


def _returned_by(row: Allocation, orders: Sequence[PaymentOrder]) -> PaymentOrder | None:
    """Return the order that an allocation gave back: it bears its end-to-end id, or no order's, but its amount on its day."""
    line, payment, ids = row.transaction, row.reverses, ids_of(row)
    if line is None or payment is None:
        return None
    of_item = [order for order in orders if order.item_id == row.item_id]
    named = [order for order in of_item if order.end_to_end_id in ids]
    if named or any(is_own_id(each) for each in ids):
        return next(iter(named), None)
    seen = (line.booking_date, line.return_reason, money_of(payment))
    alike = (order for order in of_item if (order.returned_on, order.return_reason, order.amount) == seen)
    return next(alike, None)


def _hold_again(order: PaymentOrder, payment: Allocation | None, *, by: Actor | None) -> None:
    """Let an order live: in payment where its item is settled, else carried out, as something else is open of it."""
    is_open = bool(order.item.amount_open)
    order.carried_out_on = payment.day if is_open and payment is not None else None
    if not is_open:
        reserve([order.item_id], by=by)
    order.save(update_fields=["is_removed", "carried_out_on", "returned_on", "return_reason"])


@act("payments.restore")
def note_undone(item_ids: Sequence[int], by: Actor | None) -> None:
    """Derive anew which orders of items hold them, after assignments were taken back: each from its own payment.

    Raises:
        InPayment: an order is on its way again, and the rest of its item stands on another list by now.
    """
    orders = _orders_of(item_ids)
    if not orders:
        return
    held = held_of(item_ids)
    waiting = [order for order in orders if order.carried_out_on is not None and not own_settlement(order, held)]
    for order in waiting:
        order.carried_out_on = None
        reserve([order.item_id], by=by)
        order.save(update_fields=["carried_out_on"])
    _let_go([order for order in orders if order not in waiting], held, by=by)


def _let_go(orders: Sequence[PaymentOrder], held: Sequence[Allocation], *, by: Actor | None) -> None:
    """Free the items that are open again although the own payments of their orders hold."""
    for order in orders:
        own = own_settlement(order, held)
        if order.carried_out_on is None and order.item.amount_open and own:
            order.carried_out_on = own[-1].day
            order.save(update_fields=["carried_out_on"])
            release([order.item_id], by=by)


def _orders_of(item_ids: Sequence[int]) -> list[PaymentOrder]:
    """Return the orders of items that were not taken off and may have been paid, with their items, under row locks."""
    rows = PaymentOrder.objects.filter(
        item_id__in=list(item_ids), is_removed=False, batch__state__in=(BatchState.EXPORTED, BatchState.DRAFT),
        item__amount_open__gt=0,
    )  # fmt: skip
    return list(rows.select_related("item", "batch").select_for_update(of=("self",)).order_by("id"))
