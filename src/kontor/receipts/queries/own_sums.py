"""What is on its way to one person, in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from kontor.openitems.models import Allocation
from kontor.receipts.models import IncomingDocument, WaivedReimbursement
from kontor.receipts.queries.advances import ON_THEIR_WAY
from kontor.receipts.queries.documents import own_documents
from kontor.receipts.queries.settings import open_advances, submission_settings
from kontor.receipts.rules.expectation import expected_day

REFUNDED = ("private", "advance")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSums:
    """Minor units of the base currency; other currencies are left out. `next_day` None: nothing is on its way."""

    on_way: int
    refunded: int
    advance_left: int
    next_day: date | None
    has_advance: bool


def sums_of(user_id: int, *, today: date, currency: str) -> OwnSums:
    """Return what comes back to a person, and when."""
    mine = own_documents(user_id).filter(currency=currency)
    unbooked = list(mine.filter(variant="private", state__in=ON_THEIR_WAY, entry=None))
    booked = list(mine.filter(variant__in=REFUNDED, state="final", item__amount_open__gt=0))
    on_way = sum(row.gross or 0 for row in unbooked) + sum(row.item.amount_open for row in booked)
    advances = [each for each in open_advances(user_id) if each.currency == currency]
    waiting = mine.filter(advance_id__in=[each.id for each in advances], state__in=ON_THEIR_WAY, entry=None)
    left = sum(each.item.amount_open for each in advances) - (waiting.aggregate(total=Sum("gross"))["total"] or 0)
    return OwnSums(
        on_way=on_way, refunded=_refunded(user_id, year=today.year, currency=currency), advance_left=max(left, 0),
        next_day=_next_day(unbooked, booked, today=today), has_advance=bool(advances),
    )  # fmt: skip


def _refunded(user_id: int, *, year: int, currency: str) -> int:
    """Return what a person was paid back this year, by bank or by hand; what was waived or taken back does not count."""
    waived = WaivedReimbursement.objects.filter(cancelled_on=None).values("document_id")
    paid = IncomingDocument.objects.filter(
        submitter_id=user_id, variant__in=REFUNDED, currency=currency, state="final", item__isnull=False
    ).exclude(id__in=waived)
    rows = Allocation.objects.filter(item_id__in=paid.values("item_id"), day__year=year)
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)


def _next_day(
    unbooked: list[IncomingDocument], booked: list[IncomingDocument], *, today: date
) -> date | None:  # fmt: skip
    if not unbooked and not booked:
        return None
    waits = not booked and all(row.state in {"submitted", "in_review", "query"} for row in unbooked)
    return expected_day(today, payment_weekday=submission_settings().payment_weekday, waits_for_approval=waits)
