"""Which payment list a debit on the statement is: as a whole, or after it was set paid by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Sum

from kontor.banking.models import BankTransaction
from kontor.openitems.models import Allocation
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.queries.lists import name_of

CLEARS = "clears_orders"  # in the evidence of an allocation to transit: ids of the orders whose money it is
FITTING_MAX = 5
ORDERS_MAX = 5_000
_NAME = re.compile(r"Z-(\d{4})-(\d{6})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Orders that a debit pays to the cent: still open, or set paid by hand and waiting in transit.

    `is_named`: the bank names the list or the order, so that nothing else can be meant.
    """

    batch: PaymentBatch
    orders: tuple[PaymentOrder, ...]
    is_in_transit: bool
    is_named: bool

    @property
    def number(self) -> str:
        """Return the number of the list."""
        return name_of(self.batch)

    @property
    def payee(self) -> str:
        """Return who is paid, "" where it is more than one."""
        return self.orders[0].payee_name if len(self.orders) == 1 else ""


def list_named(transaction: BankTransaction) -> tuple[int, int] | None:
    """Return year and sequence of the list that the bank names: by its batch's ids, else in the purpose."""
    ids = transaction.batch or {}
    for words in (
        ids.get("payment_information_id"),
        ids.get("message_id"),
        transaction.end_to_end_id,
        transaction.remittance,
    ):
        found = _NAME.search(words or "")
        if found is not None:
            return int(found[1]), int(found[2])
    return None


def fitting_lists(transaction: BankTransaction) -> list[Fitting]:
    """Return what an untouched debit may pay of our lists, named ones first; at most 4 statements."""
    if transaction.amount >= 0 or transaction.allocated:
        return []
    wanted, named = -transaction.amount, list_named(transaction)
    rows = PaymentOrder.objects.filter(is_removed=False, batch__currency=transaction.currency).exclude(
        batch__state=BatchState.CANCELLED
    )
    same = rows.filter(batch__money_account_id=transaction.money_account_id)
    totals = same.values("batch_id").annotate(total=Sum("amount")).filter(total=wanted)
    whole = set(totals.values_list("batch_id", flat=True)[:FITTING_MAX])
    near = same.filter(Q(batch_id__in=whole) | Q(amount=wanted)).select_related("batch", "item")
    orders = list(near.order_by("-batch_id", "position")[:ORDERS_MAX])
    if not orders:
        return []
    through = _through_transit([order for order in orders if order.is_paid])
    found = [
        *_whole([order for order in orders if order.batch_id in whole], through, named=named),
        *_single(orders, through, transaction, wanted=wanted),
    ]
    return sorted(found, key=lambda each: (not each.is_named, -each.batch.id))[:FITTING_MAX]


def waiting_list_of(transaction: BankTransaction) -> Fitting | None:
    """Return the exported list that a debit names and pays as a whole, none of whose orders is paid."""
    if list_named(transaction) is None:
        return None
    fitting = (each for each in fitting_lists(transaction) if each.is_named and not each.is_in_transit)
    return next((each for each in fitting if each.batch.state == BatchState.EXPORTED), None)


def _whole(
    orders: Sequence[PaymentOrder], through: frozenset[int], *, named: tuple[int, int] | None
) -> Iterable[Fitting]:
    by_batch: dict[int, list[PaymentOrder]] = {}
    for order in orders:
        by_batch.setdefault(order.batch_id, []).append(order)
    for members in by_batch.values():
        batch = members[0].batch
        is_named = named == (batch.year, batch.sequence)
        if len(members) == 1 and not is_named:
            continue
        if all(not order.is_paid and order.item.amount_open == order.amount + order.discount for order in members):
            if batch.state == BatchState.EXPORTED:
                yield Fitting(batch=batch, orders=tuple(members), is_in_transit=False, is_named=is_named)
        elif len(members) > 1 and all(order.id in through for order in members):
            yield Fitting(batch=batch, orders=tuple(members), is_in_transit=True, is_named=is_named)


def _single(
    orders: Sequence[PaymentOrder], through: frozenset[int], transaction: BankTransaction, *, wanted: int
) -> Iterable[Fitting]:
    for order in orders:
        if order.amount == wanted and order.id in through:
            is_named = order.end_to_end_id == transaction.end_to_end_id
            yield Fitting(batch=order.batch, orders=(order,), is_in_transit=True, is_named=is_named)


def _through_transit(orders: Sequence[PaymentOrder]) -> frozenset[int]:
    """Return the ids of the orders that were set paid by hand and whose debit was not found yet; two statements."""
    if not orders:
        return frozenset()
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    living = Allocation.objects.filter(~Exists(undo), reverses__isnull=True)
    by_hand = living.filter(
        item_id__in=[order.item_id for order in orders], kind="setoff", transaction__isnull=True, entry__kind="payment"
    )
    items = set(by_hand.values_list("item_id", flat=True))
    cleared: set[int] = set()
    if items:
        rows = living.filter(item__isnull=True, evidence__has_key=CLEARS)
        known = [(row.evidence or {}).get(CLEARS, []) for row in rows.only("evidence")]
        cleared = {order_id for ids in known for order_id in ids}
    return frozenset(order.id for order in orders if order.item_id in items and order.id not in cleared)
