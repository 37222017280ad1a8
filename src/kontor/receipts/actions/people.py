"""Staff and suppliers as contacts of the books."""

from __future__ import annotations

from kontor.contacts.actions.parties import NEXT_FREE, add_bank_details, create_party, give_number
from kontor.contacts.models import Party, PartyAccount, Side
from kontor.contacts.queries import highest_number
from kontor.contacts.rules.numbers import next_number
from kontor.contacts.rules.parties import PartyFacts, check_party
from kontor.core.audit import act
from kontor.core.iban import compact_iban
from kontor.core.tenancy import Actor
from kontor.organisations.models import User
from kontor.receipts.models import IncomingDocument, StaffParty

NOBODY = 0


@act("receipts.staff_party")
def staff_party(user_id: int, *, by: Actor | None) -> Party:
    """Return the contact that a user is in these books; made with a creditor number the first time."""
    known = StaffParty.objects.filter(user_id=user_id).select_related("party").first()
    if known is not None:
        found: Party = known.party
        return found
    party = create_party(_staff_facts(User.objects.get(id=user_id)), numbers={Side.CREDITOR: NEXT_FREE}, by=by)
    StaffParty.objects.create(user_id=user_id, party=party)
    return party


@act("receipts.supplier_party")
def supplier_party(document: IncomingDocument, *, by: Actor | None) -> Party:
    """Return the supplier of an invoice: the chosen contact, one of the very name or bank details, else a new one."""
    party = document.supplier or _known_supplier(document)
    if party is None:
        party = create_party(_supplier_facts(document), numbers={Side.CREDITOR: NEXT_FREE}, by=by)
    elif not PartyAccount.objects.filter(party=party, side=Side.CREDITOR).exists():
        give_number(party, side=Side.CREDITOR, by=by)
    if document.payee_iban:
        add_bank_details(party, iban=document.payee_iban, holder=document.payee_name, by=by)
    return party


def foreseen_staff(user: User) -> int:
    """Return `NOBODY`, as `staff_party` would make this user a contact first.

    Raises:
        whatever makes that impossible
    """
    check_party(_staff_facts(user))
    next_number(Side.CREDITOR, highest=highest_number(Side.CREDITOR))
    return NOBODY


def foreseen_supplier(document: IncomingDocument) -> int:
    """Return the id of the contact that `supplier_party` would find, `NOBODY` if it would make one; writes nothing.

    Raises:
        whatever `supplier_party` refuses
    """
    found = None if document.supplier_id else _known_supplier(document)
    known: int = document.supplier_id or (found.id if found is not None else NOBODY)
    if not known:
        check_party(_supplier_facts(document))
    if not known or not PartyAccount.objects.filter(party_id=known, side=Side.CREDITOR).exists():
        next_number(Side.CREDITOR, highest=highest_number(Side.CREDITOR))
    if document.payee_iban:
        compact_iban(document.payee_iban)
    return known


def _staff_facts(user: User) -> PartyFacts:
    return PartyFacts(name=user.name, kind="person", email=user.email, language=user.language)


def _supplier_facts(document: IncomingDocument) -> PartyFacts:
    return PartyFacts(name=document.supplier_name.strip())


def _known_supplier(document: IncomingDocument) -> Party | None:
    rows = Party.objects.filter(is_archived=False)
    return rows.filter(name__iexact=document.supplier_name.strip()).order_by("id").first()
