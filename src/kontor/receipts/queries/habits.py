"""To which account receipts of a supplier usually go, and what stands behind a cost type: proposals with their reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.receipts.models import IncomingDocument
from kontor.receipts.rules.habits import Booked, Choice, Habit, habit_of

LOOKED_AT = 5

LAST = """
last AS (
  SELECT d.id, d.booked_at FROM receipts_incomingdocument d
  WHERE d.tenant_id = %(tenant)s AND d.state = 'final' AND d.id <> %(id)s
  AND (%(name)s <> '' AND upper(d.supplier_name) = upper(%(name)s) OR d.supplier_id = %(supplier)s)
  ORDER BY d.booked_at DESC, d.id DESC LIMIT %(most)s
)
"""
HABITS = """
  (SELECT jsonb_agg(jsonb_build_array(l.document_id, l.cost_type_id, a.id, a.number, l.tax_code, l.sphere)
                    ORDER BY last.booked_at DESC, last.id DESC, l.position)
   FROM last JOIN receipts_incomingline l ON l.tenant_id = %(tenant)s AND l.document_id = last.id
   JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
   WHERE a.is_active AND a.control = ''),
  (SELECT jsonb_agg(jsonb_build_array(m.cost_type_id, a.id, a.number, m.tax_code, m.sphere))
   FROM ledger_accountmapping m JOIN ledger_account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id
   WHERE m.tenant_id = %(tenant)s AND m.region = '' AND m.cost_type_id = ANY(%(types)s)
   AND a.is_active AND a.control = '')
"""


def habits(document: IncomingDocument, cost_type_ids: Iterable[int | None]) -> dict[int | None, Habit]:
    """Return what is proposed for a part of each cost type (None: without one); a type without proposal is left out.

    Counted are the last bookings of this supplier in these books, in one statement; accounts out of use are no proposals.
    """
    wanted = set(cost_type_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {LAST} SELECT {HABITS}", values_for(document, wanted))
        return habits_in(cursor.fetchone(), wanted)


def values_for(document: IncomingDocument, wanted: Iterable[int | None]) -> dict[str, Any]:
    """Return the values of `LAST` and `HABITS`."""
    return {
        "tenant": current_tenant_id(), "id": document.id, "name": document.supplier_name.strip(),
        "supplier": document.supplier_id, "most": LOOKED_AT, "types": [key for key in wanted if key is not None],
    }  # fmt: skip


def habits_in(row: Sequence[str | None], wanted: Iterable[int | None]) -> dict[int | None, Habit]:
    """Return what the columns `HABITS` say."""
    lines, mapped = (json.loads(part) if part else [] for part in row)
    booked, behind = _booked(lines), {cost_type_id: Choice(*choice) for cost_type_id, *choice in mapped}
    found = {key: habit_of(booked, cost_type_id=key, behind=behind.get(key or 0)) for key in wanted}
    return {key: habit for key, habit in found.items() if habit is not None}


def _booked(lines: Sequence[Any]) -> list[Booked]:
    """Return the parts of the supplier's last receipts that were booked."""
    ages = {key: age for age, key in enumerate(dict.fromkeys(row[0] for row in lines))}
    return [Booked(ages[document_id], cost_type_id, Choice(*choice)) for document_id, cost_type_id, *choice in lines]
