"""Payments that a returned bank transaction may give back (P-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from kontor.banking.models import BankTransaction
from kontor.matching.rules.values import OwnOrder, TransactionRow
from kontor.openitems.models import Allocation
from kontor.payments.queries.lists import name_of
from kontor.payments.queries.returns import order_given_back, sent_orders_with, settlements_of

FEE_MAX = 50_00
DAYS_MAX = 400  # 13 months: how long a payer may reclaim an unauthorised debit (§ 676b (2) BGB)
SHOWN_MAX = 20


def returnable(row: BankTransaction) -> list[Allocation]:
    """Return what the transaction may give back, surest first: same end-to-end id, else same payer and nearly the amount."""
    if row.amount > 0:
        order = order_given_back(row)
        return settlements_of(order) if order is not None else []
    if not (row.is_reversal or row.return_reason):
        return []
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = (
        Allocation.objects.filter(~Exists(undo), reverses__isnull=True, item__isnull=False, cash__gt=0, line_first__gt=0)
        .filter(transaction__booking_date__gte=row.booking_date - timedelta(DAYS_MAX), transaction__booking_date__lte=row.booking_date)
        .select_related("item", "item__party", "transaction").order_by("-transaction__booking_date", "-id")
    )  # fmt: skip
    if row.end_to_end_id:
        exact = list(rows.filter(transaction__end_to_end_id=row.end_to_end_id)[:SHOWN_MAX])
        if exact:
            return exact
    same_payer = Q(transaction__counterparty_name__iexact=row.counterparty_name)
    if row.counterparty_iban:
        same_payer |= Q(transaction__counterparty_iban=row.counterparty_iban)
    near = rows.filter(same_payer, cash__lte=-row.amount, cash__gte=-row.amount - FEE_MAX)
    return list(near[:SHOWN_MAX])


def returned_orders(transactions: Sequence[TransactionRow]) -> list[OwnOrder]:
    """Return what was settled under the end-to-end ids that these returns name: our own orders, and debits."""
    ours = sent_orders_with({row.returns_of for row in transactions if row.returns_of and row.amount > 0})
    orders = [
        OwnOrder(order.end_to_end_id, order.item_id, order.amount, name_of(order.batch)) for order in ours.values()
    ]
    named = sorted({row.returns_of for row in transactions if row.returns_of and row.amount < 0})
    if not named:
        return orders
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = (
        Allocation.objects.filter(
            ~Exists(undo), reverses__isnull=True, item__isnull=False, cash__gt=0, transaction__end_to_end_id__in=named
        )
        .order_by("id")
        .values_list("transaction__end_to_end_id", "item_id", "cash")
    )
    return [*orders, *[OwnOrder(end_to_end_id, item_id, cash) for end_to_end_id, item_id, cash in rows]]
