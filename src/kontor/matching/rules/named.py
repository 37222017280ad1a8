"""Hold what the numbers in a transaction's text name."""

from dataclasses import dataclass, field
from typing import Literal

from kontor.matching.rules.values import value_of_many

type NumberKind = Literal["number_full", "number_squeezed", "number_digits", "order_number"]


@dataclass(slots=True)
class NumberHit:
    """A number that names an item, with its place in one of the transaction's fields."""

    kind: NumberKind
    points: int
    start: int
    end: int
    key: str
    field: str = "text"


@value_of_many
class ForeignNumber:
    """A number of one of the tenant's ranges that is no open item's: paid, mistyped or not yet entered."""

    digits: str
    start: int
    end: int


@dataclass(slots=True)
class NamedNumbers:
    """What the numbers in a transaction name: items by position, customers by party, and what is left over."""

    items: dict[int, NumberHit] = field(default_factory=dict)
    customers: dict[int, tuple[int, int]] = field(default_factory=dict)
    foreign: list[ForeignNumber] = field(default_factory=list)
    hot: dict[str, tuple[int, int]] = field(default_factory=dict)
    base: str = ""
