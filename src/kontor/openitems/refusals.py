"""What the database's guards of this room mean in the office's words."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop
from kontor.openitems.actions.undoing import AlreadyTakenBack
from kontor.openitems.queries.loading import TransactionNotAllocatable


class ItemOverAllocated(Refusal):
    """Somebody else took it first."""

    sentence = gettext_noop(
        "Less is open on this item than you want to assign. Somebody may have assigned it meanwhile."
    )
    status = 409


class TransactionOverAllocated(Refusal):
    """Somebody else took it first."""

    sentence = gettext_noop(
        "Less is left of this payment than you want to assign. Somebody may have assigned it meanwhile."
    )
    status = 409


class NotAnItemsAccount(Refusal):
    """The account chosen for the item is not the control account of its kind."""

    sentence = gettext_noop("An open item needs a control account of its kind: receivables or payables.")


MEANINGS: dict[str, type[Refusal]] = {
    "item_over_allocated": ItemOverAllocated,
    "transaction_over_allocated": TransactionOverAllocated,
    "transaction_not_allocatable": TransactionNotAllocatable,
    "item_not_its_line": NotAnItemsAccount,
    "allocation_not_mirror": AlreadyTakenBack,
}
