"""Items that were set paid by hand through the transit account, and whose line on the statement is still awaited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from kontor.banking.models import BankTransaction
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.openitems.models import Allocation, ItemSide
from kontor.payments.models import PaymentOrder

CLEARS_SETTLING = "clears_settling"  # in the evidence of an allocation to transit: id of the settling by hand
DAYS_MAX = 60
SHOWN_MAX = 5


def paid_by_hand(transaction: BankTransaction) -> Sequence[Allocation]:
    """Return what an untouched transaction may be the money of: same amount and way, paid up to 60 days around it.

    Orders of payment lists are left to `statement.fitting_lists`; the nearest day comes first. At most 3 statements.
    """
    if not transaction.amount or transaction.allocated:
        return []
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    living = Allocation.objects.filter(~Exists(undo), reverses__isnull=True)
    around = timedelta(DAYS_MAX)
    rows = living.annotate(money=F("amount") - F("discount")).filter(
        ~Exists(PaymentOrder.objects.filter(item_id=OuterRef("item_id"), is_removed=False)),
        kind="setoff", transaction__isnull=True, entry__kind="payment", money=abs(transaction.amount),
        item__currency=transaction.currency,
        item__side=ItemSide.CREDIT if transaction.amount < 0 else ItemSide.DEBIT,
        day__range=(transaction.booking_date - around, transaction.booking_date + around),
    )  # fmt: skip
    found = list(rows.select_related("item", "item__party").order_by("-id")[: 4 * SHOWN_MAX])
    if not found:
        return []
    through = _through_transit(found)
    cleared = {
        (row.evidence or {}).get(CLEARS_SETTLING)
        for row in living.filter(item__isnull=True, evidence__has_key=CLEARS_SETTLING).only("evidence")
    }
    waiting = [row for row in found if row.entry_id in through and row.id not in cleared]
    return sorted(waiting, key=lambda row: abs((row.day - transaction.booking_date).days))[:SHOWN_MAX]


def _through_transit(rows: Sequence[Allocation]) -> set[int]:
    transit = account_book().find(by_role("transit")).id
    lines = JournalLine.objects.filter(entry_id__in=[row.entry_id for row in rows], account_id=transit)
    return set(lines.values_list("entry_id", flat=True))
