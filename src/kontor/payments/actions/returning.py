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
from kontor.openitems.actions.terms import InPayment, release, reserve
from kontor.openitems.actions.undoing import cancel_entry, return_payment
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.rules.steps import AccountShare
from kontor.payments.models import BatchState, PaymentOrder
from kontor.payments.queries.returns import money_of, order_given_back, settlements_of
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
    for entry_id in sorted({row.entry_id for row in paid}):
        cancel_entry(entry_id, day=transaction.booking_date, at=at, by=by)
    order.refresh_from_db()
    _mark_returned([order], transaction, by=by)
    return done.entry_id or 0


@act("payments.return")
def note_returned(item_ids: Sequence[int], transaction_id: int, by: Actor | None) -> None:
    """Note the living orders of these items that came back by a bank transaction; what is open of them is free again.

    An order that is still on its way, while another payment of its item came back, stays: it would be paid twice.
    """
    orders = list(
        PaymentOrder.objects.filter(
            item_id__in=list(item_ids), is_removed=False, batch__state__in=(BatchState.EXPORTED, BatchState.DRAFT),
            item__amount_open__gt=0,
        ).select_related("item").select_for_update(of=("self",)).order_by("id")
    )  # fmt: skip
    if not orders:
        return
    line = BankTransaction.objects.get(id=transaction_id)
    taken_back = Allocation.objects.filter(
        transaction_id=transaction_id, item_id__in=list(item_ids), reverses__isnull=False
    )
    paid = [row.reverses for row in taken_back.select_related("reverses__transaction")]
    _mark_returned([order for order in orders if _came_back(order, line, paid)], line, by=by)


def _came_back(order: PaymentOrder, line: BankTransaction, paid: Sequence[Allocation]) -> bool:
    """Tell whether the order itself is among the payments that a bank transaction has taken back."""
    own = [row for row in paid if row.item_id == order.item_id]
    open_before = order.item.amount_open - sum(row.amount for row in own)
    if open_before >= order.amount + order.discount:
        return False
    ids = {line.end_to_end_id, *(row.transaction.end_to_end_id for row in own if row.transaction is not None)}
    return order.end_to_end_id in ids or any(money_of(row) == order.amount for row in own)


def _mark_returned(orders: Sequence[PaymentOrder], line: BankTransaction, *, by: Actor | None) -> None:
    for order in orders:
        order.is_removed, order.returned_on, order.return_reason = True, line.booking_date, line.return_reason
        order.save(update_fields=["is_removed", "returned_on", "return_reason"])
    if orders:
        release([order.item_id for order in orders], by=by)


@act("payments.restore")
def note_restored(item_ids: Sequence[int], by: Actor | None) -> None:
    """Let the orders live again whose return was taken back.

    Raises:
        InPayment: an item stands on another list by now.
    """
    found: dict[int, PaymentOrder] = {}
    orders = PaymentOrder.objects.filter(item_id__in=list(item_ids), returned_on__isnull=False)
    for order in orders.select_for_update().order_by("id"):
        found[order.item_id] = order
    taken = OpenItem.objects.filter(id__in=list(found), is_in_payment=True).values_list("document_number", flat=True)
    if (document := taken.first()) is not None:
        raise InPayment(document=document)
    for order in found.values():
        order.is_removed, order.returned_on, order.return_reason = False, None, ""
        order.save(update_fields=["is_removed", "returned_on", "return_reason"])
    if found:
        reserve(list(found), by=by)
