"""What the form of a receipt shows before anybody types: what is stored, and what is usual."""

from __future__ import annotations

from typing import Any

from kontor.core.iban import format_iban
from kontor.receipts.forms.choices import Choices
from kontor.receipts.forms.submission import NEW, WITH_ROUTE
from kontor.receipts.models import IncomingDocument


def initial_of(document: IncomingDocument | None, *, choices: Choices, currency: str, name: str) -> dict[str, Any]:
    """Return what the form shows of a document; a new one has the person's own name as account holder."""
    initial: dict[str, Any] = {"currency": currency}
    for variant in WITH_ROUTE:
        initial |= _first_route(variant, choices=choices, name=name)
    if len(choices.means) == 1:
        initial["means"] = str(choices.means[0].id)
    if len(choices.repayment_routes) == 1:
        initial["repayment_route"] = str(choices.repayment_routes[0].id)
    if choices.advances:
        initial["advance"] = str(choices.advances[0].id)
    if document is None:
        return initial
    plain = (
        "gross", "currency", "document_date", "supplier_name", "document_number", "purpose", "comment", "variant",
        "own_voucher_reason", "due_date", "payment_reference", "remittance", "advance_typed", "more_receipts_follow",
    )  # fmt: skip
    initial |= {each: getattr(document, each) for each in plain}
    initial["to_pay_iban"] = _supplier_iban(document)
    if document.variant in WITH_ROUTE:
        initial |= _chosen_route(document, choices=choices)
    for column, key in (("means_id", "means"), ("advance_id", "advance"), ("repayment_route_id", "repayment_route")):
        if getattr(document, column):
            initial[key] = str(getattr(document, column))
    if document.variant == "advance" and document.advance_id is None and document.advance_typed:
        initial["advance"] = ""
    return initial


def _first_route(variant: str, *, choices: Choices, name: str) -> dict[str, Any]:
    if not choices.refund_routes:
        return {}
    route = choices.refund_routes[0]
    known = next((each for each in choices.payees if each.input == route.input), None)
    return {
        f"{variant}_route": str(route.id), f"{variant}_payee": str(known.id) if known else NEW, f"{variant}_name": name,
    }  # fmt: skip


def _chosen_route(document: IncomingDocument, *, choices: Choices) -> dict[str, Any]:
    variant, value = document.variant, document.payee_iban or document.payee_email
    known = next((each for each in choices.payees if value and each.value == value), None)
    found = {f"{variant}_payee": str(known.id) if known else NEW} if value else {}
    if document.refund_route_id:
        found[f"{variant}_route"] = str(document.refund_route_id)
    if value and known is None:
        found |= {
            f"{variant}_iban": format_iban("".join(document.payee_iban.split())),
            f"{variant}_email": document.payee_email,
        }
    if document.payee_name:
        found[f"{variant}_name"] = document.payee_name
    return found


def _supplier_iban(document: IncomingDocument) -> str:
    if document.variant in {"", "to_pay"}:
        iban: str = document.payee_iban
    else:
        iban = str(document.proposals.get("iban", {}).get("value", ""))
    return format_iban("".join(iban.split()))
