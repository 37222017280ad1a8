"""The receipts of the story: who bought what, where, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

type Items = Sequence[tuple[str, int]]

LENA, EMRE, RUTH, SABINE = (
    "ehrenamt@demo.kontor",
    "jugend@demo.kontor",
    "leitung@demo.kontor",
    "buchhaltung@demo.kontor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop or supplier; `rate` is its usual VAT in percent, `account` the last digits of its IBAN."""

    name: str
    street: str
    town: str
    rate: int = 19
    account: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A receipt; `days` before today it was handed in, `paid` days before today the bank paid it (with its list).

    `end` is how far it comes: draft, review, query, answered, new, progress, card, booked, collected, listed, paid, done, rejected,
    withdrawn, cancelled. `parts` are (project, cost type, amount) where it is not a single one, `typed` is the amount in
    cents as it was typed where that is not what the receipt says.
    """

    end: str
    days: int
    who: str
    shop: str
    items: Items
    project: str
    type: str
    purpose: str
    variant: str = "private"
    paid: int = 0
    means: str = ""
    advance: str = ""
    more_follow: bool = False
    voucher: str = ""
    is_flat: bool = False
    repeats: bool = False
    words: str = ""
    note: str = ""
    categories: tuple[str, ...] = ()
    parts: tuple[tuple[str, str, int], ...] = ()
    number: str = ""
    typed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """An advance: paid out `days` before today, 0 is only asked for."""

    key: str
    who: str
    days: int
    amount: int
    purpose: str
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An approval policy: stages of people; a project means its branch."""

    name: str
    stages: tuple[tuple[str, ...], ...]
    project: str = ""
    amount_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything about receipts in one set of books; `types` are name → German name of the account.

    `projects` are (code, name, code of the parent, budget in cents), `means` (name, kind, is debited later).
    """

    bank_code: str
    projects: tuple[tuple[str, str, str, int], ...]
    types: tuple[tuple[str, str], ...]
    means: tuple[tuple[str, str, bool], ...]
    rules: tuple[Rule, ...]
    shops: dict[str, Shop]
    slips: tuple[Slip, ...]
    advances: tuple[Lent, ...] = ()
    waiver_basis: str = ""
    deducts_tax: bool = True


TYPES = (
    ("Werkzeug und Material", "Werkzeuge und Kleingeräte"), ("Fahrt und Tanken", "Fahrtkosten Mitarbeitende"),
    ("Verpflegung und Bewirtung", "Bewirtung"), ("Bürobedarf", "Bürobedarf"), ("Porto", "Porto"),
    ("Bücher und Zeitschriften", "Fachliteratur"), ("Fortbildung", "Fortbildung"),
    ("Öffentlichkeitsarbeit", "Öffentlichkeitsarbeit"), ("Geschenke", "Aufmerksamkeiten"),
    ("Übernachtung", "Übernachtungen"), ("Miete von Geräten", "Miete von Geräten"),
)  # fmt: skip
