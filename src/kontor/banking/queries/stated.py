"""What banks state of an account of the books, for its sheet."""

from __future__ import annotations

from datetime import date

from kontor.banking.models import MoneyAccount, Statement
from kontor.ledger.queries.sheet import Stated


def stated_balance(account_id: int, on: date) -> Stated | None:
    """Return the last balance stated by the day `on` of the one money account behind a ledger account.

    None where no statement tells, or where several money accounts share the ledger account: no bank states their sum.
    """
    holders = list(MoneyAccount.objects.filter(account_id=account_id).values_list("id", flat=True)[:2])
    if len(holders) != 1:
        return None
    rows = Statement.objects.filter(
        money_account_id=holders[0], kind="booked", closing__isnull=False, closing_date__lte=on
    ).order_by("-closing_date", "-id")
    closing, currency, day = rows.values_list("closing", "currency", "closing_date").first() or (None, "", None)
    return None if closing is None or day is None else Stated(closing, currency, day)
