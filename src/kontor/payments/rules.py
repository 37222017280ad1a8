"""Orders as values: what a bank takes, and how it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kontor.core.figures import format_day
from kontor.core.iban import compact_iban, is_qr_iban
from kontor.core.refusal import Refusal, gettext_noop

NAME_MAX, REMITTANCE_MAX, ID_MAX = 70, 140, 35
# EPC409-09, list of SEPA scheme countries by the letters of their IBAN.
SEPA = frozenset(
    [
        "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
        "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
        "SI", "SK", "SM", "VA",
    ]
)  # fmt: skip
SWISS = frozenset({"CH", "LI"})
_GERMAN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "&": "+",
        "@": "(at)",
        "_": "-",
        "€": "EUR",
    }
)
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_RF = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
_QRR = re.compile(r"\d{27}")


class NothingToPay(Refusal):
    """An empty list."""

    sentence = gettext_noop("Nothing was chosen to pay. Please tick at least one receipt or invoice.")


class PayeeWithoutIban(Refusal):
    """No account to pay to."""

    sentence = gettext_noop("%(document)s has no IBAN, so it cannot be on a payment list. Please add one first.")


class PayeeWithoutName(Refusal):
    """Nobody to pay."""

    sentence = gettext_noop("%(document)s has no payee. Banks compare the name with the account.")


class OtherCurrency(Refusal):
    """A list has one currency."""

    sentence = gettext_noop("%(document)s is in %(currency)s; this list pays in %(list)s. Please pay it separately.")


class AccountWithoutIban(Refusal):
    """The money account cannot send transfers."""

    sentence = gettext_noop("The account “%(name)s” has no IBAN. Please enter it in its settings, then export again.")


class NoFileForCurrency(Refusal):
    """Transfers of this kind need more than these files say."""

    sentence = gettext_noop("Payment files are written in EUR and CHF; “%(name)s” is kept in %(currency)s.")


class OutsideSepa(Refusal):
    """SEPA does not reach the account."""

    sentence = gettext_noop(
        "%(document)s is paid to the country %(country)s, which a SEPA transfer does not reach. "
        "Please pay it in your online banking and set it paid."
    )


class NotDomestic(Refusal):
    """Swiss francs leave the country by another form of payment."""

    sentence = gettext_noop(
        "%(document)s is paid in Swiss francs to the country %(country)s; a domestic transfer does not reach it. "
        "Please pay it in your online banking and set it paid."
    )


class DayIsPast(Refusal):
    """Banks refuse days that are over."""

    sentence = gettext_noop("The day of execution %(day)s is over. Please choose today or a later day.")


class NotExported(Refusal):
    """Nothing was sent to the bank yet."""

    sentence = gettext_noop(
        "Payment list %(number)s was not exported, so the bank cannot have refused anything. Remove the order instead."
    )
    status = 409


class OrderPaid(Refusal):
    """The order was carried out."""

    sentence = gettext_noop("The payment to %(payee)s was carried out. Take its assignment back first.")
    status = 409


class ListKept(Refusal):
    """What the bank was given stays."""

    sentence = gettext_noop("An exported payment list is what the bank was given and no longer changes.")
    status = 409


class NotDraft(Refusal):
    """The list was exported or cancelled."""

    sentence = gettext_noop("Payment list %(number)s was exported or cancelled already and no longer changes.")
    status = 409


class NothingOpen(Refusal):
    """The item is paid."""

    sentence = gettext_noop("%(document)s has nothing open any more. Take it off the list, then export again.")
    status = 409


class PartlyPaid(Refusal):
    """A line of the list has been settled by the bank."""

    sentence = gettext_noop("Payment list %(number)s is paid in part and can no longer be cancelled.")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One transfer: `amount` > 0 in minor units of `currency`."""

    end_to_end_id: str
    payee_name: str
    payee_iban: str
    payee_bic: str = ""
    amount: int
    currency: str
    remittance: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A whole list: who pays from where, when, and the orders."""

    message_id: str
    created_at: datetime
    debtor_name: str
    debtor_iban: str
    execution_date: date
    orders: Sequence[Order]


def batch_name(year: int, sequence: int) -> str:
    """Return the number of a list as shown: `Z-2026-000045`."""
    return f"Z-{year}-{sequence:06d}"


def end_to_end_id(year: int, sequence: int, position: int) -> str:
    """Return the id by which the bank's line is found again, unique in the books, at most 35 signs."""
    return f"Z{year}-{sequence:06d}-{position:04d}"


def sepa_text(text: str, *, length: int) -> str:
    """Return `text` in the SEPA character set: umlauts as ae, oe, ue, ss, accents dropped, cut to `length`.

    No leading or double slash (EPC 217-08). Names keep their letters, so that the bank's check of the payee finds them.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_GERMAN))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"/{2,}", "/", _NOT_SEPA.sub(" ", plain)).lstrip("/ ")
    return " ".join(plain.split())[:length].rstrip("/ ")


def is_structured(reference: str) -> bool:
    """Tell whether a reference is an RF creditor reference or a Swiss QR reference."""
    compact = reference.replace(" ", "").upper()
    return bool(_RF.fullmatch(compact) or _QRR.fullmatch(compact))


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
        remittance=order.remittance.strip(),
        reference=reference if _fits(reference, iban) else "",
    )


def check_day(day: date, *, today: date) -> None:
    """Refuse a day of execution that is over.  Raises: DayIsPast."""
    if day < today:
        raise DayIsPast(day=format_day(day))


def check_currency(currency: str, *, name: str) -> None:
    """Refuse a money account that files are not written for.  Raises: NoFileForCurrency."""
    if currency not in {"EUR", "CHF"}:
        raise NoFileForCurrency(name=name, currency=currency)


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
    return bool(_QRR.fullmatch(reference)) if is_qr_iban(iban) else bool(_RF.fullmatch(reference))
