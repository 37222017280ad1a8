"""What a submitter's browser sends: photographs, the form as it is filled in, the addresses."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.documents.tests.papers import a_picture, as_bytes
from kontor.organisations.models import User
from kontor.receipts.tests.office import IBAN, Office

JSON = {"X-Fragment": "upload"}
DRAFT = {"X-Fragment": "draft"}
SUPPLIER_IBAN = "DE89370400440532013000"


def a_photo(colour: str = "white", name: str = "bon.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, as_bytes(a_picture((400, 500), colour)), content_type="image/jpeg")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


def typed(office: Office, variant: str = "private", **more: object) -> dict[str, object]:
    """Return the whole form as a submitter fills it in."""
    ways: dict[str, dict[str, object]] = {
        "private": {
            "private_route": office.route.id, "private_payee": "new", "private_iban": IBAN, "private_name": "Mira",
        },
        "organisation": {"means": office.card.id},
        "to_pay": {"to_pay_iban": SUPPLIER_IBAN, "due_date": "30.3.2026", "remittance": "RE 17"},
        "donation": {},
        "advance": {"advance": "", "advance_typed": "200,00", "repayment_route": office.repayment.id},
    }  # fmt: skip
    return {
        "go": "submit", "parts": "1", "part-0-project": office.project.id, "part-0-cost_type": office.cost_type.id,
        "gross": "119,00", "currency": "EUR", "document_date": "10.3.2026", "supplier_name": "Baumarkt Lindner",
        "purpose": "Zwingen und Leim", "variant": variant, **ways[variant], **more,
    }  # fmt: skip


def uploaded(client: Client, office: Office, file: SimpleUploadedFile, **more: object) -> dict[str, object]:
    answer = client.post(at(office, "upload/"), {"client_key": "abcdefgh-1234", "file": file, **more}, headers=JSON)
    assert answer.status_code == 200, answer.content
    body: dict[str, object] = answer.json()
    return body


class Queued:
    job = type("QueueJob", (), {"attempts": 0})()
