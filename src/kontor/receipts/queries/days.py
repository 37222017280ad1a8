"""The day on which a receipt is posted if nobody says otherwise."""

from __future__ import annotations

from datetime import date

from django.db import connection

from kontor.core.tenancy import current_tenant_id

FIRST_OPEN = """
SELECT min(p.first_day) FROM ledger_period p
WHERE p.tenant_id = %(tenant)s AND p.last_day >= %(day)s AND p.state = 'open'
"""


def first_open_day(day: date) -> date:
    """Return `day` if its period is open or not yet made, else the first day of the next open period, else `day`."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_OPEN, {"tenant": current_tenant_id(), "day": day})
        first: date | None = cursor.fetchone()[0]
    return day_in(first, day)


def day_in(first_open: date | None, day: date) -> date:
    """Return `day`, or the first day of the next open period where that is later."""
    return day if first_open is None else max(first_open, day)
