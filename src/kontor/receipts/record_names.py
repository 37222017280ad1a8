"""What the record calls receipts and what they are set up with."""

from __future__ import annotations

from kontor.core.object_names import name_objects
from kontor.receipts.models import Advance, IncomingDocument, PaymentMeans, RefundRoute, RepaymentRoute
from kontor.receipts.rules.workflow import document_name


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects(
        "receipts.document",
        lambda: IncomingDocument.objects.only("year", "sequence", "supplier_name"),
        lambda row: " · ".join(word for word in (document_name(row.year, row.sequence), row.supplier_name) if word),
    )
    name_objects("receipts.advance", Advance.objects.all, lambda row: row.purpose)
    name_objects("receipts.means", PaymentMeans.objects.all, lambda row: row.name)
    name_objects("receipts.refund_route", RefundRoute.objects.all, lambda row: row.name)
    name_objects("receipts.repayment_route", RepaymentRoute.objects.all, lambda row: row.name)
