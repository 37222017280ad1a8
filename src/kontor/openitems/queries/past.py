"""Allocations that may be taken back, with the lines that they had posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.rules.postings import PostingLine, by_number
from kontor.openitems.rules.steps import Row
from kontor.openitems.rules.undo import PastRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEntry:
    """An entry of allocations: its lines, rows that still hold, and the credit items it opened."""

    id: int
    kind: str
    document_number: str
    text: str
    lines: tuple[PostingLine, ...]
    rows: tuple[PastRow, ...]
    is_untouched: bool
    credit_items: tuple[tuple[int, int, int, int], ...]


# A plain undo does not hold anything; a return does, and so does the row that takes a return back.
_HOLDING = """
NOT EXISTS (SELECT 1 FROM openitems_allocation u WHERE u.tenant_id = %s AND u.reverses_id = x.id)
AND (x.reverses_id IS NULL OR (x.item_id IS NOT NULL AND x.amount > 0) OR EXISTS (SELECT 1 FROM openitems_allocation o
     WHERE o.tenant_id = %s AND o.id = x.reverses_id AND o.reverses_id IS NULL
     AND o.transaction_id IS DISTINCT FROM x.transaction_id))
"""
_ROWS = f"""
SELECT x.id, x.entry_id, x.kind, x.item_id, x.account_id, x.transaction_id, x.amount, x.amount_base, x.cash, x.cash_base,
  x.discount, x.difference, x.moved, x.line_first, x.line_last,
  CASE WHEN x.amount > 0 THEN (SELECT first.transaction_id FROM openitems_allocation back
    JOIN openitems_allocation first ON first.tenant_id = back.tenant_id AND first.id = back.reverses_id
    WHERE back.tenant_id = x.tenant_id AND back.id = x.reverses_id) END,
  {_HOLDING}
FROM openitems_allocation x WHERE x.tenant_id = %s AND x.entry_id = ANY(%s) ORDER BY x.id
"""
_LINES = """
SELECT l.entry_id, a.number, l.amount_base, l.amount, l.currency, l.party_id, l.tax_code, l.tax_base, l.tax_amount,
  l.project_id, l.sphere, l.text
FROM ledger_journalline l JOIN ledger_account a ON a.tenant_id = %s AND a.id = l.account_id
WHERE l.tenant_id = %s AND l.entry_id = ANY(%s) ORDER BY l.entry_id, l.position
"""
_CREDITS = """
SELECT l.entry_id, i.id, i.amount, i.amount_base, i.amount_open FROM ledger_journalline l
JOIN openitems_openitem i ON i.tenant_id = %s AND i.journal_line_id = l.id
WHERE l.tenant_id = %s AND l.entry_id = ANY(%s) ORDER BY i.id
"""


def entries_of(allocation_ids: Iterable[int]) -> dict[int, int]:
    """Return the entry of each allocation."""
    return dict(_fetch(
        "SELECT id, entry_id FROM openitems_allocation WHERE tenant_id = %s AND id = ANY(%s)",
        [current_tenant_id(), list(allocation_ids)],
    ))  # fmt: skip


def holding_of_run(run_key: str, *, limit: int) -> list[int]:
    """Return entries of a run whose allocations still hold, newest first, at most `limit`."""
    here = current_tenant_id()
    found = _fetch(
        f"SELECT DISTINCT x.entry_id FROM openitems_allocation x WHERE x.tenant_id = %s AND x.run_key = %s AND {_HOLDING} "
        "ORDER BY 1 DESC LIMIT %s",
        [here, run_key, here, here, limit],
    )
    return [row[0] for row in found]


def lines_of_entries(entry_ids: Sequence[int]) -> Mapping[int, tuple[PostingLine, ...]]:
    """Return the lines of entries as rule values, accounts by number."""
    here = current_tenant_id()
    lines: dict[int, list[PostingLine]] = {}
    for entry_id, number, base, amount, currency, party, code, tax_base, tax, project, sphere, text in _fetch(
        _LINES, [here, here, list(entry_ids)]
    ):
        line = PostingLine(
            by_number(number), base, amount, currency, party, code or None, tax_base, tax, project, sphere or None, text
        )
        lines.setdefault(entry_id, []).append(line)
    return {entry_id: tuple(found) for entry_id, found in lines.items()}


def past_entries(entry_ids: Iterable[int]) -> list[PastEntry]:
    """Return entries of allocations, ascending, with the rows that still hold; four statements in all."""
    wanted = sorted(set(entry_ids))
    here = current_tenant_id()
    heads = _fetch(
        "SELECT id, kind, document_number, text FROM ledger_journalentry WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id",
        [here, wanted],
    )
    lines = lines_of_entries(wanted)
    rows: dict[int, list[PastRow]] = {}
    taken_back: set[int] = set()
    for values in _fetch(_ROWS, [here, here, here, wanted]):
        *facts, holds = values
        if holds:
            row = _past_row(facts, lines)
            rows.setdefault(row.entry_id, []).append(row)
        else:
            taken_back.add(facts[1])
    opened: dict[int, list[tuple[int, int, int, int]]] = {}
    for entry_id, *credit in _fetch(_CREDITS, [here, here, wanted]):
        opened.setdefault(entry_id, []).append((credit[0], credit[1], credit[2], credit[3]))
    return [
        PastEntry(
            id=entry_id, kind=kind, document_number=number, text=text, lines=lines.get(entry_id, ()),
            rows=tuple(rows.get(entry_id, ())), is_untouched=entry_id not in taken_back,
            credit_items=tuple(opened.get(entry_id, ())),
        )
        for entry_id, kind, number, text in heads
    ]  # fmt: skip


def _past_row(facts: Sequence[Any], lines: Mapping[int, tuple[PostingLine, ...]]) -> PastRow:
    (row_id, entry_id, kind, item_id, account_id, transaction_id, amount, amount_base, cash, cash_base, discount,
     difference, moved, first, last, home_id) = facts  # fmt: skip
    return PastRow(
        id=row_id,
        entry_id=entry_id,
        account_id=account_id,
        home_id=home_id or transaction_id,
        row=Row(
            kind=kind, item_id=item_id, transaction_id=transaction_id, amount=amount, amount_base=amount_base, cash=cash,
            cash_base=cash_base, discount=discount, difference=difference, moved=tuple(moved), line_first=first,
            line_last=last,
        ),
        lines=lines[entry_id][first - 1 : last] if first else (),
    )  # fmt: skip


def _fetch(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
