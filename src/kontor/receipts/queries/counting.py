"""How many receipts count against a plan, and which keep a person from leaving."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import CLOSED


class OpenReceiptsLeft(Refusal):
    """Receipts of the person are still on their way (OC-13)."""

    sentence = gettext_noop(
        "%(count)s receipts are still on their way. Wait until they are done, or withdraw them, then delete the account."
    )
    status = 409


def count_receipts() -> int:
    """Return how many receipts of the open tenant were ever handed in (OC-27: done ones count as well)."""
    return IncomingDocument.objects.filter(sequence__isnull=False).count()


def check_farewell(user_id: int) -> Refusal | None:
    """Return why the person cannot leave yet: receipts handed in that are neither done nor closed."""
    rows = IncomingDocument.objects.filter(submitter_id=user_id, sequence__isnull=False).exclude(CLOSED)
    count = rows.count()
    return OpenReceiptsLeft(count=count) if count else None
