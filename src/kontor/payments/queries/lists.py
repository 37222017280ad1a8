"""Payment lists and their orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, F, Q, QuerySet

from kontor.openitems.models import Allocation
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.rules.orders import batch_name


def batches() -> QuerySet[PaymentBatch]:
    """Return all lists, latest first."""
    return PaymentBatch.objects.select_related("money_account", "created_by", "exported_by").order_by("-id")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a list holds: orders, their sum in minor units, how many of them are settled, and how many in part.

    `lost` counts the orders that the bank refused or gave back, `returned` the latter; they are not among the others.
    """

    orders: int = 0
    total: int = 0
    settled: int = 0
    partly: int = 0
    lost: int = 0
    returned: int = 0


def sums_of(batch_ids: Iterable[int]) -> dict[int, Sum]:
    """Return the sums of lists, one statement; a list without orders is missing."""
    lives, is_settled = Q(is_removed=False), Q(item__amount_open=0) | Q(carried_out_on__isnull=False)
    is_begun = Q(item__amount_open__lt=F("amount") + F("discount")) & ~is_settled
    found = PaymentOrder.objects.filter(batch_id__in=list(batch_ids)).values("batch_id").annotate(
        orders=Count("id", filter=lives), total=models.Sum("amount", filter=lives, default=0),
        settled=Count("id", filter=lives & is_settled), partly=Count("id", filter=lives & is_begun),
        lost=Count("id", filter=Q(rejected_on__isnull=False) | Q(returned_on__isnull=False)),
        returned=Count("id", filter=Q(returned_on__isnull=False)),
    )  # fmt: skip
    return {
        row["batch_id"]: Sum(
            row["orders"], row["total"], row["settled"], row["partly"], row["lost"], row["returned"]
        )
        for row in found
    }  # fmt: skip


def batch_by_id(batch_id: int) -> PaymentBatch | None:
    """Return one list."""
    rows = PaymentBatch.objects.filter(id=batch_id)
    return rows.select_related("money_account", "created_by", "exported_by", "file").first()


def name_of(batch: PaymentBatch) -> str:
    """Return the number as shown: `Z-2026-000045`."""
    return batch_name(batch.year, batch.sequence)


def orders_of(batch: PaymentBatch) -> list[PaymentOrder]:
    """Return the living orders of a list with their items, in order."""
    rows = PaymentOrder.objects.filter(batch=batch, is_removed=False)
    return list(rows.select_related("item").order_by("position"))


def sent_orders_of(batch: PaymentBatch) -> list[PaymentOrder]:
    """Return the orders that the bank was given: the living ones, and those it refused or gave back; with items."""
    sent = Q(is_removed=False) | Q(rejected_on__isnull=False) | Q(returned_on__isnull=False)
    rows = PaymentOrder.objects.filter(sent, batch=batch)
    return list(rows.select_related("item", "item__party").order_by("position"))


def orders_on_their_way(end_to_end_ids: Iterable[str]) -> list[PaymentOrder]:
    """Return the orders of exported lists with these ids whose item is still open; for matching."""
    rows = PaymentOrder.objects.filter(
        end_to_end_id__in=list(end_to_end_ids), is_removed=False, carried_out_on__isnull=True,
        batch__state=BatchState.EXPORTED, item__amount_open__gt=0,
    )  # fmt: skip
    return list(rows.select_related("item", "batch"))


def orders_that_came_back(item_ids: Iterable[int]) -> dict[int, PaymentOrder]:
    """Return the order that came back last of each item which is open since and on no other list; with their lists."""
    living, back = orders_and_returns(item_ids)
    return {item_id: order for item_id, order in back.items() if item_id not in living and order.item.amount_open}


def orders_and_returns(item_ids: Iterable[int]) -> tuple[dict[int, PaymentOrder], dict[int, PaymentOrder]]:
    """Return the living order of each item and the one that came back last, with items and lists; one statement.

    An order that was carried out has nothing to do with what is open of its item again.
    """
    rows = PaymentOrder.objects.filter(Q(is_removed=False) | Q(returned_on__isnull=False), item_id__in=list(item_ids))
    living, back = dict[int, PaymentOrder](), dict[int, PaymentOrder]()
    for row in rows.select_related("batch", "item").order_by("id"):
        if row.carried_out_on is not None and row.item.amount_open:
            continue
        (back if row.is_removed else living)[row.item_id] = row
    return living, back


def orders_of_items(item_ids: Iterable[int]) -> dict[int, PaymentOrder]:
    """Return the order that each item waits for, with its list."""
    rows = PaymentOrder.objects.filter(item_id__in=list(item_ids), is_removed=False, carried_out_on__isnull=True)
    rows = rows.select_related("batch")
    return {row.item_id: row for row in rows}


def settled_on(item_ids: Iterable[int]) -> dict[int, date]:
    """Return the day of the last settlement of each item that still holds, one statement."""
    undone = Allocation.objects.filter(reverses__isnull=False).values("reverses_id")
    rows = Allocation.objects.filter(item_id__in=list(item_ids), amount__gt=0).exclude(id__in=undone)
    return dict(rows.values_list("item_id").annotate(last=models.Max("day")))
