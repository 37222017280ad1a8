"""A person's own receipts as their list shows them: on their way, drafts, done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Aggregate, Count, Q, QuerySet

from kontor.core.kept_statements import kept, kept_figures
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import CLOSED, own_documents

DRAFT = Q(state="draft")
PARTS = {"on_way": ~DRAFT & ~CLOSED, "drafts": DRAFT, "done": CLOSED}


@kept_figures
def own_counts(user_id: int) -> tuple[QuerySet[IncomingDocument], dict[str, Aggregate]]:
    """Return how many receipts of a person are in each part of the list."""
    return own_documents(user_id).order_by(), {name: Count("id", filter=part) for name, part in PARTS.items()}


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The receipts of one part, latest first, for a paginator that need not count them: `number` says how many."""

    user_id: int
    part: str
    number: int

    def count(self) -> int:
        """Return how many there are."""
        return self.number

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[IncomingDocument]:
        """Return some of them with what their way is told from."""
        if not self.number:
            return []
        return _rows.of(self.user_id, self.part).rows((part.start, part.stop), lambda rows: rows[part])


@kept
def _rows(user_id: int, part: str) -> QuerySet[IncomingDocument]:
    rows = IncomingDocument.objects.filter(PARTS[part], submitter_id=user_id).order_by("-id")
    return rows.select_related("means", "item", "advance", "advance__item", "repayment_route")
