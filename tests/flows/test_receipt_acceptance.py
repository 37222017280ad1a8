"""What receipts must do, one check of the requirements per test, through the pages where people meet it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.test import Client

from kontor.approvals.actions.requests import answer
from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.answers import OwnDocument
from kontor.approvals.tests.desk import a_policy
from kontor.core import clock
from kontor.openitems.models import OpenItem
from kontor.organisations.models import User
from kontor.projects.models import CostType, Project
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, IncomingDocument, IncomingLine, RefundRoute
from kontor.receipts.tests.desk_books import stored
from kontor.receipts.tests.office import DAY, IBAN, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_member

NOTE = "Bitte Frau Okonkwo nichts mehr erstatten"


@pytest.fixture
def office(database: None) -> Office:
    cache.clear()
    return an_office()


def signed_in(person: User) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", headers={"accept-language": "de"})
    client.force_login(person)
    return client


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/{path}"


def a_paper(office: Office, gross: int = 119_00, **values: object) -> IncomingDocument:
    """Hand in a receipt of the volunteer."""
    with office.open(by=office.volunteer):
        draft = a_draft(office, gross, **values)  # type: ignore[arg-type]  # facts of the draft
        return submit(draft.id, today=DAY, at=clock.now(), by=office.volunteer)


def test_a_submitter_sees_and_may_choose_only_what_is_released(office: Office) -> None:
    with office.open():
        hidden = Project.objects.create(code="900", name="Geheimes Bauprojekt")
        over = Project.objects.create(code="901", name="Altes Projekt", is_submittable=True, is_active=False)
        inner = CostType.objects.create(code="fees", name="Bankgebühren intern")
    with office.open(by=office.volunteer):
        draft = a_draft(office)
    client = signed_in(office.volunteer)
    place = at(office, f"receipts/drafts/{draft.id}/")

    for address in (at(office, "receipts/new/"), place, f"{place}use/", at(office, "receipts/mine/advances/")):
        page = client.get(address).content.decode()
        assert "Offene Werkstatt" in page
        for name in (hidden.name, over.name, inner.name):
            assert name not in page, address

    for part in ({"project": hidden.id, "cost_type": office.cost_type.id},
                 {"project": office.project.id, "cost_type": inner.id}):  # fmt: skip
        forged = client.post(place, a_form(office) | {f"part-0-{name}": str(value) for name, value in part.items()})
        assert forged.status_code == 422
        with office.open():
            assert IncomingDocument.objects.get(id=draft.id).state == "draft"
            assert not IncomingLine.objects.filter(project=hidden).exists()
            assert not IncomingLine.objects.filter(cost_type=inner).exists()
    with office.open():
        Project.objects.filter(id=hidden.id).update(is_submittable=True)
    assert hidden.name in client.get(place).content.decode()
    released = a_form(office) | {"part-0-project": str(hidden.id)}
    assert client.post(place, released | {"go": "use"}).status_code == 302
    with office.open():
        Project.objects.filter(id=hidden.id).update(is_submittable=False)
    assert client.post(place, released).status_code == 422
    with office.open():
        assert IncomingDocument.objects.get(id=draft.id).state == "draft"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("iban", "DE02120300000000202052"), ("iban", "123"), ("iban", ""), ("email", "mira@"), ("email", "mira example.org"),
     ("email", "")],
)  # fmt: skip
def test_the_way_of_the_refund_asks_for_a_right_account_or_a_right_address(
    office: Office, kind: str, typed: str
) -> None:
    with office.open():
        route = RefundRoute.objects.create(name="PayPal", input="email") if kind == "email" else office.route
    with office.open(by=office.volunteer):
        draft = a_draft(office)
    client = signed_in(office.volunteer)
    place = at(office, f"receipts/drafts/{draft.id}/")
    chosen = a_form(office) | {"private_route": str(route.id)}

    refused = client.post(place, chosen | {f"private_{kind}": typed})
    assert refused.status_code == 422
    assert "Leim" in refused.content.decode()
    assert f'id="private_{kind}_error"' in refused.content.decode()
    with office.open():
        assert IncomingDocument.objects.get(id=draft.id).state == "draft"

    right = {"iban": IBAN, "email": "mira@example.org"}[kind]
    taken = client.post(place, chosen | {f"private_{kind}": right})
    assert taken.status_code == 302
    with office.open():
        found = IncomingDocument.objects.get(id=draft.id)
        assert (found.state, right in {found.payee_iban, found.payee_email}) == ("approved", True)


def a_form(office: Office) -> dict[str, str]:
    return {
        "go": "submit", "gross": "119,00", "document_date": "10.03.2026", "supplier_name": "Baumarkt Lindner",
        "purpose": "Leim", "parts": "1", "part-0-project": str(office.project.id),
        "part-0-cost_type": str(office.cost_type.id), "variant": "private", "private_route": str(office.route.id),
        "private_payee": "new", "private_iban": IBAN, "private_name": "Mira Okonkwo",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "gross", "line"),
    [
        ([], 150_00, "50,00 € bleiben vom Vorschuss übrig und werden zurückgezahlt."),
        ([], 230_00, "30,00 € werden erstattet"),
        ([120_00], 80_00, "Der Vorschuss ist genau aufgebraucht."),
        ([120_00], 100_00, "20,00 € werden erstattet"),
    ],
)
def test_of_an_advance_of_200_the_page_says_what_is_left_or_owed(
    office: Office, before: list[int], gross: int, line: str
) -> None:
    with office.open():
        advance = _paid_out(office, 200_00)
    for each in before:
        a_paper(office, each, variant="advance", advance_id=advance.id, more_receipts_follow=True)
    with office.open(by=office.volunteer):
        draft = a_draft(office, gross, variant="advance", advance_id=advance.id)

    page = signed_in(office.volunteer).get(at(office, f"receipts/drafts/{draft.id}/payment/")).content.decode()

    assert line in " ".join(re.sub(r"<[^>]+>", " ", page).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("receipts", "back", "refund"),
    [([150_00], 50_00, 0), ([230_00], 0, 30_00), ([120_00, 80_00], 0, 0), ([120_00, 100_00], 0, 20_00)],
)
def test_of_an_advance_of_200_the_books_and_the_tracking_page_say_the_same(
    office: Office, receipts: list[int], back: int, refund: int
) -> None:
    with office.open():
        advance = _paid_out(office, 200_00)
    booked = list[IncomingDocument]()
    for place, gross in enumerate(receipts, start=1):
        paper = a_paper(
            office, gross, variant="advance", advance_id=advance.id, more_receipts_follow=place < len(receipts),
            repayment_route_id=office.repayment.id, refund_route_id=office.route.id, payee_iban=IBAN,
            payee_name="Mira Okonkwo",
        )  # fmt: skip
        with office.open():
            put_to_account(office, paper)
            booked.append(book(paper.id, at=NOW, by=office.clerk))
    last = booked[-1]

    with office.open():
        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == back
        assert OpenItem.objects.get(id=last.item_id or 0).amount_open == refund
    shown = signed_in(office.volunteer).get(at(office, f"receipts/mine/{last.id}/")).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", shown).replace("\xa0", " ").split())
    assert ("Rückzahlung 50,00 €" in words) == (back == 50_00)
    assert ("50,00 € an die Organisation zurückzahlen" in words) == (back == 50_00)
    for owed in (20_00, 30_00):
        assert (f"{owed // 100},00 € kommen auf die nächste Zahlungsliste" in words) == (refund == owed), words
    pay = signed_in(office.clerk).get(at(office, "receipts/desk/?tab=pay")).content.decode()
    assert ("Baumarkt Lindner" in pay) == (refund > 0)


def _paid_out(office: Office, amount: int) -> Advance:
    asked = request_advance(
        user_id=office.volunteer.id, amount=amount, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
    )
    return pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


def test_a_reviewer_never_approves_their_own_receipt(office: Office) -> None:
    lena, jonas = (a_member(office.tenant, role="reviewer", name=name) for name in ("Lena Vogt", "Jonas Lenz"))
    a_policy(office, (1, (lena, jonas)))
    with office.open(by=lena):
        draft = a_draft(replace(office, volunteer=lena))
        submit(draft.id, today=DAY, at=clock.now(), by=lena)
        asked = ApprovalRequest.objects.get(subject_id=draft.id)
    own = signed_in(lena)

    assert f'id="r-{asked.id}"' not in own.get(at(office, "approvals/")).content.decode()
    refused = own.post(
        at(office, f"approvals/{asked.id}/answer"), {"given": "approve", "fingerprint": asked.fingerprint}
    )
    assert refused.status_code in {404, 409}
    assert "Baumarkt" not in own.get(at(office, "approvals/clean/")).content.decode()
    own.post(at(office, "approvals/clean/approve"), {"ids": [asked.id], f"print-{asked.id}": asked.fingerprint})
    with office.open():
        assert IncomingDocument.objects.get(id=draft.id).state == "in_review"
    with pytest.raises(OwnDocument), office.open(by=lena):
        answer(asked.id, "approve", on=clock.today(), at=clock.now(), by=lena)

    signed_in(jonas).post(
        at(office, f"approvals/{asked.id}/answer"), {"given": "approve", "fingerprint": asked.fingerprint}
    )
    with office.open():
        assert IncomingDocument.objects.get(id=draft.id).state == "approved"


def test_a_rejection_has_a_reason_stands_under_done_and_is_corrected_there(office: Office) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    paper = a_paper(office)
    with office.open():
        asked = ApprovalRequest.objects.get(subject_id=paper.id)
    desk, volunteer = signed_in(lena), signed_in(office.volunteer)
    place = at(office, f"approvals/{asked.id}/answer")

    assert desk.post(place, {"given": "reject", "reason": " ", "fingerprint": asked.fingerprint}).status_code == 422
    assert stored(office, paper.id).state == "in_review"
    desk.post(place, {"given": "reject", "reason": "Bitte das Projekt prüfen", "fingerprint": asked.fingerprint})

    assert "Baumarkt" not in volunteer.get(at(office, "receipts/mine/")).content.decode()
    assert "Baumarkt" in volunteer.get(at(office, "receipts/mine/?tab=done")).content.decode()
    shown = volunteer.get(at(office, f"receipts/mine/{paper.id}/")).content.decode()
    assert "Bitte das Projekt prüfen" in shown
    corrected = volunteer.post(at(office, f"receipts/drafts/{paper.id}/"), a_form(office) | {"gross": "118,00"})
    assert corrected.status_code == 302
    with office.open():
        again = IncomingDocument.objects.get(id=paper.id)
        assert (again.state, again.gross, again.sequence) == ("in_review", 118_00, paper.sequence)
