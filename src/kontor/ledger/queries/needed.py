"""All that posting must know beforehand, asked for in one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.queries.accounts import AccountBook, KnownAccount
from kontor.ledger.rules.postings import AccountRef

_NEEDED = """
SELECT ARRAY(SELECT nextval('ledger_journalentry_id_seq') FROM generate_series(1, %(count)s)),
  (SELECT jsonb_agg(jsonb_build_array(a.id, a.number, a.control, a.is_active)) FROM ledger_account a
   WHERE a.tenant_id = %(tenant)s AND a.number = ANY(%(numbers)s)),
  (SELECT jsonb_agg(jsonb_build_array(r.role, r.rate_percent::text, a.id, a.number, a.control, a.is_active))
   FROM ledger_accountrole r JOIN ledger_account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   WHERE r.tenant_id = %(tenant)s AND r.role = ANY(%(roles)s)),
  (SELECT jsonb_agg(jsonb_build_array(p.first_day, p.last_day, p.id, y.label))
   FROM ledger_period p JOIN ledger_fiscalyear y ON y.tenant_id = p.tenant_id AND y.id = p.fiscal_year_id
   WHERE p.tenant_id = %(tenant)s AND p.first_day <= %(last)s AND p.last_day >= %(first)s)
"""


@dataclass(frozen=True, slots=True)
class Needed:
    """New ids of entries, the accounts that are named, and (first day, last day, period id, year) of each period."""

    ids: list[int]
    book: AccountBook
    periods: list[tuple[date, date, int, int]]


def needed(refs: Iterable[AccountRef], *, days: Collection[date], count: int) -> Needed:
    """Return what posting `count` entries with these accounts on these days needs; a constant one statement."""
    named = list(refs)
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "count": count, "first": min(days), "last": max(days),
        "numbers": list({ref.number for ref in named if ref.number}),
        "roles": list({ref.role for ref in named if not ref.number}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NEEDED, values)
        ids, *found = cursor.fetchone()
    accounts, roles, periods = (json.loads(part) if part else () for part in found)
    return Needed(
        ids=ids,
        book=AccountBook(
            by_number={row[1]: KnownAccount(*row) for row in accounts},
            by_role={(role, _rate(rate)): KnownAccount(*account) for role, rate, *account in roles},
        ),
        periods=[
            (date.fromisoformat(first), date.fromisoformat(last), period, year) for first, last, period, year in periods
        ],
    )


def _rate(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text).normalize()
