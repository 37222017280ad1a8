"""Hold what the matching rules read and what they give back.

Amounts are minor units. A transaction's amount is signed (credit positive); an item's amounts are positive in the
item's own direction, so a receivable expects a credit and its credit note a debit.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, dataclass_transform

type Side = Literal["receivable", "payable"]
type Decision = Literal["automatic", "proposed", "none"]
type Kind = Literal["payment", "return"]


@dataclass_transform(frozen_default=True)
def value_of_many[T](cls: type[T]) -> type[T]:
    """Make a value of which a run builds millions: frozen for the type checker only, since that builds 5 times faster."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass(frozen=True, slots=True)
class DiscountTier:
    """A discount of `amount` that may be taken until a day; both days are inclusive."""

    until: date
    grace_until: date
    amount: int


@value_of_many
class OpenItemRow:
    """An open item as the rules see it.

    `references` are structured references (QRR, RF) and order numbers. `tolerance_under` and `tolerance_over` are the
    effective limits in minor units, 0 for none. `earlier_differences` is what was already written off on this item.
    """

    item_id: int
    side: Side
    is_credit_note: bool
    party_id: int
    document_number: str
    references: tuple[str, ...]
    document_date: date
    due_date: date
    currency: str
    amount_open: int
    amount_original: int
    discounts: tuple[DiscountTier, ...] = ()
    tolerance_under: int = 0
    tolerance_over: int = 0
    is_blocked: bool = False
    is_in_payment: bool = False
    earlier_differences: int = 0
    is_partly_paid: bool = False
    mandate_id: str = ""
    is_discount_agreed_when_partly_paid: bool = False
    return_fee: int = 0

    @property
    def direction(self) -> int:
        """Return 1 if the item is settled by a credit on the bank account, -1 if by a debit."""
        return 1 if (self.side == "receivable") != self.is_credit_note else -1


@value_of_many
class PartyRow:
    """A business partner with everything a bank transaction may show of it; its IBANs count as confirmed."""

    party_id: int
    name: str
    aliases: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    customer_number: str = ""
    emails: tuple[str, ...] = ()


@value_of_many
class TransactionRow:
    """A bank transaction with its remaining amount; `returns_of` is the end-to-end id a return refers to."""

    transaction_id: int
    booking_date: date
    value_date: date
    amount: int
    currency: str
    counterparty_name: str = ""
    counterparty_iban: str = ""
    text: str = ""
    structured_reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    is_return: bool = False
    bank_reference: str = ""
    returns_of: str = ""


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """A line of one of our own payment or debit orders; `amount` as sent, positive; `name` is that of its list."""

    end_to_end_id: str
    item_id: int
    amount: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class LearnedPair:
    """A counterparty IBAN and a text template that a person confirmed for a party before."""

    iban: str
    template: str
    party_id: int


class ItemShare(NamedTuple):
    """What one item takes of a transaction.

    `amount` is the cash part, negative for an item that reduces the payment. `difference` is positive when an
    underpayment, negative when an overpayment is written off; `amount + discount + difference` is what the item
    loses of its open amount (for a reducing item with the opposite sign of `amount`).
    """

    item_id: int
    amount: int
    discount: int = 0
    difference: int = 0
    document_number: str = ""


class Evidence(NamedTuple):
    """One reason for or against a proposal; `start` and `end` mark the span in the transaction's own `field`."""

    rule: str
    points: int
    field: str = ""
    start: int = 0
    end: int = 0
    item_id: int | None = None
    detail: str = ""


class Proposal(NamedTuple):
    """One way to explain a transaction, best first by `rank` from 1; `lead` is the gap to the next rank."""

    transaction_id: int
    rank: int
    score: int
    lead: int
    shares: tuple[ItemShare, ...]
    evidence: tuple[Evidence, ...]
    decision: Decision
    remainder: int = 0
    notes: tuple[str, ...] = ()
    kind: Kind = "payment"


class MatchResult(NamedTuple):
    """What the engine says about one transaction: its decision and up to three proposals, best first."""

    transaction_id: int
    decision: Decision
    proposals: tuple[Proposal, ...] = ()
    notes: tuple[str, ...] = ()
    returns_of: str = ""
