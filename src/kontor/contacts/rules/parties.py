"""What is written down about a party."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kontor.core.refusal import Refusal, gettext_noop

NAME_LENGTH_MAX = 140
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_COUNTRY = re.compile(r"[A-Z]{2}")


class NameMissing(Refusal):
    """A party without a name."""

    sentence = gettext_noop("The name is missing. Documents and payments need it.")


class NameTooLong(Refusal):
    """A name that no bank takes (ISO 20022 Nm: 140)."""

    sentence = gettext_noop(
        "The name is longer than %(longest)s characters. Banks cut it off there; please shorten it."
    )


class WrongEmail(Refusal):
    """Not an address."""

    sentence = gettext_noop("“%(email)s” is not an e-mail address. Several addresses are separated by commas.")


class WrongCountry(Refusal):
    """Not an ISO 3166 code."""

    sentence = gettext_noop("“%(country)s” is not a country code. It has two capital letters, such as DE, AT or CH.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """A structured address; a party without a town has none."""

    street: str = ""
    building_number: str = ""
    extra: str = ""
    postcode: str = ""
    town: str = ""
    country: str = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """Everything the office writes down about a party, but for numbers and bank details."""

    name: str
    kind: str = "organisation"
    aliases: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    contact_person: str = ""
    vat_number: str = ""
    language: str = "de"
    channel: str = ""
    note: str = ""
    address: PostalAddress = field(default_factory=PostalAddress)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A party as an import names it: found by side and number, created with the rest."""

    side: str
    number: str
    name: str
    iban: str = ""
    bic: str = ""
    email: str = ""
    payment_term_id: int | None = None


def check_party(facts: PartyFacts) -> None:
    """Refuse what documents and banks would refuse later.

    Raises:
        NameMissing, NameTooLong, WrongEmail, WrongCountry
    """
    check_name(facts.name)
    for email in emails_of(facts.email):
        if not _EMAIL.fullmatch(email):
            raise WrongEmail(email=email)
    if facts.address.town and not _COUNTRY.fullmatch(facts.address.country):
        raise WrongCountry(country=facts.address.country)


def check_name(name: str) -> None:
    """Refuse an empty name and one that banks would cut.  Raises: NameMissing, NameTooLong."""
    if not name.strip():
        raise NameMissing
    if len(name.strip()) > NAME_LENGTH_MAX:
        raise NameTooLong(longest=NAME_LENGTH_MAX)


def emails_of(text: str) -> tuple[str, ...]:
    """Return the addresses of a field that separates them by commas."""
    return tuple(email.strip() for email in text.split(",") if email.strip())
