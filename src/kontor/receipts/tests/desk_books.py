"""The office of receipts with browsers of its people, for the tests of the desk."""

from __future__ import annotations

from datetime import date

from django.test import Client
from django.urls import reverse

from kontor.organisations.models import User
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import document_by_id
from tests.builders import NOW

from .office import DAY, Office, a_draft, put_to_account


def url(office: Office, name: str, **kwargs: object) -> str:
    """Return an address in these books."""
    return reverse(f"receipts:{name}", kwargs={"tenant": office.tenant.code, **kwargs})


def browser(who: User) -> Client:
    """Return a browser without scripts, signed in."""
    client = Client()
    client.force_login(who)
    return client


def handed_in(
    office: Office, gross: int = 119_00, *, variant: str = "private", is_complete: bool = True, **values: object
) -> int:
    """Hand a receipt in as the volunteer, with an account unless said otherwise; returns its id."""
    with office.open(by=office.volunteer):
        document = a_draft(office, gross, variant=variant, **values)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    if is_complete:
        with office.open():
            put_to_account(office, document)
    return document.id


def stored(office: Office, document_id: int) -> IncomingDocument:
    """Return the receipt as it stands now."""
    with office.open():
        found = document_by_id(document_id)
    assert found is not None
    return found


def typed(office: Office, document_id: int, **changes: str) -> dict[str, str]:
    """Return what the desk's form posts for a receipt as it stands, with changes."""
    document = stored(office, document_id)
    day = document.document_date or date(2026, 3, 10)
    return {
        "version": str(document.version), "supplier": document.supplier_name, "document_number": document.document_number,
        "document_date": f"{day:%d.%m.%Y}", "gross": f"{(document.gross or 0) / 100:.2f}".replace(".", ","),
        "currency": document.currency, "purpose": document.purpose, "variant": document.variant,
        "refund_route": str(document.refund_route_id or ""), "means": str(document.means_id or ""),
        "payee_name": document.payee_name, "payee_iban": document.payee_iban, "parts": "1", "part0-account": "4980",
        "part0-tax_code": "purchase-standard", "part0-project": str(office.project.id), "entry_date": f"{day:%d.%m.%Y}",
        "tab": "all",
    } | changes  # fmt: skip
