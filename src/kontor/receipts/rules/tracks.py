"""Where a document stands, derived from its state, its open item and its entry; nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kontor.receipts.rules import workflow


class Payment(StrEnum):
    """The payment track (inventory 5.3)."""

    NOT_NEEDED = "not_needed"
    TO_PAY = "to_pay"
    TO_REFUND = "to_refund"
    TO_RECOVER = "to_recover"
    ORDERED = "ordered"
    SETTLED = "settled"


class Status(StrEnum):
    """What is shown as the receipt's status [Belegstatus]."""

    DRAFT = "draft"
    NEW = "new"
    IN_REVIEW = "in_review"
    QUERY = "query"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    IN_PROGRESS = "in_progress"
    BOOKED_TO_PAY = "booked_to_pay"
    PAID_NOT_BOOKED = "paid_not_booked"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What is known of the open item that waits for the document's money; minor units of its currency.

    `is_owed_to_us` turns the way of the money round: what was returned to the supplier is given back to the office.
    """

    amount: int
    amount_open: int
    is_in_payment: bool
    is_owed_to_us: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a status is derived from; `advance_open` is what is left of the advance."""

    state: str
    variant: str
    is_booked: bool
    item: ItemFacts | None = None
    is_debited_later: bool = False
    advance_open: int = 0
    more_receipts_follow: bool = False


def payment_of(facts: Facts) -> Payment:
    """Return the payment track; before booking it says what will be."""
    match facts.variant:
        case "donation":
            return Payment.NOT_NEEDED
        case "organisation":
            return _of_means(facts)
        case "advance":
            return _of_advance(facts)
        case "to_pay":
            return _of_item(facts, waiting=Payment.TO_PAY)
        case _:
            return _of_item(facts, waiting=Payment.TO_REFUND)


def _of_item(facts: Facts, *, waiting: Payment) -> Payment:
    if facts.item is None or not facts.is_booked:
        return waiting
    if not facts.item.amount_open:
        return Payment.SETTLED
    if facts.item.is_owed_to_us:
        return Payment.TO_RECOVER
    return Payment.ORDERED if facts.item.is_in_payment else waiting


def _of_means(facts: Facts) -> Payment:
    if not facts.is_debited_later:
        return Payment.NOT_NEEDED
    return Payment.SETTLED if facts.item is not None and not facts.item.amount_open else Payment.ORDERED


def _of_advance(facts: Facts) -> Payment:
    if facts.item is None or not facts.is_booked:
        return Payment.NOT_NEEDED
    if facts.item.amount_open:
        return _of_item(facts, waiting=Payment.TO_REFUND)
    if facts.advance_open and not facts.more_receipts_follow:
        return Payment.TO_RECOVER
    return Payment.NOT_NEEDED if facts.more_receipts_follow else Payment.SETTLED


_PLAIN = {
    workflow.DRAFT: Status.DRAFT,
    workflow.IN_REVIEW: Status.IN_REVIEW,
    workflow.QUERY: Status.QUERY,
    workflow.REJECTED: Status.REJECTED,
    workflow.WITHDRAWN: Status.WITHDRAWN,
    workflow.CANCELLED: Status.CANCELLED,
    workflow.SUBMITTED: Status.NEW,
    workflow.APPROVED: Status.NEW,
}


def status_of(facts: Facts) -> Status:
    """Return the shown status: paid and booked is *done*, whoever paid."""
    if facts.state in _PLAIN:
        return _PLAIN[facts.state]
    is_paid = payment_of(facts) in {Payment.NOT_NEEDED, Payment.SETTLED}
    if facts.is_booked:
        return Status.DONE if is_paid else Status.BOOKED_TO_PAY
    return Status.PAID_NOT_BOOKED if is_paid and facts.variant == "organisation" else Status.IN_PROGRESS


def is_done(facts: Facts) -> bool:
    """Tell whether the document is only in the archive now (OC-52)."""
    return status_of(facts) is Status.DONE
