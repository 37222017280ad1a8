"""Which numbers an account may have in a chart, and what class of it fits which kind of account."""

from __future__ import annotations

from typing import Final

from kontor.core.refusal import Refusal, gettext_noop

# DATEV demands one length for all ledger accounts of a client; person accounts are one digit longer.
LENGTH: Final = {"SKR03": 4, "SKR04": 4, "SKR42": 5, "KMU": 4, "EKR": 4}

_BALANCE = "asset liability equity"
_RESULT = "income expense"
_ANY = f"{_BALANCE} {_RESULT}"
CLASSES: Final = {
    "SKR03": {"0": _BALANCE, "1": _BALANCE, "2": _RESULT, "3": "expense asset", "4": "expense", "7": "asset",
              "8": "income expense", "9": _ANY},
    "SKR04": {"0": "asset", "1": "asset", "2": "equity liability", "3": "liability", "4": "income expense", "5": "expense",
              "6": "expense", "7": _RESULT, "9": _ANY},
    "SKR42": {"0": "asset", "1": "asset", "2": "equity liability", "3": "liability", "4": "income expense", "5": "expense",
              "6": "expense", "7": _RESULT, "9": _ANY},
    "KMU": {"1": "asset", "2": "liability equity", "3": _RESULT, "4": "expense", "5": "expense", "6": _RESULT,
            "7": _RESULT, "8": _RESULT, "9": _ANY},
    "EKR": {"0": "asset", "1": "asset", "2": "asset", "3": "liability", "4": "income expense", "5": "expense",
            "6": "expense", "7": "expense", "8": _RESULT, "9": _ANY},
}  # fmt: skip


class NotADigit(Refusal):
    """Account numbers are digits."""

    sentence = gettext_noop("“%(number)s” is not an account number: account numbers consist of digits only.")


class WrongLength(Refusal):
    """All ledger accounts of a chart have one length."""

    sentence = gettext_noop(
        "Account numbers of %(chart)s have %(length)s digits; “%(number)s” has another length. "
        "Longer numbers belong to customers and suppliers."
    )


class WrongClass(Refusal):
    """The first digit stands for another kind of account."""

    sentence = gettext_noop(
        "In %(chart)s accounts that begin with %(first)s are of another type. Please check number and type."
    )


class NoSuchClass(Refusal):
    """The chart has no accounts of that first digit."""

    sentence = gettext_noop("%(chart)s has no accounts that begin with %(first)s. Please choose another number.")


def check_account_number(number: str, *, chart: str, kind: str) -> None:
    """Refuse a number that the chart does not have, or has for another kind of account.

    Raises:
        NotADigit, WrongLength, NoSuchClass, WrongClass
    """
    if not (number.isascii() and number.isdigit()):
        raise NotADigit(number=number)
    if len(number) != LENGTH[chart]:
        raise WrongLength(number=number, chart=chart, length=LENGTH[chart])
    kinds = CLASSES[chart].get(number[0])
    if kinds is None:
        raise NoSuchClass(chart=chart, first=number[0])
    if kind not in kinds.split():
        raise WrongClass(chart=chart, first=number[0])
