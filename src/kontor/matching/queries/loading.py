"""Loading what the engine reads: plain rows, no model objects, a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import open_transactions
from kontor.contacts.models import BankDetails, Party, PartyAccount
from kontor.matching.rules.values import DiscountTier, OpenItemRow, PartyRow, TransactionRow
from kontor.openitems.models import ItemKind, ItemSide, OpenItem

_TRANSACTION = (
    "id", "booking_date", "value_date", "amount", "allocated", "currency", "counterparty_name", "counterparty_iban",
    "remittance", "structured_reference", "end_to_end_id", "mandate_id", "creditor_id", "is_reversal", "return_reason",
    "bank_reference",
)  # fmt: skip
_ITEM = (
    "id", "kind", "side", "party_id", "document_number", "references", "document_date", "due_date", "currency",
    "amount_open", "amount", "discounts", "under_limit", "over_limit", "is_blocked", "is_in_payment", "differences",
)  # fmt: skip


def unassigned_transactions(ids: Sequence[int] | None = None) -> list[TransactionRow]:
    """Return booked, relevant transactions with something left to assign, oldest first; `ids` narrows them."""
    rows = open_transactions()
    if ids is not None:
        rows = rows.filter(id__in=ids)
    return [_transaction(*row) for row in rows.values_list(*_TRANSACTION)]


def matchable_items(party_ids: Iterable[int] | None = None) -> list[OpenItemRow]:
    """Return all open items, oldest due first; `party_ids` narrows them."""
    rows = OpenItem.objects.filter(amount_open__gt=0)
    if party_ids is not None:
        rows = rows.filter(party_id__in=list(party_ids))
    return [_item(*row) for row in rows.order_by("due_date", "id").values_list(*_ITEM).iterator(chunk_size=5_000)]


def items_by_id(ids: Iterable[int]) -> dict[int, OpenItemRow]:
    """Return items as the rules see them, also those with nothing open."""
    return {row[0]: _item(*row) for row in OpenItem.objects.filter(id__in=list(ids)).values_list(*_ITEM)}


def matchable_parties() -> list[PartyRow]:
    """Return all parties with aliases, confirmed IBANs and customer number, in three queries."""
    ibans: dict[int, list[str]] = defaultdict(list)
    for party_id, iban in BankDetails.objects.order_by("id").values_list("party_id", "iban"):
        ibans[party_id].append(iban)
    numbers = dict(PartyAccount.objects.order_by("-side").values_list("party_id", "number"))
    rows = Party.objects.filter(is_archived=False).order_by("id").values_list("id", "name", "aliases", "email")
    return [
        PartyRow(
            party_id=party_id, name=name, aliases=tuple(aliases), ibans=tuple(ibans.get(party_id, ())),
            customer_number=numbers.get(party_id, ""), emails=(email,) if email else (),
        )
        for party_id, name, aliases, email in rows.iterator(chunk_size=5_000)
    ]  # fmt: skip


def remaining_of(transaction: BankTransaction) -> int:
    """Return what is left to assign of a transaction, with its sign."""
    rest: int = transaction.amount - transaction.allocated
    return rest


def _transaction(
    key: int, booking_date: date, value_date: date, amount: int, allocated: int, currency: str, name: str, iban: str,
    remittance: str, structured: str, end_to_end: str, mandate: str, creditor: str, is_reversal: bool, reason: str,  # noqa: FBT001
    bank_reference: str,
) -> TransactionRow:  # fmt: skip
    is_return = is_reversal or bool(reason)
    return TransactionRow(
        transaction_id=key, booking_date=booking_date, value_date=value_date, amount=amount - allocated,
        currency=currency, counterparty_name=name, counterparty_iban=iban, text=remittance,
        structured_reference=structured, end_to_end_id=end_to_end, mandate_id=mandate, creditor_id=creditor,
        is_return=is_return, bank_reference=bank_reference, returns_of=end_to_end if is_return else "",
    )  # fmt: skip


def _item(
    key: int, kind: str, side: str, party_id: int, number: str, references: list[str], document_date: date,
    due_date: date, currency: str, amount_open: int, amount: int, discounts: list[dict[str, Any]], under: int, over: int,
    is_blocked: bool, is_in_payment: bool, differences: int,  # noqa: FBT001
) -> OpenItemRow:  # fmt: skip
    is_receivable = kind == ItemKind.RECEIVABLE
    return OpenItemRow(
        item_id=key, side="receivable" if is_receivable else "payable",
        is_credit_note=(side == ItemSide.CREDIT) == is_receivable, party_id=party_id, document_number=number,
        references=tuple(references), document_date=document_date, due_date=due_date, currency=currency,
        amount_open=amount_open, amount_original=amount, discounts=tuple(_tier(tier) for tier in discounts),
        tolerance_under=under, tolerance_over=over, is_blocked=is_blocked, is_in_payment=is_in_payment,
        earlier_differences=differences, is_partly_paid=amount_open < amount,
    )  # fmt: skip


def _tier(tier: dict[str, Any]) -> DiscountTier:
    until = date.fromisoformat(tier["until"])
    grace = date.fromisoformat(tier["grace_until"]) if tier.get("grace_until") else until + timedelta(days=0)
    return DiscountTier(until=until, grace_until=grace, amount=tier["amount"])
