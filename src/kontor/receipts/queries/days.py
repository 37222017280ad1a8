"""The day on which a receipt is posted if nobody says otherwise."""

from __future__ import annotations

from datetime import date

from django.db import connection

from kontor.core.tenancy import current_tenant_id

_FIRST_OPEN = """
SELECT min(p.first_day) FROM ledger_period p WHERE p.tenant_id = %s AND p.last_day >= %s AND p.state = 'open'
"""


def first_open_day(day: date) -> date:
    """Return `day` if its period is open or not yet made, else the first day of the next open period, else `day`."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OPEN, [current_tenant_id(), day])
        first: date | None = cursor.fetchone()[0]
    return day if first is None else max(first, day)
