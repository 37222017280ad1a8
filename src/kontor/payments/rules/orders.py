"""Orders as values: what a bank takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kontor.core.iban import compact_iban, is_qr_iban
from kontor.payments.rules.refusals import (
    NoFileForCurrency,
    NotDomestic,
    OtherCurrency,
    OutsideSepa,
    PayeeWithoutIban,
    PayeeWithoutName,
)
from kontor.payments.rules.texts import NAME_MAX, QR_REFERENCE, RF_REFERENCE, sepa_text

# EPC409-09, list of SEPA scheme countries by the letters of their IBAN.
SEPA = frozenset(
    [
        "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
        "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
        "SI", "SK", "SM", "VA",
    ]
)  # fmt: skip
SWISS = frozenset({"CH", "LI"})
# Transfers out of the European Economic Area carry the payee's address where it is known (EPC 153-10).
_OUTSIDE_EEA = frozenset({"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"})
COUNTRY_LETTERS = 2
_OWN_ID = re.compile(r"Z\d{4}-\d{6,}-\d{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address by its parts (CBPR+ and EPC: town and country at least); a country as two letters."""

    street: str = ""
    building: str = ""
    post_code: str = ""
    town: str = ""
    country: str = ""

    @property
    def is_structured(self) -> bool:
        """Tell whether it says enough for a bank: unstructured addresses are refused since November 2026."""
        return bool(self.town.strip()) and len(self.country.strip()) == COUNTRY_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One transfer: `amount` > 0 in minor units of `currency`; `discount` was taken off the document before."""

    end_to_end_id: str
    payee_name: str
    payee_iban: str
    payee_bic: str = ""
    address: Address | None = None
    amount: int
    currency: str
    discount: int = 0
    remittance: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A whole list: who pays from where, when, and the orders; `is_booked_as_one`: one line on the statement."""

    message_id: str
    created_at: datetime
    debtor_name: str
    debtor_iban: str
    execution_date: date
    orders: Sequence[Order]
    is_booked_as_one: bool = False


def batch_name(year: int, sequence: int) -> str:
    """Return the number of a list as shown: `Z-2026-000045`."""
    return f"Z-{year}-{sequence:06d}"


def end_to_end_id(year: int, sequence: int, position: int) -> str:
    """Return the id by which the bank's line is found again, unique in the books, at most 35 signs."""
    return f"Z{year}-{sequence:06d}-{position:04d}"


def is_own_id(text: str) -> bool:
    """Tell whether an end-to-end id is one of ours: a credit that names it gives an order back."""
    return bool(_OWN_ID.fullmatch(text))


def checked(order: Order, *, document: str, currency: str) -> Order:
    """Return the order as a bank takes it.

    Raises:
        PayeeWithoutIban, WrongIban, PayeeWithoutName, OtherCurrency, OutsideSepa, NotDomestic
    """
    if not order.payee_iban.strip():
        raise PayeeWithoutIban(document=document)
    name = order.payee_name.strip()
    if not sepa_text(name, length=NAME_MAX):
        raise PayeeWithoutName(document=document)
    if order.currency != currency:
        raise OtherCurrency(document=document, currency=order.currency, list=currency)
    reference, iban = order.reference.replace(" ", "").upper(), compact_iban(order.payee_iban)
    _check_reach(iban, document=document, currency=currency)
    return Order(
        end_to_end_id=order.end_to_end_id,
        payee_name=name,
        payee_iban=iban,
        payee_bic=order.payee_bic.replace(" ", "").upper(),
        amount=order.amount,
        currency=order.currency,
        discount=order.discount,
        remittance=order.remittance.strip(),
        reference=reference if _fits(reference, iban) else "",
    )


def check_currency(currency: str, *, name: str) -> None:
    """Refuse a money account that files are not written for.  Raises: NoFileForCurrency."""
    if currency not in {"EUR", "CHF"}:
        raise NoFileForCurrency(name=name, currency=currency)


def needs_address(iban: str) -> bool:
    """Tell whether the payee's address goes into the file: only beyond the European Economic Area."""
    return iban[:2] in _OUTSIDE_EEA


def clearing_number(iban: str) -> str:
    """Return the Swiss clearing number (IID) in an IBAN of Switzerland or Liechtenstein, "" for others."""
    return iban[4:9].lstrip("0") if iban[:2] in SWISS else ""


def _check_reach(iban: str, *, document: str, currency: str) -> None:
    country = iban[:2]
    if currency == "EUR" and country not in SEPA:
        raise OutsideSepa(document=document, country=country)
    if currency == "CHF" and country not in SWISS:
        raise NotDomestic(document=document, country=country)


def _fits(reference: str, iban: str) -> bool:
    """A QR reference goes only to a QR-IBAN, an RF reference to any other account."""
    return bool(QR_REFERENCE.fullmatch(reference)) if is_qr_iban(iban) else bool(RF_REFERENCE.fullmatch(reference))
