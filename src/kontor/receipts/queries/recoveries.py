"""Money that people still give back to the organisation."""

from __future__ import annotations

from dataclasses import dataclass

from kontor.openitems.models import ItemSide
from kontor.receipts.models import IncomingDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What whoever handed in gives back: the rest of an advance, or money that a supplier returned to them.

    `amount` in minor units of `currency`; `advance_id` None for a return, which is the receipt's own open item;
    `waits` while more receipts are to follow on the advance.
    """

    amount: int
    currency: str
    item_id: int
    advance_id: int | None = None
    number: str = ""
    way: str = ""
    instruction: str = ""
    waits: bool = False


def recovery_of(document: IncomingDocument) -> Recovery | None:
    """Return what is still to come back for a booked receipt; None if nothing is."""
    item, advance = document.item, document.advance
    if document.entry_id is None or item is None:
        return None
    if item.side == ItemSide.DEBIT and item.amount_open and document.variant != "organisation":
        return Recovery(amount=item.amount_open, currency=item.currency, item_id=item.id, number=item.document_number)
    left = advance.item if advance is not None and document.variant == "advance" else None
    if advance is None or left is None or not left.amount_open:
        return None
    route = document.repayment_route
    return Recovery(
        amount=left.amount_open, currency=left.currency, item_id=left.id, advance_id=advance.id,
        number=left.document_number, way=route.name if route else "", instruction=route.instruction if route else "",
        waits=document.more_receipts_follow,
    )  # fmt: skip
