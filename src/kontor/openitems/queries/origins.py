"""What a journal entry belongs to among open items and bank transactions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kontor.core.figures import format_day, format_money
from kontor.core.kept_statements import kept
from kontor.ledger.queries.journal import LinkOfEntry
from kontor.openitems.models import OpenItem
from kontor.openitems.queries.allocations import AllocationRow, allocations_of_entry

LINKS_MAX = 40


def links_of_entry(entry_id: int) -> list[LinkOfEntry]:
    """Return the documents that an entry opened or settled, and the bank's transactions behind it; two queries."""
    links = [
        LinkOfEntry(
            label=item.document_number, sub=f"{item.party.name} · {format_money(item.amount, currency=item.currency)}",
            icon="scale", url_name="openitems:item", argument="item_id", object_id=item.id, right="openitems.view",
        )
        for item in _opened.rows(entry_id)
    ]  # fmt: skip
    rows = allocations_of_entry(entry_id)[:LINKS_MAX]
    return [*links, *_items(rows), *_transactions(rows)]


@kept
def _opened(entry_id: int) -> QuerySet[OpenItem]:
    rows = OpenItem.objects.filter(journal_line__entry_id=entry_id).select_related("party")
    return rows.order_by("id")[:LINKS_MAX]


def _items(rows: Iterable[AllocationRow]) -> Iterable[LinkOfEntry]:
    for row in rows:
        if row.item_id is not None:
            amount = format_money(abs(row.amount), currency=row.currency)
            words = _("%(amount)s settled") if row.amount > 0 else _("%(amount)s taken back")
            yield LinkOfEntry(
                label=row.document_number or "–", sub=words % {"amount": amount}, icon="scale", url_name="openitems:item",
                argument="item_id", object_id=row.item_id, right="openitems.view",
            )  # fmt: skip


def _transactions(rows: Iterable[AllocationRow]) -> Iterable[LinkOfEntry]:
    seen = {row.transaction_id: row for row in rows if row.transaction_id is not None}
    for key, row in seen.items():
        day = format_day(row.booking_date) if row.booking_date else ""
        yield LinkOfEntry(
            label=_("Transaction of %(day)s") % {"day": day}, sub=row.counterparty_name or "", icon="landmark",
            url_name="bank_transaction", argument="transaction_id", object_id=key or 0, right="banking.view",
        )  # fmt: skip
