"""Exact money: whole minor units of one currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kontor.core.refusal import Refusal, gettext_noop

NO_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THREE_OR_MORE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "CLF", "UYW"])


class UnknownCurrency(Refusal):
    """The code is no ISO 4217 currency that Kontor can hold."""

    sentence = gettext_noop(
        "The currency “%(currency)s” cannot be kept here: Kontor keeps currencies of at most two decimals."
    )


class TooManyDecimals(Refusal):
    """An amount is finer than its currency; nothing is rounded silently."""

    sentence = gettext_noop("%(amount)s has more decimals than %(currency)s knows. Please enter whole cents.")


class MixedCurrencies(Exception):
    """Two currencies met in one sum: a fault of ours."""


def decimals_of(currency: str) -> int:
    """Return how many decimals `currency` has (ISO 4217): 0 or 2.

    Raises:
        UnknownCurrency: not three capital letters, or a currency of three or more decimals.
    """
    if len(currency) != 3 or not currency.isascii() or not currency.isupper() or currency in THREE_OR_MORE_DECIMALS:
        raise UnknownCurrency(currency=currency)
    return 0 if currency in NO_DECIMALS else 2


def minor_units(amount: Decimal, currency: str) -> int:
    """Return `amount` in whole minor units.

    Raises:
        TooManyDecimals: digits would be lost.
    """
    scaled = amount.scaleb(decimals_of(currency))
    whole = int(scaled)
    if whole != scaled:
        raise TooManyDecimals(amount=str(amount), currency=currency)
    return whole


def major_units(amount: int, currency: str) -> Decimal:
    """Return minor units as a decimal with the currency's own number of places."""
    return Decimal(amount).scaleb(-decimals_of(currency))


def half_up(value: Decimal | Fraction) -> int:
    """Round to a whole number, halves away from zero (commercial rounding, DIN 1333)."""
    if isinstance(value, Decimal):
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    doubled = abs(value.numerator) * 2 + value.denominator
    rounded = doubled // (2 * value.denominator)
    return rounded if value >= 0 else -rounded


def split_by_weights(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` in proportion to `weights` (not all zero) so that the shares add up to it exactly.

    Each share is rounded half up; the last share of weight takes what rounding leaves.
    """
    total = sum(weights)
    shares = [half_up(Fraction(amount * weight, total)) for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    shares[last] += amount - sum(shares)
    return shares


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of `currency` in minor units; debit or incoming positive."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        decimals_of(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def times(self, factor: Decimal) -> Money:
        """Return the product, rounded half up to the minor unit."""
        return Money(half_up(Decimal(self.amount) * factor), self.currency)

    def split(self, parts: int) -> list[Money]:
        """Return `parts` shares that add up exactly; the first ones carry the rest."""
        each, rest = divmod(abs(self.amount), parts)
        sign = 1 if self.amount >= 0 else -1
        return [Money(sign * (each + (index < rest)), self.currency) for index in range(parts)]

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return major_units(self.amount, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency}")
        return other.amount
