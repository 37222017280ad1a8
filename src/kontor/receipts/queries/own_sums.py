"""What is on its way to one person, in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from kontor.core.kept_statements import kept, kept_figures
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


@kept_figures
def own_figures(user_id: int, currency: str) -> tuple[QuerySet[IncomingDocument], dict[str, Aggregate]]:
    """Return what waits for a person: questions, drafts; and what comes back to them: unbooked, booked, minor units."""
    is_one = Q(currency=currency)
    unbooked = is_one & Q(variant="private", state__in=ON_THEIR_WAY, entry=None)
    booked = is_one & Q(variant__in=REFUNDED, state="final", item__amount_open__gt=0)
    return own_documents(user_id), {
        "questions": Count("id", filter=Q(state="query")), "drafts": Count("id", filter=Q(state="draft")),
        "unbooked": Sum("gross", filter=unbooked, default=0),
        "booked": Sum("item__amount_open", filter=booked, default=0),
    }  # fmt: skip


def sums_of(user_id: int, *, today: date, currency: str) -> OwnSums:
    """Return what comes back to a person, and when."""
    unbooked, booked = _unbooked.rows(user_id, currency), _booked.rows(user_id, currency)
    on_way = sum(gross or 0 for gross, _state in unbooked) + sum(booked)
    advances = [each for each in open_advances(user_id) if each.currency == currency]
    waiting = _waiting(user_id, currency, [each.id for each in advances])["total"] or 0 if advances else 0
    left = sum(each.item.amount_open for each in advances) - waiting
    return OwnSums(
        on_way=on_way, refunded=_refunded(user_id, year=today.year, currency=currency), advance_left=max(left, 0),
        next_day=_next_day([state for _gross, state in unbooked], has_booked=bool(booked), today=today), has_advance=bool(advances),
    )  # fmt: skip


@kept
def _unbooked(user_id: int, currency: str) -> QuerySet[IncomingDocument, Any]:
    """Return amount and state of what a person paid and nobody has booked."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, currency=currency, variant="private")
    return rows.filter(state__in=ON_THEIR_WAY, entry=None).order_by("-id").values_list("gross", "state")


@kept
def _booked(user_id: int, currency: str) -> QuerySet[IncomingDocument, Any]:
    """Return what is open of the receipts that are booked for a person."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, currency=currency, variant__in=REFUNDED, state="final")
    return rows.filter(item__amount_open__gt=0).order_by("-id").values_list("item__amount_open", flat=True)


@kept_figures
def _waiting(
    user_id: int, currency: str, advance_ids: list[int]
) -> tuple[QuerySet[IncomingDocument], dict[str, Aggregate]]:
    """Return what receipts on their way take from these advances: total."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, currency=currency, advance_id__among=advance_ids)
    return rows.filter(state__in=ON_THEIR_WAY, entry=None), {"total": Sum("gross")}


def _refunded(user_id: int, *, year: int, currency: str) -> int:
    """Return what a person was paid back this year, by bank or by hand; what was waived or taken back does not count."""
    return int(_paid_back(user_id, currency, date(year, 1, 1), date(year, 12, 31))["total"] or 0)


@kept_figures
def _paid_back(
    user_id: int, currency: str, first_day: date, last_day: date
) -> tuple[QuerySet[Allocation], dict[str, Aggregate]]:
    waived = WaivedReimbursement.objects.filter(cancelled_on=None).values("document_id")
    paid = IncomingDocument.objects.filter(
        submitter_id=user_id, variant__in=REFUNDED, currency=currency, state="final", item__isnull=False
    ).exclude(id__in=waived)
    rows = Allocation.objects.filter(item_id__in=paid.values("item_id"), day__range=(first_day, last_day))
    return rows, {"total": Sum("amount")}


def _next_day(unbooked: list[str], *, has_booked: bool, today: date) -> date | None:
    """Return when money likely comes; `unbooked` are the states of what is not booked yet."""
    if not unbooked and not has_booked:
        return None
    waits = not has_booked and all(state in {"submitted", "in_review", "query"} for state in unbooked)
    return expected_day(today, payment_weekday=submission_settings().payment_weekday, waits_for_approval=waits)
