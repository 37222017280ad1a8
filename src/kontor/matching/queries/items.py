"""Open items as the workbench offers them, and what a transaction has already been assigned to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from kontor.banking.models import BankTransaction
from kontor.core.kept_statements import kept
from kontor.matching.rules.keys import number_keys
from kontor.matching.rules.text import fold
from kontor.openitems.models import Allocation, OpenItem

OFFERED_MAX = 3
FOUND_MAX = 20
WORDS_MAX = 6
AMOUNT_DIGITS_MAX = 14


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a transaction was assigned to."""

    allocation: Allocation
    label: str
    party: str

    @property
    def entry_number(self) -> str:
        """Return the number of the entry."""
        return f"{self.allocation.entry.year}-{self.allocation.entry.sequence:06d}"


def items_with_ids(ids: Iterable[int]) -> dict[int, OpenItem]:
    """Return items with their parties by id."""
    wanted = list(ids)
    return {row.id: row for row in _with_ids.rows(wanted)} if wanted else {}


@kept
def _with_ids(ids: list[int]) -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(id__among=ids).select_related("party")


def other_items_of(party_ids: Iterable[int], *, currency: str, without: Iterable[int]) -> list[OpenItem]:
    """Return the next due open items of these parties beside the given ones."""
    parties = list(party_ids)
    return _others.rows(parties, list(without), currency) if parties else []


@kept
def _others(party_ids: list[int], without: list[int], currency: str) -> QuerySet[OpenItem]:
    rows = OpenItem.objects.filter(party_id__among=party_ids, amount_open__gt=0, currency=currency)
    return rows.exclude(id__among=without).select_related("party").order_by("due_date", "id")[:OFFERED_MAX]


def find_items(text: str, *, without: Iterable[int] = ()) -> list[OpenItem]:
    """Return open items whose number, reference, party, text or amount holds `text`, oldest due first."""
    words = text.strip()
    if not words:
        return []
    condition = (
        Q(document_number__icontains=words) | Q(party__name__icontains=words) | Q(text__icontains=words)
        | Q(references__contains=[words])
    )  # fmt: skip
    keys = number_keys(fold(words))
    if keys:
        condition |= Q(keys__overlap=sorted(keys))
    digits = "".join(sign for sign in words if sign.isdigit())
    if digits and len(digits) <= AMOUNT_DIGITS_MAX and all(sign in "0123456789.,-+ €'’" for sign in words):
        condition |= Q(amount_open=int(digits) if "," in words or "." in words else int(digits) * 100)
    rows = OpenItem.objects.filter(condition, amount_open__gt=0).exclude(id__in=list(without))
    return list(rows.select_related("party").order_by("due_date", "id")[:FOUND_MAX])


def assigned_to(transaction_id: int) -> list[Assigned]:
    """Return the assignments of a transaction that hold, in order; one query."""
    return [
        Assigned(row, row.item.document_number if row.item else row.account.number,
                 row.item.party.name if row.item else row.account.name_de)
        for row in _holding.rows(transaction_id)
    ]  # fmt: skip


@kept
def _holding(transaction_id: int) -> QuerySet[Allocation]:
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    rows = Allocation.objects.filter(~Exists(undo), transaction_id=transaction_id, reverses__isnull=True)
    return rows.select_related("item", "item__party", "account", "entry", "created_by").order_by("id")


def search_words(row: BankTransaction) -> Sequence[str]:
    """Return what in a payment is worth searching for: words with digits, and the payer's name (VA-16)."""
    words = [word.strip(".,;:()/+") for word in row.remittance.split()]
    numbers = [word for word in words if sum(sign.isdigit() for sign in word) >= 3]
    name = row.counterparty_name.split(" GmbH")[0].strip()
    return list(dict.fromkeys(word for word in (*numbers, name) if word))[:WORDS_MAX]
