"""Loading what the engine reads: plain rows, no model objects, a fixed number of queries."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import open_transactions
from kontor.core.kept_statements import kept
from kontor.core.tenancy import current_tenant_id
from kontor.matching.rules.values import DiscountTier, OpenItemRow, PartyRow, TransactionRow
from kontor.openitems.models import ItemKind, ItemSide, OpenItem
from kontor.payments.rules.orders import is_own_id

_TRANSACTION = (
    "id", "booking_date", "value_date", "amount", "allocated", "currency", "counterparty_name", "counterparty_iban",
    "remittance", "structured_reference", "end_to_end_id", "mandate_id", "creditor_id", "is_reversal", "return_reason",
    "bank_reference",
)  # fmt: skip
_ITEM = (
    "id", "kind", "side", "party_id", "document_number", "references", "document_date", "due_date", "currency",
    "amount_open", "amount", "discounts", "under_limit", "over_limit", "is_blocked", "is_in_payment", "differences",
)  # fmt: skip

_ROWS = 5_000


def unassigned_transactions(ids: Sequence[int] | None = None) -> list[TransactionRow]:
    """Return booked, relevant transactions with something left to assign, oldest first; `ids` narrows them."""
    rows = open_transactions()
    if ids is not None:
        rows = rows.filter(id__in=ids)
    return [_transaction(*row) for row in rows.values_list(*_TRANSACTION)]


_OPEN_ITEMS = """
SELECT id, kind, side, party_id, document_number, "references", document_date, due_date, currency, amount_open, amount,
  discounts, under_limit, over_limit, is_blocked, is_in_payment, differences
FROM openitems_openitem WHERE tenant_id = %s AND amount_open > 0
"""


def matchable_items() -> list[OpenItemRow]:
    """Return all open items."""
    return _items("", [])


def items_of_parties(party_ids: Collection[int]) -> list[OpenItemRow]:
    """Return all open items of these parties."""
    return _items("AND party_id = ANY(%s)", [sorted(party_ids)])


def open_items_by_id(ids: Collection[int]) -> list[OpenItemRow]:
    """Return those of these items that are open."""
    return _items("AND id = ANY(%s)", [sorted(ids)])


def _items(condition: str, values: list[Any]) -> list[OpenItemRow]:
    tiers: dict[str, tuple[DiscountTier, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ITEMS + condition, [current_tenant_id(), *values])
        found = []
        for row in _rows(cursor):
            discounts = tiers.get(row[11])
            if discounts is None:
                discounts = tiers[row[11]] = _tiers(json.loads(row[11]))
            cells: tuple[Any, ...] = (*row[:11], discounts, *row[12:])
            found.append(_item(*cells))
    return found


def _rows(cursor: CursorWrapper) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a result by the thousands, several times faster than one by one."""
    while some := cursor.fetchmany(_ROWS):
        yield from some


def items_by_id(ids: Iterable[int]) -> dict[int, OpenItemRow]:
    """Return items as the rules see them, also those with nothing open."""
    wanted = list(ids)
    rows = _items_by_id.rows(wanted) if wanted else []
    cells: list[tuple[Any, ...]] = [(*row[:11], _tiers(row[11]), *row[12:]) for row in rows]
    return {row[0]: _item(*row) for row in cells}


@kept
def _items_by_id(ids: list[int]) -> QuerySet[OpenItem, Any]:
    return OpenItem.objects.filter(id__among=ids).values_list(*_ITEM)


def matchable_parties() -> list[PartyRow]:
    """Return all parties with aliases, confirmed IBANs and customer number, in three queries."""
    here = current_tenant_id()
    ibans: dict[int, tuple[str, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_id, iban FROM contacts_bankdetails WHERE tenant_id = %s ORDER BY id", [here])
        for party_id, iban in _rows(cursor):
            ibans[party_id] = (*ibans.get(party_id, ()), iban)
        cursor.execute(
            "SELECT party_id, number FROM contacts_partyaccount WHERE tenant_id = %s ORDER BY side DESC", [here]
        )
        numbers: dict[int, str] = dict(cursor.fetchall())
        cursor.execute(
            "SELECT id, name, aliases, email FROM contacts_party WHERE tenant_id = %s AND NOT is_archived ORDER BY id",
            [here],
        )
        return [
            PartyRow(
                party_id, name, () if aliases == "[]" else tuple(json.loads(aliases)), ibans.get(party_id, ()),
                numbers.get(party_id, ""), (email,) if email else (),
            )
            for party_id, name, aliases, email in _rows(cursor)
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
    is_return = is_reversal or bool(reason) or (amount > 0 and is_own_id(end_to_end))
    return TransactionRow(
        transaction_id=key, booking_date=booking_date, value_date=value_date, amount=amount - allocated,
        currency=currency, counterparty_name=name, counterparty_iban=iban, text=remittance,
        structured_reference=structured, end_to_end_id=end_to_end, mandate_id=mandate, creditor_id=creditor,
        is_return=is_return, bank_reference=bank_reference, returns_of=end_to_end if is_return else "",
    )  # fmt: skip


def _item(
    key: int, kind: str, side: str, party_id: int, number: str, references: list[str], document_date: date,
    due_date: date, currency: str, amount_open: int, amount: int, discounts: tuple[DiscountTier, ...], under: int,
    over: int, is_blocked: bool, is_in_payment: bool, differences: int,  # noqa: FBT001
) -> OpenItemRow:  # fmt: skip
    """Return the rules' value of a row of `_ITEM`; its fields in their order, since names cost a third of the time."""
    is_receivable = kind == ItemKind.RECEIVABLE
    return OpenItemRow(
        key, "receivable" if is_receivable else "payable", (side == ItemSide.CREDIT) == is_receivable, party_id, number,
        tuple(references), document_date, due_date, currency, amount_open, amount, discounts, under, over, is_blocked,
        is_in_payment, differences, amount_open < amount,
    )  # fmt: skip


def _tiers(discounts: list[dict[str, Any]]) -> tuple[DiscountTier, ...]:
    return tuple([_tier(tier["until"], tier.get("grace_until"), tier["amount"]) for tier in discounts])


@lru_cache(maxsize=10_000)
def _tier(until: str, grace_until: str | None, amount: int) -> DiscountTier:
    last = date.fromisoformat(until)
    return DiscountTier(until=last, grace_until=date.fromisoformat(grace_until) if grace_until else last, amount=amount)
