"""Decide what a payment does to one open item: full, discount, difference, partial or credit."""

from datetime import date
from typing import Literal

from kontor.matching.rules.values import DiscountTier, OpenItemRow, value_of_many

type SettlementKind = Literal["full", "discount", "underpaid", "partial", "overpaid", "credit"]


@value_of_many
class Settlement:
    """What a payment does to an item, in minor units.

    `cash` is the part of the payment the item takes; `difference` is positive for a tolerated underpayment and
    negative for a tolerated overpayment; `remainder` is the part of the payment that is left as the party's credit.
    `cash + discount + difference + open_after` is always the open amount before.
    """

    kind: SettlementKind
    cash: int
    discount: int = 0
    difference: int = 0
    remainder: int = 0
    open_after: int = 0
    is_within_grace: bool = False

    @property
    def is_explained(self) -> bool:
        """Tell whether payment and item both end at zero."""
        return self.open_after == 0 and self.remainder == 0


def settle(amount: int, item: OpenItemRow, on: date) -> Settlement:
    """Return what a payment of `amount` (minor units, positive) on a day does to `item`.

    A payment between the net and the gross amount takes what is missing as discount. A difference is tolerated only
    together with what was written off on the item before. Partial payments book no discount.

    Raises:
        ValueError: `amount` is not positive; callers bring the payment into the item's direction first.
    """
    if amount <= 0:
        raise ValueError(amount)
    gross = item.amount_open
    if amount == gross:
        return Settlement("full", gross)
    if amount > gross:
        return _overpaid(amount, item)
    tier = discount_on(item, on)
    discount = tier.amount if tier else 0
    is_grace = tier is not None and on > tier.until
    missing = gross - discount - amount
    if missing <= 0:
        return Settlement("discount", amount, discount=gross - amount, is_within_grace=is_grace)
    if missing + item.earlier_differences <= item.tolerance_under:
        return Settlement("underpaid", amount, discount=discount, difference=missing, is_within_grace=is_grace)
    return Settlement("partial", amount, open_after=gross - amount)


def discount_on(item: OpenItemRow, on: date) -> DiscountTier | None:
    """Return the best discount that may still be taken on a day, grace days included."""
    if not item.discounts or (item.is_partly_paid and not item.is_discount_agreed_when_partly_paid):
        return None
    tiers = [tier for tier in item.discounts if on <= tier.grace_until and 0 < tier.amount < item.amount_open]
    if len(tiers) < 2:
        return tiers[0] if tiers else None
    return max(tiers, key=lambda tier: (tier.amount, tier.until), default=None)


def _overpaid(amount: int, item: OpenItemRow) -> Settlement:
    excess = amount - item.amount_open
    if excess + item.earlier_differences <= item.tolerance_over:
        return Settlement("overpaid", amount, difference=-excess)
    return Settlement("credit", item.amount_open, remainder=excess)
