"""Reading payment lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, F, Q, QuerySet

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.contacts.models import BankDetails
from kontor.openitems.models import Allocation, ItemKind, ItemSide, OpenItem
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.payments.payees import Payee, payees_of
from kontor.payments.rules import batch_name

PAYABLE_MAX = 1_000


def batches() -> QuerySet[PaymentBatch]:
    """Return all lists, latest first."""
    return PaymentBatch.objects.select_related("money_account", "created_by", "exported_by").order_by("-id")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a list holds: orders, their sum in minor units, how many of them are settled, and how many in part."""

    orders: int = 0
    total: int = 0
    settled: int = 0
    partly: int = 0


def sums_of(batch_ids: Iterable[int]) -> dict[int, Sum]:
    """Return the sums of lists, one statement; a list without orders is missing."""
    rows = PaymentOrder.objects.filter(batch_id__in=list(batch_ids), is_removed=False).values("batch_id")
    found = rows.annotate(
        orders=Count("id"), total=models.Sum("amount"), settled=Count("id", filter=Q(item__amount_open=0)),
        partly=Count("id", filter=Q(item__amount_open__gt=0, item__amount_open__lt=F("amount"))),
    )  # fmt: skip
    return {row["batch_id"]: Sum(row["orders"], row["total"], row["settled"], row["partly"]) for row in found}


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
    """Return the orders that the bank was given: the living ones and those it refused, with items and parties."""
    rows = PaymentOrder.objects.filter(Q(is_removed=False) | Q(rejected_on__isnull=False), batch=batch)
    return list(rows.select_related("item", "item__party").order_by("position"))


def orders_on_their_way(end_to_end_ids: Iterable[str]) -> list[PaymentOrder]:
    """Return the orders of exported lists with these ids whose item is still open; for matching."""
    rows = PaymentOrder.objects.filter(
        end_to_end_id__in=list(end_to_end_ids), is_removed=False, batch__state=BatchState.EXPORTED,
        item__amount_open__gt=0,
    )  # fmt: skip
    return list(rows.select_related("item", "batch"))


def orders_of_items(item_ids: Iterable[int]) -> dict[int, PaymentOrder]:
    """Return the living order of each item, with its list; for the tracking of a receipt."""
    rows = PaymentOrder.objects.filter(item_id__in=list(item_ids), is_removed=False).select_related("batch")
    return {row.item_id: row for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An open item that may be paid, and where the money would go; `is_new_iban`: nobody was paid there before."""

    item: OpenItem
    payee: Payee
    is_new_iban: bool


def payables(currency: str, *, ids: Iterable[int] | None = None) -> list[Payable]:
    """Return what waits for a transfer in this currency, first due first: not blocked, not in payment, not paid otherwise."""
    rows = OpenItem.objects.filter(
        kind=ItemKind.PAYABLE, side=ItemSide.CREDIT, amount_open__gt=0, currency=currency, is_blocked=False,
        is_in_payment=False,
    )  # fmt: skip
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    items = list(rows.select_related("party").order_by("due_date", "id")[:PAYABLE_MAX])
    payees, known = payees_of(items), _known_ibans({item.party_id for item in items})
    return [
        Payable(
            item=item, payee=payees[item.id],
            is_new_iban=bool(payees[item.id].iban) and (item.party_id, payees[item.id].iban) not in known,
        )
        for item in items
        if not payees[item.id].is_paid_otherwise
    ]  # fmt: skip


def accounts_to_pay_from() -> list[MoneyAccount]:
    """Return the bank accounts that transfers can leave."""
    rows = MoneyAccount.objects.filter(is_active=True, kind=MoneyAccountKind.BANK, currency__in=["EUR", "CHF"])
    return list(rows.order_by("-iban", "id"))


def _known_ibans(party_ids: set[int]) -> set[tuple[int, str]]:
    """Return the accounts that the parties gave us, and those to which an earlier order of theirs was carried out."""
    known = set(BankDetails.objects.filter(party_id__in=party_ids).values_list("party_id", "iban"))
    paid = PaymentOrder.objects.filter(is_removed=False, batch__state=BatchState.EXPORTED, item__amount_open=0)
    return known | set(paid.filter(item__party_id__in=party_ids).values_list("item__party_id", "payee_iban"))


def settled_on(item_ids: Iterable[int]) -> dict[int, date]:
    """Return the day of the last settlement of each item that still holds, one statement."""
    undone = Allocation.objects.filter(reverses__isnull=False).values("reverses_id")
    rows = Allocation.objects.filter(item_id__in=list(item_ids), reverses__isnull=True).exclude(id__in=undone)
    return dict(rows.values_list("item_id").annotate(last=models.Max("day")))
