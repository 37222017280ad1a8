"""The demo shows every state of a receipt, and its books are as clean as real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from kontor.approvals.models import ApprovalRequest
from kontor.core.invariants import proven_inside, violations
from kontor.core.tenancy import tenant
from kontor.demo.build import PEOPLE, build_demo, logins
from kontor.documents.models import Rendition
from kontor.ledger.models import JournalLine
from kontor.organisations.models import Tenant
from kontor.payments.models import BatchState, PaymentBatch, PaymentOrder
from kontor.receipts.models import Advance, Attachment, IncomingDocument, PrivateNote, WaivedReimbursement
from kontor.receipts.queries.documents import documents, standing_of
from kontor.receipts.queries.doubles import doubles_of
from kontor.receipts.rules.tracks import Payment, Status

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]


def test_the_demo_shows_every_state_of_a_receipt_and_leaves_clean_books() -> None:
    build_demo()
    church = Tenant.objects.get(code="gemeinde")

    with tenant(church.id):
        standings = [standing_of(row) for row in documents()]
        assert {each.status for each in standings} == set(Status)
        assert {each.payment for each in standings} == set(Payment)
        assert all(Attachment.objects.filter(document=row).exists() for row in documents())
        assert Rendition.objects.exists()
        assert any(doubles_of(row) for row in IncomingDocument.objects.filter(state="in_review"))
        assert PrivateNote.objects.exists()
        assert WaivedReimbursement.objects.exists()
        assert Advance.objects.filter(item=None).exists()
        assert ApprovalRequest.objects.filter(state="pending", stage=1).count() >= 4
        assert set(PaymentBatch.objects.values_list("state", flat=True)) == {BatchState.DRAFT, BatchState.EXPORTED}
        _the_file_by_hand_pays_the_exported_list()
    for books in Tenant.objects.filter(is_demo=True):
        with tenant(books.id):
            with connection.cursor() as cursor:
                assert list(violations(books.id, cursor=cursor)) == []
            assert list(proven_inside()) == []
            assert JournalLine.objects.aggregate(sum=Sum("amount_base"))["sum"] == 0


def _the_file_by_hand_pays_the_exported_list() -> None:
    text = "".join(path.read_text() for path in (Path(settings.DATA.root) / "demo").glob("gemeinde-*.xml"))
    by_hand = set(re.findall(r"<EndToEndId>(Z[^<]+)<", text))
    waiting = PaymentOrder.objects.filter(batch__state=BatchState.EXPORTED, item__amount_open__gt=0)

    assert by_hand
    assert by_hand == set(waiting.values_list("end_to_end_id", flat=True))


def test_everybody_of_the_demo_is_named_with_the_password() -> None:
    told = "\n".join(logins())

    assert all(email in told for email, _, _ in PEOPLE)
    assert {"ehrenamt@demo.kontor", "leitung@demo.kontor"} <= {email for email, _, _ in PEOPLE}
