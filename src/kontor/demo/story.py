"""The words a demo story is told in: who pays what, when and for which document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A party of the story with its number on one side."""

    key: str
    side: str
    number: str
    name: str
    iban: str = ""
    kind: str = "organisation"
    street: str = ""
    postcode: str = ""
    town: str = ""
    aliases: tuple[str, ...] = ()
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice, in or out; `parts` are (account, net, tax code); `discount_percent` until `discount_days` later."""

    kind: str
    party: str
    number: str
    on: date
    due: date
    text: str
    parts: tuple[tuple[str, int, str], ...]
    discount_percent: int = 0
    discount_days: int = 0
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A bank line; credit positive. `settles` names documents with (cash, discount, difference), `account` posts straight."""

    account: str
    on: date
    amount: int
    name: str
    text: str
    iban: str = ""
    reference: str = ""
    settles: tuple[tuple[str, int, int, int], ...] = ()
    posts: tuple[str, str] | None = None
    returns: str = ""
    end_to_end: str = "NOTPROVIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A money account of the story with its balance on the first day."""

    code: str
    name: str
    bank: str
    iban: str
    opening: int
    kind: str = "bank"


@dataclass(slots=True, kw_only=True)
class Story:
    """One organisation's years."""

    code: str
    organisation: str
    tenant: str
    chart: str
    wallets: tuple[Wallet, ...]
    people: list[Person]
    bills: list[Bill] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
