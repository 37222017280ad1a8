"""Items that were set paid by hand through the transit account, and whose line on the statement is still awaited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kontor.banking.models import BankTransaction
from kontor.core.kept_statements import kept
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
    around = timedelta(DAYS_MAX)
    found = _fitting.rows(
        abs(transaction.amount), transaction.currency, ItemSide.CREDIT if transaction.amount < 0 else ItemSide.DEBIT,
        first_day=transaction.booking_date - around, last_day=transaction.booking_date + around,
    )  # fmt: skip
    if not found:
        return []
    through = _through_transit(found)
    cleared = {
        (row.evidence or {}).get(CLEARS_SETTLING)
        for row in _living().filter(item__isnull=True, evidence__has_key=CLEARS_SETTLING).only("evidence")
    }
    waiting = [row for row in found if row.entry_id in through and row.id not in cleared]
    return sorted(waiting, key=lambda row: abs((row.day - transaction.booking_date).days))[:SHOWN_MAX]


def _living() -> QuerySet[Allocation]:
    undo = Allocation.objects.filter(reverses_id=OuterRef("id"))
    return Allocation.objects.filter(~Exists(undo), reverses__isnull=True)


@kept
def _fitting(
    money: int, currency: str, side: str, *, first_day: date, last_day: date
) -> QuerySet[Allocation, Allocation]:  # fmt: skip
    ordered = PaymentOrder.objects.filter(item_id=OuterRef("item_id"), is_removed=False)
    rows = _living().annotate(money=F("amount") - F("discount")).filter(
        ~Exists(ordered.filter(Q(carried_out_on__isnull=True) | Q(amount=OuterRef("money")))),
        kind="setoff", transaction__isnull=True, entry__kind="payment", money=money, item__currency=currency,
        item__side=side, day__range=(first_day, last_day),
    )  # fmt: skip
    return rows.select_related("item", "item__party").order_by("-id")[: 4 * SHOWN_MAX]


def _through_transit(rows: Sequence[Allocation]) -> set[int]:
    transit = account_book().find(by_role("transit")).id
    lines = JournalLine.objects.filter(entry_id__in=[row.entry_id for row in rows], account_id=transit)
    return set(lines.values_list("entry_id", flat=True))
