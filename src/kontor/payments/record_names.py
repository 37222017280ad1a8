"""What the record calls payment lists."""

from __future__ import annotations

from kontor.core.object_names import name_objects
from kontor.payments.models import PaymentBatch
from kontor.payments.rules.orders import batch_name


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects("payments.batch", PaymentBatch.objects.all, lambda row: batch_name(row.year, row.sequence))
