"""What banks state of an account of the books, for its sheet."""

from __future__ import annotations

from datetime import date

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.queries.sheet import Stated

_STATED = """
SELECT s.closing, s.currency, s.closing_date FROM banking_moneyaccount m
JOIN banking_statement s ON s.tenant_id = %(tenant)s AND s.money_account_id = m.id
WHERE m.tenant_id = %(tenant)s AND m.account_id = %(account)s
AND s.kind = 'booked' AND s.closing IS NOT NULL AND s.closing_date <= %(day)s
AND NOT EXISTS (SELECT FROM banking_moneyaccount o
                WHERE o.tenant_id = %(tenant)s AND o.account_id = %(account)s AND o.id <> m.id)
ORDER BY s.closing_date DESC, s.id DESC LIMIT 1
"""


def stated_balance(account_id: int, on: date) -> Stated | None:
    """Return the last balance stated by the day `on` of the one money account behind a ledger account.

    None where no statement tells, or where several money accounts share the ledger account: no bank states their sum.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATED, {"tenant": current_tenant_id(), "account": account_id, "day": on})
        row = cursor.fetchone()
    return None if row is None else Stated(*row)
