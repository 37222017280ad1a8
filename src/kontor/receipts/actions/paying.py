"""Bringing receipts and invoices onto a payment list (OC-56)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.openitems.models import ItemSide
from kontor.payments.actions.batches import Wanted, add, collect
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.rules.refusals import NothingToPay
from kontor.receipts.models import IncomingDocument, Workflow
from kontor.receipts.queries.documents import documents, name_of
from kontor.receipts.queries.inbox import PAYABLE, TO_PAY
from kontor.receipts.queries.payees import payees_of_documents
from kontor.receipts.rules.workflow import NotBooked


class WaitsForNoPayment(Refusal):
    """Paid, or never to be paid by us."""

    sentence = gettext_noop("Nothing is to be paid for it any more.")
    status = 409


class OnListAlready(Refusal):
    """Another list holds it."""

    sentence = gettext_noop("It is on a payment list already.")
    status = 409


class MoneyComesBack(Refusal):
    """The money goes the other way."""

    sentence = gettext_noop("Here money comes back to the organisation; nothing is to be paid.")
    status = 409


def check_payable(document: IncomingDocument) -> None:
    """Refuse what no payment list can pay; the document comes from `documents()`.

    Raises:
        NotBooked, WaitsForNoPayment, OnListAlready, MoneyComesBack
    """
    item = document.item
    if document.state != Workflow.FINAL or item is None:
        raise NotBooked(number=name_of(document))
    if not item.amount_open or document.variant not in PAYABLE:
        raise WaitsForNoPayment
    if item.is_in_payment:
        raise OnListAlready
    if item.side == ItemSide.DEBIT:
        raise MoneyComesBack


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
