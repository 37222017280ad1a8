"""Marking transactions as not business-relevant, and back."""

from __future__ import annotations

from collections.abc import Sequence

from kontor.banking.models import BankTransaction, Relevance
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop


class AssignedAlready(Refusal):
    """An assigned transaction concerns the books."""

    sentence = gettext_noop(
        "%(count)s of the chosen transactions are assigned already. Please cancel the assignment first."
    )


@act("banking.mark_relevance")
def mark_relevance(ids: Sequence[int], *, relevance: Relevance) -> int:
    """Mark transactions and return how many changed.  Raises: AssignedAlready."""
    rows = BankTransaction.objects.filter(id__in=ids, is_deleted=False)
    locked = list(rows.order_by("id").select_for_update().values_list("id", "allocated"))
    assigned = sum(1 for _, allocated in locked if allocated)
    if assigned and relevance is Relevance.NOT_RELEVANT:
        raise AssignedAlready(count=assigned)
    return rows.exclude(relevance=relevance).update(relevance=relevance)
