"""What the record calls open items and what was assigned to them."""

from __future__ import annotations

from kontor.core.object_names import name_objects
from kontor.openitems.models import Allocation, OpenItem


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects(
        "openitems.item",
        lambda: OpenItem.objects.select_related("party").only("document_number", "party__name"),
        lambda row: f"{row.document_number} · {row.party.name}",
    )
    name_objects(
        "openitems.allocation",
        lambda: Allocation.objects.select_related("item").only("item__document_number"),
        lambda row: row.item.document_number if row.item else "",
    )
