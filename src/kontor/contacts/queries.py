"""Reading parties, their numbers and terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from kontor.contacts.models import Address, BankDetails, Party, PartyAccount, PaymentTerm, Side
from kontor.contacts.rules.names import sort_name
from kontor.contacts.rules.numbers import RANGES
from kontor.core.kept_statements import kept
from kontor.core.tenancy import current_tenant_id

SEARCH_MAX = 8


@dataclass(frozen=True, slots=True)
class Glance:
    """One line of "at a glance": a label (message id), and an amount or a text; `url` leads to the rows behind it."""

    label: str
    amount: int | None = None
    text: str = ""
    url: str = ""


type GlanceQuery = Callable[[Party], Iterable[Glance]]

_glances: list[GlanceQuery] = []


def register_glance(query: GlanceQuery) -> None:
    """Let an upper floor say on a party's page what it knows of the party."""
    if query not in _glances:
        _glances.append(query)


def glance_of(party: Party) -> list[Glance]:
    """Return what the upper floors know of the party, in order of registration."""
    return [line for query in _glances for line in query(party)]


def parties(*, text: str = "", side: str = "", archived: bool = False) -> QuerySet[Party]:
    """Return parties by sort name, each with `debtor_number`, `creditor_number` and `town`.

    `text` is looked for in names, aliases, numbers, addresses' towns, e-mail and IBAN.
    """
    found = Party.objects.filter(is_archived=archived).annotate(
        debtor_number=_number_of(Side.DEBTOR), creditor_number=_number_of(Side.CREDITOR), town=_town_of()
    )
    if side:
        found = found.filter(Exists(PartyAccount.objects.filter(party_id=OuterRef("id"), side=side)))
    if text.strip():
        found = found.filter(matching_text(text))
    return found.order_by("sort_name", "id")


@kept
def listed_parties(*, archived: bool) -> QuerySet[Party]:
    """Return what `parties` does for the list, compiled once."""
    return parties(archived=archived)


def _number_of(side: Side) -> Subquery:
    return Subquery(PartyAccount.objects.filter(party_id=OuterRef("id"), side=side).values("number")[:1])


def _town_of() -> Subquery:
    return Subquery(Address.objects.filter(party_id=OuterRef("id")).values("town")[:1])


def matching_text(text: str) -> Q:
    """Return the condition that finds `text` in a party: names, numbers, town, e-mail, IBAN."""
    compact = text.replace(" ", "").upper()
    numbers = PartyAccount.objects.filter(party_id=OuterRef("id"), number__startswith=text.strip())
    ibans = BankDetails.objects.filter(party_id=OuterRef("id"), iban__startswith=compact)
    towns = Address.objects.filter(party_id=OuterRef("id"), town__istartswith=text.strip())
    named = (
        Q(aliases__icontains=text.strip())
        | Q(email__icontains=text.strip())
        | Q(contact_person__icontains=text.strip())
    )
    if key := sort_name(text):
        named |= Q(sort_name__contains=key)
    return named | Q(Exists(numbers)) | Q(Exists(ibans)) | Q(Exists(towns))


def find_parties(text: str, *, side: str = "", limit: int = SEARCH_MAX) -> Sequence[Party]:
    """Return the first parties that `text` finds, names that begin with it first."""
    begins = models.Case(models.When(sort_name__startswith=sort_name(text), then=0), default=1)
    return list(parties(text=text, side=side).order_by(begins, "sort_name", "id")[:limit])


def party_by_number(side: str, number: str) -> Party | None:
    """Return the party of that debtor or creditor number."""
    account = PartyAccount.objects.filter(side=side, number=number).select_related("party").first()
    return account.party if account else None


def party_ids_by_number(side: str, numbers: Iterable[str]) -> dict[str, int]:
    """Return the party ids of those numbers that exist, in one query."""
    found = PartyAccount.objects.filter(side=side, number__in=list(numbers))
    return dict(found.values_list("number", "party_id"))


def accounts_of(party_ids: Iterable[int]) -> Mapping[int, list[PartyAccount]]:
    """Return the party accounts of each party, with payment term, debtor first."""
    accounts: dict[int, list[PartyAccount]] = {}
    found = PartyAccount.objects.filter(party_id__in=list(party_ids)).select_related("payment_term")
    for account in found.order_by("party_id", "-side"):
        accounts.setdefault(account.party_id, []).append(account)
    return accounts


def address_of(party: Party) -> Address | None:
    """Return the party's postal address."""
    return Address.objects.filter(party=party).first()


def bank_details_of(party: Party) -> Sequence[BankDetails]:
    """Return the party's bank details, oldest first."""
    return list(BankDetails.objects.filter(party=party).order_by("id"))


def parties_by_iban(ibans: Iterable[str]) -> Mapping[str, list[int]]:
    """Return the ids of the parties that hold each compact IBAN."""
    holders: dict[str, list[int]] = {}
    for iban, party_id in (
        BankDetails.objects.filter(iban__in=list(ibans)).order_by("id").values_list("iban", "party_id")
    ):
        holders.setdefault(iban, []).append(party_id)
    return holders


def payment_terms() -> QuerySet[PaymentTerm]:
    """Return the payment terms, the default one first."""
    return PaymentTerm.objects.order_by("-is_default", "name", "id")


def default_term() -> PaymentTerm | None:
    """Return the term of parties that have none of their own."""
    return PaymentTerm.objects.filter(is_default=True).first()


def term_for(party: Party, *, side: str) -> PaymentTerm | None:
    """Return the term agreed with the party on this side, else the default one."""
    account = PartyAccount.objects.filter(party=party, side=side).select_related("payment_term").first()
    return account.payment_term if account and account.payment_term_id else default_term()


def highest_number(side: str) -> int | None:
    """Return the highest number within the side's range, None if it is empty."""
    first, last = RANGES[side]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(CASE WHEN number ~ '^[0-9]{5}$' THEN number::bigint END) FROM contacts_partyaccount "
            "WHERE tenant_id = %s AND side = %s AND number BETWEEN %s AND %s AND length(number) = %s",
            [current_tenant_id(), side, str(first), str(last), len(str(first))],
        )
        highest: int | None = cursor.fetchone()[0]
    return highest
