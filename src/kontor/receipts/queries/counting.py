"""How many receipts count against a plan."""

from __future__ import annotations

from kontor.receipts.models import IncomingDocument


def count_receipts() -> int:
    """Return how many receipts of the open tenant were ever handed in (OC-27: done ones count as well)."""
    return IncomingDocument.objects.filter(sequence__isnull=False).count()
