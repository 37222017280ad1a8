"""Receipts that are tried and then booked, to compare both."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import Error
from django_subatomic import db

from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.ledger.actions.previews import PreviewLine
from kontor.ledger.queries.names import dated_tax_codes
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book
from kontor.receipts.actions.processing import ProcessedPart, save
from kontor.receipts.actions.submitting import submit
from kontor.receipts.actions.trying import Preview, Trial, booked_lines, preview_of
from kontor.receipts.models import Advance
from kontor.receipts.queries.documents import document_by_id, lines_of
from kontor.receipts.rules.lines import Line
from tests.builders import NOW

from .office import DAY, IBAN, Office, a_draft, put_to_account


def handed_in(office: Office, gross: int = 119_00, *, variant: str = "private", **values: Any) -> int:
    with office.open(by=office.volunteer):
        document = a_draft(office, gross, variant=variant, **values)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
        return document.id


def with_parts(office: Office, document_id: int, parts: list[ProcessedPart], **values: object) -> None:
    save(document_id, values, parts=parts, version=None, keep=False, at=NOW, by=office.clerk)


def to_account(office: Office, document_id: int, *, number: str = "4980", tax_code: str = "purchase-standard") -> None:
    document = document_by_id(document_id)
    assert document is not None
    put_to_account(office, document, number=number, tax_code=tax_code)


def an_advance(office: Office, amount: int = 200_00, *, currency: str = "") -> Advance:
    asked = request_advance(
        user_id=office.volunteer.id, amount=amount, currency=currency or office.tenant.base_currency, purpose="Freizeit",
        at=NOW, by=office.clerk,
    )  # fmt: skip
    return pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


def of_advance(office: Office, advance: Advance) -> dict[str, Any]:
    return {
        "advance_id": advance.id, "more_receipts_follow": True, "refund_route_id": office.route.id, "payee_iban": IBAN,
        "payee_name": "Mira Okonkwo",
    }  # fmt: skip


def tried(office: Office, document_id: int, *, day: date = DAY) -> Preview:
    """Return the preview of the receipt as it is stored."""
    document = document_by_id(document_id)
    assert document is not None
    lines = [
        Line(
            position=row.position, gross=row.gross, account=row.account.number if row.account else "",
            tax_code=row.tax_code, tax_amount=row.tax_amount, project_id=row.project_id, sphere=row.sphere, text=row.text,
        )
        for row in lines_of([document_id]).get(document_id, [])
    ]  # fmt: skip
    return preview_of(Trial(document, lines, day, office.clerk, office.tenant, dated_tax_codes()))


def written(office: Office, document_id: int, *, day: date = DAY) -> tuple[PreviewLine, ...] | Refusal:
    """Book, and return the lines as they stand in the books, or why it was refused."""
    try:
        with db.savepoint():
            return booked_lines(book(document_id, entry_date=day, at=NOW, by=office.clerk))
    except Refusal as no:
        return no
    except Error as error:
        no_more = refined(error)
        assert no_more is not None
        return no_more


def agrees(office: Office, document_id: int, *, day: date = DAY) -> Preview:
    """Check that the preview is what booking then does; return the preview."""
    shown = tried(office, document_id, day=day)
    done = written(office, document_id, day=day)
    if isinstance(done, Refusal):
        assert (type(shown.refusal), shown.refusal and shown.refusal.facts, shown.lines) == (type(done), done.facts, ())
    else:
        assert (shown.refusal, shown.lines) == (None, done)
        assert sum(line.credit for line in shown.lines) == shown.total > 0
    return shown
