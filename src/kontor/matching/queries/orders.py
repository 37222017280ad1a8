"""Our own payment orders that the bank has carried out."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.matching.rules.values import OwnOrder, TransactionRow
from kontor.payments.queries import name_of, orders_on_their_way


def sent_orders(transactions: Sequence[TransactionRow]) -> list[OwnOrder]:
    """Return the orders of exported payment lists whose end-to-end ids these debits name.

    An order that came back in the same breath is left to a person.
    """
    returned = {row.returns_of for row in transactions if row.is_return}
    named = {row.end_to_end_id for row in transactions if row.amount < 0 and not row.is_return} - returned - {""}
    if not named:
        return []
    return [
        OwnOrder(order.end_to_end_id, order.item_id, order.amount, name_of(order.batch))
        for order in orders_on_their_way(sorted(named))
    ]
