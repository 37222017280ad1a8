"""Where the money of a booked receipt goes: to its supplier, or back to whoever laid it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kontor.contacts.models import BankDetails
from kontor.openitems.models import OpenItem
from kontor.payments.payees import Payee
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import documents, name_of

REMITTANCE_MAX = 140


def payees_of_receipts(items: Sequence[OpenItem]) -> Mapping[int, Payee]:
    """Return the payees of those items that receipts have made; two statements."""
    rows = list(documents().filter(item_id__in=[item.id for item in items]))
    return {row.item_id: payee for row, payee in zip(rows, payees_of_documents(rows), strict=True) if row.item_id}


def payees_of_documents(rows: Sequence[IncomingDocument]) -> list[Payee]:
    """Return the payee of each booked document, in order."""
    suppliers = {row.item.party_id for row in rows if row.variant == "to_pay" and row.item is not None}
    details = {each.party_id: each for each in BankDetails.objects.filter(party_id__in=suppliers).order_by("id")}
    return [_supplier(row, details) if row.variant == "to_pay" else _submitter(row) for row in rows]


def _submitter(document: IncomingDocument) -> Payee:
    route = document.refund_route
    is_otherwise = document.variant not in {"private", "advance"} or (
        not document.payee_iban and route is not None and route.input != "iban"
    )
    return Payee(
        name=document.payee_name.strip() or document.submitter.name, iban=document.payee_iban,
        remittance=_remittance(document, name_of(document), document.purpose), is_paid_otherwise=is_otherwise,
    )  # fmt: skip


def _supplier(document: IncomingDocument, details: Mapping[int, BankDetails]) -> Payee:
    known = details.get(document.item.party_id) if document.item is not None else None
    name = document.payee_name.strip() or (
        document.supplier.name if document.supplier else document.supplier_name.strip()
    )
    own_iban = document.payee_iban
    return Payee(
        name=name or (known.holder if known else ""), iban=own_iban or (known.iban if known else ""),
        bic=known.bic if known is not None and not own_iban else "",
        remittance=_remittance(document, document.document_number.strip() or name_of(document), ""),
        reference=document.payment_reference,
    )  # fmt: skip


def _remittance(document: IncomingDocument, number: str, about: str) -> str:
    return (document.remittance.strip() or " ".join(part for part in (number, about.strip()) if part))[:REMITTANCE_MAX]
