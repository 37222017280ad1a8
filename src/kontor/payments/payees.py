"""Where the money of an open item goes: the contexts that made the item know best, else the contact's own account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kontor.contacts.models import BankDetails
from kontor.openitems.models import OpenItem
from kontor.payments.rules.texts import is_structured


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who is paid and how; `is_paid_otherwise` takes the item out of transfers (cash, card, PayPal)."""

    name: str
    iban: str = ""
    bic: str = ""
    remittance: str = ""
    reference: str = ""
    is_paid_otherwise: bool = False


type Source = Callable[[Sequence[OpenItem]], Mapping[int, Payee]]

_sources: list[Source] = []


def register_payees(source: Source) -> None:
    """Ask `source` about open items before their contacts are looked at; it answers for those that it made."""
    if source not in _sources:
        _sources.append(source)


def payees_of(items: Sequence[OpenItem]) -> dict[int, Payee]:
    """Return the payee of each item; the items come with their parties."""
    found: dict[int, Payee] = {}
    accounts = _accounts({item.party_id for item in items})
    for item in items:
        details = accounts.get(item.party_id)
        found[item.id] = Payee(
            name=(details.holder if details else "") or item.party.name,
            iban=details.iban if details else "",
            bic=details.bic if details else "",
            remittance=item.document_number,
            reference=next((each for each in item.references if is_structured(each)), ""),
        )
    for source in _sources:
        found |= source(items)
    return found


def _accounts(party_ids: set[int]) -> dict[int, BankDetails]:
    """Return the account that was noted last of each party."""
    return {row.party_id: row for row in BankDetails.objects.filter(party_id__in=party_ids).order_by("id")}
