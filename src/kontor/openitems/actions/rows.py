"""Writing items and allocations, many at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kontor.core.tenancy import current, current_tenant_id
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.shares import stored_shares
from kontor.openitems.keys import keys_of
from kontor.openitems.rules.news import Discount, NewItem
from kontor.openitems.rules.steps import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemToWrite:
    """An item with the journal line that it is the image of."""

    item: Item
    news: NewItem
    line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowToWrite:
    """An allocation row with its entry and what is known about its making."""

    row: Row
    account_id: int | None
    entry_id: int
    day: date
    reverses_id: int | None = None
    run_key: str = ""
    evidence: Mapping[str, object] | None = None
    is_automatic: bool = False


_INSERT_ITEMS = """
INSERT INTO openitems_openitem (tenant_id, kind, side, party_id, document_number, "references", text, document_date,
  due_date, currency, amount, amount_base, amount_open, base_open, discounts, under_limit, over_limit, differences,
  tax_split, undue_moved, journal_line_id, project_id, dunning_block, is_blocked, is_in_payment, is_returned, keys, created_at)
SELECT %s, r.kind, r.side, r.party_id, r.document_number, ARRAY(SELECT jsonb_array_elements_text(r."references")), r.text,
  r.document_date, r.due_date, r.currency, r.amount, r.amount_base, r.amount, r.amount_base, r.discounts, r.under_limit,
  r.over_limit, 0, r.tax_split, array_fill(0::bigint, ARRAY[jsonb_array_length(r.tax_split)]), r.journal_line_id,
  r.project_id, false, false, false, false, ARRAY(SELECT jsonb_array_elements_text(r.keys)), %s
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::jsonb[], %s::text[], %s::date[], %s::date[], %s::text[],
  %s::bigint[], %s::bigint[], %s::jsonb[], %s::bigint[], %s::bigint[], %s::jsonb[], %s::bigint[], %s::bigint[], %s::jsonb[])
  WITH ORDINALITY AS r(kind, side, party_id, document_number, "references", text, document_date, due_date, currency,
  amount, amount_base, discounts, under_limit, over_limit, tax_split, journal_line_id, project_id, keys, n)
ORDER BY r.n RETURNING id
"""
_INSERT_ROWS = """
INSERT INTO openitems_allocation (tenant_id, kind, item_id, account_id, transaction_id, entry_id, amount, amount_base,
  cash, cash_base, discount, difference, moved, line_first, line_last, reverses_id, run_key, evidence, is_automatic, day,
  created_at, created_by_id)
SELECT %s, r.kind, r.item_id, r.account_id, r.transaction_id, r.entry_id, r.amount, r.amount_base, r.cash, r.cash_base,
  r.discount, r.difference, r.moved::bigint[], r.line_first, r.line_last, r.reverses_id, r.run_key, r.evidence,
  r.is_automatic, r.day, %s, %s
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
  %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::jsonb[],
  %s::bool[], %s::date[]) WITH ORDINALITY AS r(kind, item_id, account_id, transaction_id, entry_id, amount, amount_base,
  cash, cash_base, discount, difference, moved, line_first, line_last, reverses_id, run_key, evidence, is_automatic, day, n)
ORDER BY r.n RETURNING id
"""


def write_items(items: Sequence[ItemToWrite], *, at: datetime) -> list[int]:
    """Write items and return their ids in order."""
    if not items:
        return []
    rows = [
        (
            each.news.kind, each.item.side, each.item.party_id, each.news.document_number.strip(),
            json.dumps(list(each.news.references)), each.news.text, each.news.document_date, each.news.due_date,
            each.item.currency, each.item.amount, each.item.amount_base,
            json.dumps([stored_discount(tier) for tier in each.news.discounts]), each.news.under_limit,
            each.news.over_limit, json.dumps(stored_shares(each.item.shares)), each.line_id, each.item.project_id,
            json.dumps(keys_of(each.news.document_number, each.news.references)),
        )
        for each in items
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ITEMS, [current_tenant_id(), at, *_columns(rows)])
        return [row[0] for row in cursor.fetchall()]


def write_rows(rows: Sequence[RowToWrite], *, at: datetime) -> list[int]:
    """Write allocations in one statement and return their ids in order; the database moves items and transactions."""
    if not rows:
        return []
    values = [
        (
            each.row.kind, each.row.item_id, each.account_id, each.row.transaction_id, each.entry_id, each.row.amount,
            each.row.amount_base, each.row.cash, each.row.cash_base, each.row.discount, each.row.difference,
            "{" + ",".join(map(str, each.row.moved)) + "}", each.row.line_first, each.row.line_last, each.reverses_id,
            each.run_key, None if each.evidence is None else json.dumps(each.evidence), each.is_automatic, each.day,
        )
        for each in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ROWS, [current_tenant_id(), at, current().actor_id, *_columns(values)])
        return [row[0] for row in cursor.fetchall()]


def stored_discount(tier: Discount) -> dict[str, object]:
    """Return a discount as it is stored with an item."""
    return {
        "until": tier.until.isoformat(),
        "grace_until": tier.grace_until.isoformat(),
        "amount": tier.amount,
        "percent": str(tier.percent),
    }


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
