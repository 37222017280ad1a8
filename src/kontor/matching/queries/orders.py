"""Our own payment orders that the bank has carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from kontor.banking.models import BankTransaction
from kontor.matching.rules.values import OwnOrder, TransactionRow
from kontor.payments.queries.lists import name_of, orders_on_their_way
from kontor.payments.queries.statement import waiting_list_of


def sent_orders(transactions: Sequence[TransactionRow]) -> list[OwnOrder]:
    """Return the orders of exported payment lists whose end-to-end ids these debits name."""
    named = {row.end_to_end_id for row in transactions if row.amount < 0 and not row.is_return} - {""}
    if not named:
        return []
    return [
        OwnOrder(order.end_to_end_id, order.item_id, order.amount, name_of(order.batch))
        for order in orders_on_their_way(sorted(named))
    ]


def whole_lists(transactions: Iterable[TransactionRow]) -> list[tuple[int, int]]:
    """Return the debits that name an exported list and pay it as a whole: ids of transaction and list."""
    debits = [row.transaction_id for row in transactions if row.amount < 0 and not row.is_return]
    named = BankTransaction.objects.filter(Q(batch__isnull=False) | Q(remittance__contains="Z-2"), id__in=debits)
    found = [(row.id, waiting_list_of(row)) for row in named.order_by("id")]
    return [(transaction_id, fitting.batch.id) for transaction_id, fitting in found if fitting is not None]
