"""Transactions whose assignment somebody took back: the machine does not decide them again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from kontor.openitems.models import Allocation


def taken_back(transaction_ids: Iterable[int]) -> frozenset[int]:
    """Return those of the transactions of which an assignment was undone; one statement, none for none.

    A payment that the bank gave back was not undone: its return is a transaction of its own.
    """
    wanted = list(transaction_ids)
    if not wanted:
        return frozenset()
    undone = Allocation.objects.filter(transaction_id__among=wanted, reverses__transaction_id=F("transaction_id"))
    return frozenset(undone.values_list("transaction_id", flat=True))
