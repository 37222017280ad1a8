"""What is read from a receipt: proposals, each with where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kontor.documents.rules.geometry import Box

type Origin = Literal["xml", "qr", "text", "ocr"]
type State = Literal["waiting", "read", "unreadable"]

# What a machine wrote for machines comes before what it printed for people, and that before what was seen.
ORIGINS: tuple[Origin, ...] = ("xml", "qr", "text", "ocr")


@dataclass(frozen=True)  # generic: Python 3.12.1 cannot give it slots
class Proposed[T]:
    """A value for a person to look at; never taken by itself.

    `confidence` is 0 to 100; `box` is the place on `page` (from 1), None where the origin has no place.
    """

    value: T
    origin: Origin
    page: int = 1
    box: Box | None = None
    confidence: int = 50


@dataclass(frozen=True, slots=True)
class ReadVat:
    """Value added tax at one rate, in minor units; None where the receipt does not say."""

    rate_percent: Decimal
    net: int | None
    vat: int | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What one origin, or all of them together, propose; amounts in minor units, credit notes positive."""

    amount: Proposed[int] | None = None
    currency: Proposed[str] | None = None
    date: Proposed[dt.date] | None = None
    due_date: Proposed[dt.date] | None = None
    supplier: Proposed[str] | None = None
    number: Proposed[str] | None = None
    iban: Proposed[str] | None = None
    reference: Proposed[str] | None = None
    vat: tuple[Proposed[ReadVat], ...] = ()


FIELDS = ("amount", "currency", "date", "due_date", "supplier", "number", "iban", "reference")


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one stored file: its state, its proposals and its whole text.

    `sentence` with `facts` says why it is unreadable (an English message id).
    """

    file_id: int
    state: State
    proposals: Proposals = field(default_factory=Proposals)
    text: str = ""
    engine: str = ""
    sentence: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def amount(self) -> Proposed[int] | None:
        """The gross amount in minor units."""
        return self.proposals.amount

    @property
    def currency(self) -> Proposed[str] | None:
        """The currency code."""
        return self.proposals.currency

    @property
    def date(self) -> Proposed[dt.date] | None:
        """The day of the receipt."""
        return self.proposals.date

    @property
    def due_date(self) -> Proposed[dt.date] | None:
        """The day until which to pay."""
        return self.proposals.due_date

    @property
    def supplier(self) -> Proposed[str] | None:
        """Who made the receipt."""
        return self.proposals.supplier

    @property
    def number(self) -> Proposed[str] | None:
        """The supplier's number of the document."""
        return self.proposals.number

    @property
    def iban(self) -> Proposed[str] | None:
        """The IBAN to pay to, compact."""
        return self.proposals.iban

    @property
    def reference(self) -> Proposed[str] | None:
        """The payment reference: QR reference, creditor reference or remittance text."""
        return self.proposals.reference

    @property
    def vat(self) -> tuple[Proposed[ReadVat], ...]:
        """The tax by rate."""
        return self.proposals.vat
