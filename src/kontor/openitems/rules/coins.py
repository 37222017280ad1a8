"""Cash is paid in coins: of Swiss francs the smallest in circulation is that of five Rappen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up
from kontor.ledger.rules.postings import by_role
from kontor.ledger.rules.settlements import Difference, Item
from kontor.ledger.rules.shares import TaxShare

SMALLEST_COINS = {"CHF": 5}


def in_coins(amount: int, currency: str) -> int:
    """Return what is paid of an amount in cash, in minor units: 12.33 francs are paid as 12.35, 12.32 as 12.30."""
    coin = SMALLEST_COINS.get(currency, 1)
    return coin * half_up(Fraction(amount, coin))


def coin_difference(item: Item, amount: int) -> Difference | None:
    """Return what rounding to coins leaves of an amount of an item, None where nothing is: a cost or an income without VAT."""
    left = amount - in_coins(amount, item.currency)
    if not left:
        return None
    role = "under_difference" if item.sign * left > 0 else "over_difference"
    return Difference(left, by_role(role), TaxShare("", Decimal(0), 1, 0))
