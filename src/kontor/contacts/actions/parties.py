"""Writing parties, their numbers and bank details."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError
from django_subatomic import db

from kontor.contacts.models import Address, BankDetails, Party, PartyAccount, PaymentTerm, Side
from kontor.contacts.queries import highest_number
from kontor.contacts.rules.names import sort_name
from kontor.contacts.rules.numbers import NumberTaken, checked_number, next_number
from kontor.contacts.rules.parties import PartyFacts, PostalAddress, check_party
from kontor.core.audit import act
from kontor.core.iban import compact_iban
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor

NEXT_FREE = ""
_TRIES = 5


class HasNumber(Refusal):
    """The party has a number on this side already."""

    sentence = gettext_noop(
        "This contact has the number %(number)s already. A number never changes once documents carry it."
    )
    status = 409


@act("contacts.create_party")
def create_party(facts: PartyFacts, *, numbers: Mapping[str, str] | None = None, by: Actor | None) -> Party:
    """Create a party; `numbers` gives each wanted side its number, `NEXT_FREE` for the next one of the range.

    Raises:
        NameMissing, NameTooLong, WrongEmail, WrongCountry: what `check_party` refuses.
        WrongNumber, NumberTaken, NumbersUsedUp: the number.
    """
    check_party(facts)
    party = Party.objects.create(**_columns(facts))
    _write_address(party, facts.address)
    for side, number in (numbers or {}).items():
        give_number(party, side=side, number=number, by=by)
    return party


@act("contacts.update_party")
def update_party(party: Party, facts: PartyFacts, *, by: Actor | None) -> Party:  # the audit knows `by`
    """Write down what has changed about a party; numbers and bank details have acts of their own.

    Raises:
        NameMissing, NameTooLong, WrongEmail, WrongCountry: what `check_party` refuses.
    """
    check_party(facts)
    Party.objects.filter(id=party.id).update(**_columns(facts))
    _write_address(party, facts.address)
    return Party.objects.get(id=party.id)


@act("contacts.give_number")
def give_number(party: Party, *, side: str, number: str = NEXT_FREE, by: Actor | None) -> PartyAccount:
    """Make the party a debtor or creditor under `number`, or under the next free one.

    Raises:
        WrongNumber, NumberTaken, NumbersUsedUp: the number.
        HasNumber: it is one already.
    """
    known = PartyAccount.objects.filter(party=party, side=side).first()
    if known:
        raise HasNumber(number=known.number)
    if number.strip():
        return _account(party, side=Side(side), number=checked_number(number))
    for _try in range(_TRIES):
        try:
            return _account(party, side=Side(side), number=next_number(side, highest=highest_number(side)))
        except NumberTaken:  # somebody else took it between our look and our write
            continue
    return _account(party, side=Side(side), number=next_number(side, highest=highest_number(side)))


@act("contacts.add_bank_details")
def add_bank_details(party: Party, *, iban: str, bic: str = "", holder: str = "", by: Actor | None) -> BankDetails:
    """Keep an account of the party; the same IBAN again updates BIC and holder.

    Raises:
        WrongIban: shape, length or check digits.
    """
    details, _is_new = BankDetails.objects.update_or_create(
        party=party, iban=compact_iban(iban), defaults={"bic": bic.replace(" ", "").upper(), "holder": holder.strip()}
    )
    return details


@act("contacts.remove_bank_details")
def remove_bank_details(party: Party, *, iban: str, by: Actor | None) -> None:
    """Forget an account of the party; the record keeps what it was."""
    BankDetails.objects.filter(party=party, iban=compact_iban(iban)).delete()


@act("contacts.set_payment_term")
def set_payment_term(
    party: Party, *, side: str, term: PaymentTerm | None, is_dunned: bool | None = None, by: Actor | None
) -> None:
    """Agree a payment term with a debtor or creditor; None takes the default. `is_dunned` None leaves it."""
    changes: dict[str, object] = {"payment_term": term}
    if is_dunned is not None:
        changes["is_dunned"] = is_dunned
    PartyAccount.objects.filter(party=party, side=side).update(**changes)


@act("contacts.archive_party")
def archive_party(party: Party, *, by: Actor | None) -> None:
    """Take a party out of lists and choices; its documents stay."""
    Party.objects.filter(id=party.id).update(is_archived=True)


@act("contacts.restore_party")
def restore_party(party: Party, *, by: Actor | None) -> None:
    """Take a party back into lists and choices."""
    Party.objects.filter(id=party.id).update(is_archived=False)


def _columns(facts: PartyFacts) -> dict[str, object]:
    return {
        "kind": facts.kind, "name": facts.name.strip(), "sort_name": sort_name(facts.name), "aliases": list(facts.aliases),
        "email": facts.email.strip(), "phone": facts.phone.strip(), "contact_person": facts.contact_person.strip(),
        "vat_number": facts.vat_number.replace(" ", "").upper(), "language": facts.language,
        "note": facts.note.strip(), **({"channel": facts.channel} if facts.channel else {}),
    }  # fmt: skip


def _write_address(party: Party, address: PostalAddress) -> None:
    if not address.town.strip():
        Address.objects.filter(party=party).delete()
        return
    Address.objects.update_or_create(
        party=party,
        defaults={
            "street": address.street.strip(), "building_number": address.building_number.strip(),
            "extra": address.extra.strip(), "postcode": address.postcode.strip(), "town": address.town.strip(),
            "country": address.country,
        },
    )  # fmt: skip


def _account(party: Party, *, side: Side, number: str) -> PartyAccount:
    try:
        with db.savepoint():
            return PartyAccount.objects.create(party=party, side=side, number=number)
    except IntegrityError as taken:
        raise NumberTaken(number=number) from taken
