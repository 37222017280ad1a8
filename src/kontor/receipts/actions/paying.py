"""Bringing receipts and invoices onto a payment list (OC-56)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.tenancy import Actor
from kontor.payments.actions.batches import Wanted, add, collect
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.rules import NothingToPay
from kontor.receipts.queries.documents import documents, name_of
from kontor.receipts.queries.inbox import TO_PAY
from kontor.receipts.queries.payees import payees_of_documents


@act("receipts.collect_for_payment")
def collect_for_payment(
    document_ids: Sequence[int], *, money_account_id: int, execution_date: date, at: datetime, by: Actor
) -> PaymentBatch:
    """Put what is to be paid or refunded of these onto the account's list in preparation, or on a new one.

    What waits for no payment is left out.

    Raises:
        NothingToPay: none of them does; whatever `payments.collect` refuses; nothing is written then.
    """
    rows = list(documents().filter(TO_PAY, id__in=list(document_ids)).order_by("id"))
    if not rows:
        raise NothingToPay
    wanted = [
        Wanted(
            item_id=row.item_id or 0, document=name_of(row), payee_name=payee.name, payee_iban=payee.iban,
            payee_bic=payee.bic, remittance=payee.remittance, reference=payee.reference,
        )
        for row, payee in zip(rows, payees_of_documents(rows), strict=True)
    ]  # fmt: skip
    drafts = PaymentBatch.objects.filter(state=BatchState.DRAFT, money_account_id=money_account_id)
    draft = drafts.order_by("-id").first()
    if draft is not None:
        return add(draft.id, wanted, by=by)
    return collect(wanted, money_account_id=money_account_id, execution_date=execution_date, at=at, by=by)
