"""Labelled matching data in a database, written through the bulk paths that an office uses."""

# ruff: noqa: PLC0415  # models can be imported only once the database of the bench is known

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from typing import TYPE_CHECKING

from bench.books_data import AT, BATCH
from bench.matching_data import Labelled

if TYPE_CHECKING:
    from kontor.matching.rules.values import OpenItemRow, PartyRow, TransactionRow
    from kontor.openitems.rules.news import NewItem


def store(books: int, data: Labelled) -> Labelled:
    """Write parties, open items and bank lines into books; return the data under the database's ids."""
    from kontor.core.tenancy import tenant

    with tenant(books):
        parties = _write_parties(data.parties)
    items: dict[int, int] = {}
    for some in batched(data.items, BATCH):
        with tenant(books):
            items |= _write_items(some, parties)
    with tenant(books):
        lines = _write_transactions(data.transactions)
    return Labelled(
        [replace(item, item_id=items[item.item_id], party_id=parties[item.party_id]) for item in data.items],
        [replace(party, party_id=parties[party.party_id]) for party in data.parties],
        [replace(row, transaction_id=lines[row.transaction_id]) for row in data.transactions],
        {line: frozenset(items[at] for at in data.truth[row]) for row, line in lines.items()},
        {line: data.kind[row] for row, line in lines.items()},
    )


def _write_parties(parties: Iterable[PartyRow]) -> dict[int, int]:
    from kontor.contacts.models import BankDetails, Party, PartyAccount
    from kontor.contacts.rules.names import sort_name

    rows = list(parties)
    made = Party.objects.bulk_create([Party(name=row.name, sort_name=sort_name(row.name)) for row in rows], 5_000)
    ids = {row.party_id: party.id for row, party in zip(rows, made, strict=True)}
    BankDetails.objects.bulk_create(
        [BankDetails(party_id=ids[row.party_id], iban=iban) for row in rows for iban in row.ibans], 5_000
    )
    PartyAccount.objects.bulk_create(
        [PartyAccount(party_id=ids[row.party_id], side="debtor", number=row.customer_number) for row in rows], 5_000
    )
    return ids


def _write_items(items: Iterable[OpenItemRow], party_ids: Mapping[int, int]) -> dict[int, int]:
    from kontor.openitems.actions.opening import open_items

    rows = list(items)
    ids = open_items([_news(row, party_ids[row.party_id]) for row in rows], at=AT)
    return {row.item_id: made for row, made in zip(rows, ids, strict=True)}


def _news(item: OpenItemRow, party_id: int) -> NewItem:
    from kontor.openitems.rules.news import Discount, NewItem

    return NewItem(
        kind=item.side, party_id=party_id, document_number=item.document_number, document_date=item.document_date,
        due_date=item.due_date, currency=item.currency, amount=-item.amount_open if item.is_credit_note else item.amount_open,
        references=item.references, under_limit=item.tolerance_under, over_limit=item.tolerance_over,
        discounts=tuple(
            Discount(until=tier.until, grace_until=tier.grace_until, amount=tier.amount, percent=Decimal(2))
            for tier in item.discounts
        ),
    )  # fmt: skip


def _write_transactions(transactions: Iterable[TransactionRow]) -> dict[int, int]:
    from kontor.banking.models import BankTransaction, MoneyAccount
    from kontor.ledger.models.accounts import AccountRole

    account = AccountRole.objects.get(role="bank", rate_percent=None).account_id
    bank = MoneyAccount.objects.create(code="bench", name="Hausbank", currency="EUR", account_id=account)
    rows = list(transactions)
    made = BankTransaction.objects.bulk_create(
        [
            BankTransaction(
                money_account_id=bank.id, identity=f"line-{row.transaction_id}", booking_date=row.booking_date,
                value_date=row.value_date, amount=row.amount, currency=row.currency,
                counterparty_name=row.counterparty_name, counterparty_iban=row.counterparty_iban, remittance=row.text,
                structured_reference=row.structured_reference, end_to_end_id=row.end_to_end_id,
            )
            for row in rows
        ],
        5_000,
    )  # fmt: skip
    return {row.transaction_id: line.id for row, line in zip(rows, made, strict=True)}
