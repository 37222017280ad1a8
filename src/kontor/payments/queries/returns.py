"""Which of our orders a bank transaction gives back, and what had settled them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    is_paid = Q(item__amount_open=0) | Q(carried_out_on__isnull=False)
    rows = rows.filter(Q(batch__state=BatchState.EXPORTED) | Q(is_paid, batch__state=BatchState.DRAFT))
    return {row.end_to_end_id: row for row in rows.select_related("item", "item__party", "batch")}


def settlements_of(order: PaymentOrder) -> list[Allocation]:
    """Return what the order itself has settled of its item and still holds: by bank lines, or by hand; oldest first.

    What others had paid of the item before is not among it.
    """
    return own_settlement(order, held_of([order.item_id]))


def held_of(item_ids: Iterable[int]) -> list[Allocation]:
    """Return the payments of items that still hold, oldest first: money of bank lines, and what was set paid by hand.

    A payment whose return was taken back is told by the row that did so.
    """
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = Allocation.objects.filter(~Exists(undo), item_id__in=list(item_ids), amount__gt=0)
    paid = Q(transaction__isnull=False, cash__lt=0) | Q(transaction__isnull=True, kind="setoff", entry__kind="payment")
    found = rows.filter(paid).select_related("item", "item__party", "transaction", "reverses__reverses__transaction")
    return list(found.order_by("id"))


def own_settlement(order: PaymentOrder, rows: Iterable[Allocation]) -> list[Allocation]:
    """Return those of the payments, oldest first, that are the order's own; the list comes with the order.

    They bear its end-to-end id; else it is the last one of its amount that was made since the list was put together.
    """
    of_item = [row for row in rows if row.item_id == order.item_id]
    named = [row for row in of_item if order.end_to_end_id in ids_of(row)]
    since = order.batch.created_at
    return named or [row for row in of_item if money_of(row) == order.amount and _first(row).created_at >= since][-1:]


def ids_of(row: Allocation) -> set[str]:
    """Return the end-to-end ids of the bank lines of a payment, and of those that gave it back and did not after all."""
    return {step.transaction.end_to_end_id for step in _way_back(row) if step.transaction is not None}


def _first(row: Allocation) -> Allocation:
    return list(_way_back(row))[-1]


def _way_back(row: Allocation) -> Iterator[Allocation]:
    """Yield a payment and what it took back, down to the first one."""
    step: Allocation | None = row
    while step is not None:
        yield step
        step = step.reverses


def money_of(row: Allocation) -> int:
    """Return what left the house, in the item's currency."""
    money: int = -row.cash if row.transaction_id is not None else row.amount - row.discount
    return money
