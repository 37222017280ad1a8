"""Advances and what is left of them."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.rules.advances import Outcome, outcome, outstanding
from kontor.receipts.rules.workflow import APPROVED, IN_PROGRESS, IN_REVIEW, QUERY, SUBMITTED

ON_THEIR_WAY = (SUBMITTED, IN_REVIEW, QUERY, APPROVED, IN_PROGRESS)


def advances() -> Sequence[Advance]:
    """Return all advances with their items, latest first."""
    return list(Advance.objects.select_related("user", "item", "project").order_by("-id"))


def outstanding_before(document: IncomingDocument) -> int:
    """Return what is left of the document's advance before it, receipts on their way counted; minor units.

    An advance that nobody recorded counts as typed.
    """
    if document.advance_id is None:
        typed: int | None = document.advance_typed
        return typed or 0
    advance = Advance.objects.select_related("item").get(id=document.advance_id)
    if advance.item is None:
        asked_for: int = advance.amount
        return asked_for
    others = IncomingDocument.objects.filter(
        advance_id=document.advance_id, state__in=ON_THEIR_WAY, entry=None, gross__isnull=False
    ).exclude(id=document.id)
    if document.submitted_at is not None:
        others = others.filter(submitted_at__lt=document.submitted_at)
    return outstanding(
        advance.item.amount_open, waiting=[gross or 0 for gross in others.values_list("gross", flat=True)]
    )


def outcome_of(document: IncomingDocument) -> Outcome:
    """Return what follows from this receipt on its advance."""
    return outcome(outstanding_before(document), gross=document.gross or 0, more_follow=document.more_receipts_follow)
