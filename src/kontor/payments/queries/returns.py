"""Which of our orders a bank transaction gives back, and what had settled them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from kontor.banking.models import BankTransaction
from kontor.openitems.models import Allocation
from kontor.payments.models import BatchState, PaymentOrder
from kontor.payments.rules.orders import is_own_id


def order_given_back(transaction: BankTransaction) -> PaymentOrder | None:
    """Return the living order that a credit returns: it names its end-to-end id and holds no more than was sent."""
    if transaction.amount <= max(transaction.allocated, 0) or not is_own_id(transaction.end_to_end_id):
        return None
    order = sent_orders_with([transaction.end_to_end_id]).get(transaction.end_to_end_id)
    if order is None or order.amount < transaction.amount - transaction.allocated:
        return None
    return order if order.batch.currency == transaction.currency else None


def sent_orders_with(end_to_end_ids: Iterable[str]) -> dict[str, PaymentOrder]:
    """Return the living orders with these ids that were exported or set paid, with items and lists; one statement."""
    named = sorted(end_to_end_ids)
    if not named:
        return {}
    rows = PaymentOrder.objects.filter(end_to_end_id__in=named, is_removed=False)
    rows = rows.filter(Q(batch__state=BatchState.EXPORTED) | Q(batch__state=BatchState.DRAFT, item__amount_open=0))
    return {row.end_to_end_id: row for row in rows.select_related("item", "item__party", "batch")}


def settlements_of(order: PaymentOrder) -> list[Allocation]:
    """Return what the order itself has settled of its item and still holds: by bank lines, or by hand; oldest first.

    What others had paid of the item before is not among it: by its end-to-end id, else by its amount, the last one.
    """
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = Allocation.objects.filter(~Exists(undo), item_id=order.item_id, reverses__isnull=True)
    paid = Q(transaction__isnull=False, cash__lt=0) | Q(transaction__isnull=True, kind="setoff", entry__kind="payment")
    held = list(rows.filter(paid).select_related("item", "item__party", "transaction").order_by("id"))
    named = [
        row for row in held if row.transaction is not None and row.transaction.end_to_end_id == order.end_to_end_id
    ]
    return named or [row for row in held if money_of(row) == order.amount][-1:]


def money_of(row: Allocation) -> int:
    """Return what left the house, in the item's currency."""
    money: int = -row.cash if row.transaction_id is not None else row.amount - row.discount
    return money
