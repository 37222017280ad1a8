"""A small office with a volunteer, projects and cost types, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from kontor.banking.models import MoneyAccount
from kontor.contacts.actions.parties import NEXT_FREE, create_party
from kontor.contacts.models import Side
from kontor.contacts.rules.parties import PartyFacts
from kontor.core.tenancy import tenant
from kontor.documents.store import store
from kontor.ledger.models.accounts import Account, ControlKind
from kontor.organisations.models import Tenant, User
from kontor.projects.models import CostType, Project
from kontor.receipts.actions.drafting import Part, add_file, create_draft, save_draft
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.models import IncomingDocument, IncomingLine, PaymentMeans, RefundRoute, RepaymentRoute
from tests.builders import NOW, a_bank_account, a_member, a_tenant

DAY = date(2026, 3, 10)
IBAN = "DE02120300000000202051"


@dataclass(frozen=True, slots=True)
class Office:
    """Open books with a volunteer, a bookkeeper and everything a receipt needs."""

    tenant: Tenant
    clerk: User
    volunteer: User
    project: Project
    cost_type: CostType
    bank_id: int
    route: RefundRoute
    repayment: RepaymentRoute
    card: PaymentMeans

    @contextmanager
    def open(self, *, by: User | None = None) -> Iterator[None]:
        """Open the books, as the bookkeeper unless said otherwise."""
        with tenant(self.tenant.id, by=by or self.clerk):
            yield


def an_office(*, chart: str = "SKR03", country: str = "DE") -> Office:
    """Make books in which receipts can be handed in and booked."""
    books = a_tenant(chart=chart, country=country)
    clerk, volunteer = a_member(books), a_member(books, role="submitter", name="Mira Okonkwo")
    with tenant(books.id, by=clerk):
        bank_id = a_bank_account(currency=books.base_currency)
        clearing = Account.objects.create(
            number="1366", name_de="Vereinskarte", name_en="Card", kind="liability", control=ControlKind.PAYABLES
        )
        party = create_party(PartyFacts(name="Vereinskarte"), numbers={Side.CREDITOR: NEXT_FREE}, by=clerk)
        return Office(
            books,
            clerk,
            volunteer,
            Project.objects.create(code="100", name="Offene Werkstatt", is_submittable=True),
            CostType.objects.create(code="material", name="Werkzeug und Material", is_submittable=True),
            bank_id,
            RefundRoute.objects.create(
                name="Überweisung", input="iban", money_account=MoneyAccount.objects.get(id=bank_id)
            ),
            RepaymentRoute.objects.create(name="Überweisung auf das Vereinskonto"),
            PaymentMeans.objects.create(name="Vereinskarte", kind="card", account=clearing, party=party),
        )


def a_draft(office: Office, gross: int = 119_00, *, variant: str = "private", **values: object) -> IncomingDocument:
    """Make a complete draft of the volunteer, with a file of its own; the books must be open as them."""
    document = create_draft(at=NOW, by=office.volunteer)
    file = store(
        f"receipt {document.id}".encode(), name="beleg.txt", owner_type="receipts", at=NOW, by=office.volunteer
    )
    add_file(document.id, file, by=office.volunteer)
    facts: dict[str, object] = {
        "gross": gross, "document_date": DAY, "supplier_name": "Baumarkt Lindner", "purpose": "Zwingen und Leim",
        "variant": variant,
    }  # fmt: skip
    if variant == "private":
        facts |= {"refund_route_id": office.route.id, "payee_iban": IBAN, "payee_name": "Mira Okonkwo"}
    if variant == "organisation":
        facts |= {"means_id": office.card.id}
    part = Part(gross=gross, project_id=office.project.id, cost_type_id=office.cost_type.id)
    return save_draft(document.id, {**facts, **values}, parts=[part], by=office.volunteer)


def put_to_account(
    office: Office, document: IncomingDocument, *, number: str = "4980", tax_code: str = "purchase-standard"
) -> None:
    """Let the bookkeeper choose account and tax code for every part."""
    account_id = Account.objects.get(number=number).id
    parts = [
        ProcessedPart(
            gross=line.gross, account_id=account_id, project_id=line.project_id, cost_type_id=line.cost_type_id,
            tax_code=tax_code,
        )
        for line in IncomingLine.objects.filter(document=document).order_by("position")
    ]  # fmt: skip
    save(document.id, {}, parts=parts, version=None, keep=False, at=NOW, by=office.clerk)
