"""What most organisations want when they begin: types of expense with the accounts behind them, ways of refund and repayment.

Names are English message ids; accounts are those of our charts, by the German name they have in every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from kontor.core.refusal import gettext_noop


@dataclass(frozen=True, slots=True)
class TypeProposal:
    """A type of expense; `account` is the German name of the account behind it."""

    code: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class RouteProposal:
    """A way of refund; it leaves a money account of one of `kinds`, if there is one."""

    name: str
    input: str
    kinds: tuple[str, ...]


TYPES = (
    TypeProposal("travel", gettext_noop("Travel and fuel"), "Fahrtkosten Mitarbeitende"),
    TypeProposal("lodging", gettext_noop("Accommodation"), "Übernachtungen"),
    TypeProposal("catering", gettext_noop("Food and drinks for guests"), "Bewirtung"),
    TypeProposal("material", gettext_noop("Tools and material"), "Werkzeuge und Kleingeräte"),
    TypeProposal("office", gettext_noop("Office supplies"), "Bürobedarf"),
    TypeProposal("postage", gettext_noop("Postage"), "Porto"),
    TypeProposal("books", gettext_noop("Books and magazines"), "Fachliteratur"),
    TypeProposal("training", gettext_noop("Courses and training"), "Fortbildung"),
    TypeProposal("publicity", gettext_noop("Publicity and printing"), "Öffentlichkeitsarbeit"),
    TypeProposal("gifts", gettext_noop("Gifts and attentions"), "Aufmerksamkeiten"),
    TypeProposal("hire", gettext_noop("Hire of equipment"), "Miete von Geräten"),
)
ROUTES = (
    RouteProposal(gettext_noop("Bank transfer"), "iban", ("bank",)),
    RouteProposal(gettext_noop("In cash"), "none", ("cash",)),
    RouteProposal(gettext_noop("PayPal"), "email", ("paypal",)),
)
PROJECT = gettext_noop("General")
REPAYMENT = gettext_noop("Transfer to our account")
REPAYMENT_HINT = gettext_noop("Please transfer the rest to %(iban)s, %(holder)s, with the number of the receipt.")
REPAYMENT_CASH = gettext_noop("In cash at the office")
# Where the charts have room for clearing accounts of cards, direct debits and the like.
FIRST_CLEARING = {"SKR03": 1731, "SKR04": 3611, "SKR42": 36110, "KMU": 2221, "EKR": 3721}


def free_number(taken: set[str], *, chart: str) -> str:
    """Return the first free number for a clearing account of the chart, digits as long as the chart's."""
    number = FIRST_CLEARING[chart]
    while str(number) in taken:
        number += 1
    return str(number)


def code_of(name: str, *, taken: set[str]) -> str:
    """Return a short code that none of `taken` is: letters and digits of the name, numbered if need be."""
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())[:24] or "art"
    code, number = plain, 2
    while code in taken:
        code, number = f"{plain}{number}", number + 1
    return code
