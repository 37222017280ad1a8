"""What the desk of receipts must do, one check of the requirements per test, through the pages where people meet it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kontor.approvals.links import ReplyTo, reply_path
from kontor.approvals.models import ApprovalRequest, Message
from kontor.approvals.tests.desk import a_policy
from kontor.core.models import OutgoingMail
from kontor.openitems.models import Allocation, OpenItem
from kontor.organisations.models import Tenant
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.processing import add_note, categorise, save
from kontor.receipts.models import Category, DocumentCategory, WaivedReimbursement
from kontor.receipts.queries.documents import to_process
from kontor.receipts.queries.inbox import TABS
from kontor.receipts.rules.workflow import AssignedToOther
from kontor.receipts.tests.desk_books import stored, typed
from kontor.receipts.tests.office import DAY, Office, a_draft, put_to_account
from tests.builders import NOW, a_member
from tests.flows.test_receipt_acceptance import a_form, a_paper, at, office, signed_in

__all__ = ["office"]  # the fixture

NOTE = "Bitte Frau Okonkwo nichts mehr erstatten"


ACTS_OF_OTHERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("book", {"ids": "id"}), ("categorise", {"ids": "id", "categories": "Bank ABC", "names": "Bank ABC"}),
    ("assign", {"ids": "id", "to": "me"}), ("to-payment", {"ids": "id"}), ("{id}/ask", {"question": "Wofür?"}),
    ("{id}/reject", {"reason": "unleserlich"}), ("{id}/cancel", {"cancel_reason": "doppelt"}), ("{id}/unbook", {}),
    ("{id}/unlock", {}),
)  # fmt: skip
"""Every other act of the desk by which somebody could change a receipt that a colleague keeps."""


def test_a_kept_receipt_is_read_and_not_changed_by_others_until_it_is_released(office: Office) -> None:
    other = a_member(office.tenant, name="Dana Okafor")
    kept, free = a_paper(office), a_paper(office, 50_00)
    with office.open():
        save(kept.id, {"purpose": "Klärung mit dem Baumarkt"}, version=None, keep=True, at=NOW, by=office.clerk)
        assert {row.id for row in to_process(office.clerk.id)} == {kept.id, free.id}
        assert {row.id for row in to_process(other.id)} == {free.id}

    b = signed_in(other)
    page = b.get(at(office, f"receipts/desk/?tab=all&r={kept.id}")).content.decode()
    assert "Klärung mit dem Baumarkt" in page
    assert office.clerk.name in page
    assert 'id="desk"' not in page
    assert red_count(page) == "1"
    form = typed(office, kept.id, purpose="anders", document_number="")
    for act in ("save", "book"):
        refused = b.post(at(office, f"receipts/desk/{kept.id}/{act}"), form)
        assert refused.status_code == 422, act
        assert office.clerk.name in refused.content.decode(), act
    for act, values in ACTS_OF_OTHERS:
        posted = {name: str(kept.id) if value == "id" else value for name, value in values.items()}
        b.post(at(office, f"receipts/desk/{act.format(id=kept.id)}"), posted)
        row = stored(office, kept.id)
        assert (row.purpose, row.state, row.assigned_to_id, row.advance_id) == (
            "Klärung mit dem Baumarkt", "in_progress", office.clerk.id, None,
        ), act  # fmt: skip
        with office.open():
            assert not DocumentCategory.objects.filter(document_id=kept.id).exists(), act
    with pytest.raises(AssignedToOther, match=office.clerk.name), office.open(by=other):
        save(kept.id, {"purpose": "anders"}, version=None, keep=False, at=NOW, by=other)

    a = signed_in(office.clerk)
    a.post(at(office, f"receipts/desk/{kept.id}/save"), typed(office, kept.id))
    assert red_count(b.get(at(office, "receipts/desk/")).content.decode()) == "2"
    saved = b.post(at(office, f"receipts/desk/{kept.id}/save"), typed(office, kept.id, purpose="anders"))
    assert saved.status_code == 302
    assert stored(office, kept.id).purpose == "anders"


def red_count(page: str) -> str:
    """Return the count beside „Belegeingang“ in the menu."""
    link = re.search(r'<a href="[^"]*/receipts/desk/"[^>]* data-key="g e">(.*?)</a>', page, re.DOTALL)
    count = re.search(r'class="k-n[^"]*"[^>]*>\D*(\d+)', link.group(1)) if link else None
    return count.group(1) if count else ""


def test_what_is_paid_and_booked_is_only_in_the_archive_and_found_by_its_category(office: Office) -> None:
    paper, waiting = a_paper(office), a_paper(office, 50_00, supplier_name="Druckerei Sommer")
    with office.open():
        put_to_account(office, paper)
        categorise(paper.id, ["Kasse", "Bühne"], by=office.clerk)
        book(paper.id, at=NOW, by=office.clerk)
        keyword = Category.objects.get(name="Bühne").id
        unused = Category.objects.create(name="Bank ABC").id
    client = signed_in(office.clerk)

    def shows(path: str) -> tuple[bool, bool]:
        page = client.get(at(office, path)).content.decode()
        return "Baumarkt Lindner" in page, "Druckerei Sommer" in page

    assert shows("receipts/desk/?tab=all") == (True, True)
    with office.open():
        set_paid(paper.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    assert shows("receipts/desk/?tab=all") == (False, True)
    for tab in TABS:
        assert not shows(f"receipts/desk/?tab={tab}")[0], tab
    assert not shows(f"receipts/desk/?tab=all&q=Baumarkt&category={keyword}")[0]
    assert not shows("")[0]
    assert shows(f"receipts/archive/?category={keyword}") == (True, False)
    assert shows(f"receipts/archive/?category={unused}") == (False, False)
    assert waiting.id != paper.id


def test_private_notes_reach_neither_submitter_nor_reviewer_on_any_page_and_no_export(office: Office) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    paper = a_paper(office)
    with office.open():
        add_note(paper.id, NOTE, at=NOW, by=office.clerk)
        categorise(paper.id, ["Problemfall Okonkwo"], by=office.clerk)
        asked = ApprovalRequest.objects.get(subject_id=paper.id)
    pages = {
        office.volunteer: [
            "receipts/mine/", f"receipts/mine/{paper.id}/", "receipts/mine/?tab=done", "receipts/new/",
            f"receipts/drafts/{paper.id}/reading/",
        ],
        lena: ["approvals/", f"approvals/?r={asked.id}", "approvals/clean/", "receipts/mine/"],
    }  # fmt: skip
    closed = ["receipts/desk/", f"receipts/desk/{paper.id}/", "receipts/archive/", f"receipts/archive/{paper.id}/",
              "receipts/archive/?export=csv", "receipts/archive/?export=xlsx"]  # fmt: skip

    for person, paths in pages.items():
        client = signed_in(person)
        for path in paths:
            shown = client.get(at(office, path), follow=True)
            assert shown.status_code == 200, path
            assert not {NOTE, "Problemfall"} & set(re.findall(f"{NOTE}|Problemfall", shown.content.decode())), path
        for path in closed:
            assert client.get(at(office, path)).status_code == 403, path
    signed_in(lena).post(
        at(office, f"approvals/{asked.id}/answer"),
        {"given": "query", "reason": "Wer war dabei?", "fingerprint": asked.fingerprint},
    )
    with office.open():
        question = Message.objects.get(subject_id=paper.id, is_question=True)
        to = ReplyTo(tenant_id=office.tenant.id, user_id=office.volunteer.id, message_id=question.id)
    reply = Client(HTTP_HOST="127.0.0.1").get(reply_path(to)).content.decode()
    assert "Wer war dabei?" in reply
    assert NOTE not in reply
    assert "Problemfall" not in reply

    for person in (office.volunteer, lena):
        for words in ("nichts+mehr+erstatten", "Problemfall"):
            found = signed_in(person).get(at(office, f"palette?q={words}")).content.decode()
            assert paper.supplier_name not in found
    assert not [mail for mail in OutgoingMail.objects.all() if NOTE in f"{mail.subject} {mail.text}"]

    clerk = signed_in(office.clerk)
    assert NOTE in clerk.get(at(office, f"receipts/desk/?tab=all&r={paper.id}")).content.decode()
    handed_out = clerk.get(at(office, "receipts/archive/?export=csv"))
    assert handed_out.status_code == 200
    assert NOTE.encode() not in b"".join(handed_out)
    reader = signed_in(a_member(office.tenant, role="reader"))
    assert NOTE not in reader.get(at(office, f"receipts/archive/{paper.id}/")).content.decode()


def test_an_organisation_opens_further_books_and_each_has_settings_of_its_own(office: Office) -> None:
    ada = a_member(office.tenant, role="administrator", name="Ada Admin")
    ada.set_password("korrekt-pferd-batterie")
    ada.save(update_fields=["password"])
    client = signed_in(ada)
    client.post("/accounts/reauthenticate/", {"password": "korrekt-pferd-batterie"})
    own = f"/organisations/{office.tenant.organisation_id}/"

    opened = client.post(
        f"{own}tenants/new", {"name": "Freizeitheim", "country": "DE", "chart": "SKR42", "first_year": "2026"}
    )

    assert opened.status_code == 302
    second = Tenant.objects.get(organisation_id=office.tenant.organisation_id, name="Freizeitheim")
    assert client.get(f"/t/{second.code}/receipts/setup/").status_code == 200
    assert office.route.name in client.get(at(office, "receipts/setup/ways/")).content.decode()
    assert office.card.name not in client.get(f"/t/{second.code}/receipts/setup/ways/").content.decode()


def test_the_set_up_leads_to_the_submission_and_opens_the_processing_in_a_window_of_its_own(office: Office) -> None:
    page = signed_in(office.clerk).get(at(office, "receipts/setup/")).content.decode()

    for room in ("projects", "types/", "ways/", "submission"):
        assert at(office, f"receipts/setup/{room}") in page
    link = re.search(r'<a[^>]*href="([^"]*)"[^>]*target="_blank"[^>]*>', page)
    assert link is not None
    assert link[1] == at(office, "receipts/desk/")


def test_a_way_of_payment_that_is_switched_off_is_neither_offered_nor_taken(office: Office) -> None:
    words = {"organisation": "Von der Organisation bezahlt", "advance": "Aus meinem Vorschuss"}
    with office.open(by=office.volunteer):
        draft = a_draft(office)
    place = at(office, f"receipts/drafts/{draft.id}/")
    mira, ruth = signed_in(office.volunteer), signed_in(office.clerk)
    before = mira.get(f"{place}payment/").content.decode()
    for word in words.values():
        assert word in before

    set_up = ruth.post(
        at(office, "receipts/setup/submission"), {"variants": ["private", "to_pay"], "payment_weekday": "2", "hint": ""}
    )

    assert set_up.status_code == 302
    after = mira.get(f"{place}payment/").content.decode()
    for variant, word in words.items():
        assert word not in after
        forged = mira.post(place, a_form(office) | {"variant": variant, "means": str(office.card.id)})
        assert forged.status_code == 422, variant
        assert "Diese Zahlungsart wird hier nicht angeboten." in forged.content.decode(), variant
        assert stored(office, draft.id).state == "draft"
    assert mira.post(place, a_form(office)).status_code == 302


def test_the_filter_bar_finds_what_is_to_be_refunded_and_what_is_to_be_paid(office: Office) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    refund = a_paper(office, supplier_name="Baumarkt Lindner")
    bill = a_paper(office, 50_00, variant="to_pay", supplier_name="Druckerei Sommer", payee_name="Druckerei Sommer",
                   payee_iban="DE89370400440532013000")  # fmt: skip
    a_policy(office, (1, (lena,)))
    asked = a_paper(office, 20_00, supplier_name="Café Leinepark")
    with office.open():
        for paper in (refund, bill):
            put_to_account(office, paper)
            book(paper.id, at=NOW, by=office.clerk)
        categorise(bill.id, ["Bank ABC"], by=office.clerk)
        keyword = Category.objects.get().id
        request = ApprovalRequest.objects.get(subject_id=asked.id)
    given = {"given": "approve", "fingerprint": request.fingerprint}
    signed_in(lena).post(at(office, f"approvals/{request.id}/answer"), given)
    client = signed_in(office.clerk)

    def found(query: str) -> set[int]:
        page = client.get(at(office, f"receipts/desk/?{query}")).content.decode()
        return {paper.id for paper in (refund, bill, asked) if f'id="rc-{paper.id}"' in page}

    assert found("tab=all") == {refund.id, bill.id, asked.id}
    assert found("tab=pay") == {refund.id, bill.id}
    assert found("tab=all&status=to_refund") == {refund.id}
    assert found("tab=all&status=to_pay") == {bill.id}
    assert found(f"tab=all&category={keyword}") == {bill.id}
    assert found(f"tab=all&reviewer={lena.id}") == {asked.id}
    assert found("tab=all&status=new") == {asked.id}


def test_a_waived_refund_ends_with_the_booking_of_its_receipt_and_never_alone(office: Office) -> None:
    gift = a_paper(office, variant="donation")
    with office.open():
        put_to_account(office, gift)
        item_id = book(gift.id, at=NOW, by=office.clerk).item_id
        allocation = Allocation.objects.get(item_id=item_id)
    client = signed_in(office.clerk)

    place = f"/t/{office.tenant.code}/items/{item_id}/take-back/{allocation.id}"
    refused = client.post(place, {"day": f"{DAY:%d.%m.%Y}"}, follow=True)

    assert "Bitte stattdessen die Buchung des Belegs zurücknehmen" in refused.content.decode()
    with office.open():
        assert OpenItem.objects.get(id=item_id or 0).amount_open == 0
        assert WaivedReimbursement.objects.get().cancelled_on is None
    client.post(at(office, f"receipts/desk/{gift.id}/unbook"))
    assert stored(office, gift.id).state == "in_progress"
    with office.open():
        assert WaivedReimbursement.objects.get().cancelled_on is not None
