"""Handing receipts in by the pages: who may, what is kept, what is refused."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.approvals.actions.policies import save_policy
from kontor.approvals.rules.policies import Policy, Stage
from kontor.documents import tasks
from kontor.documents.models import Extraction, StoredFile
from kontor.documents.tests.papers import CII, a_pdf, a_picture, as_bytes
from kontor.organisations.models import User
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.processing import add_note, ask_back, reject
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, Attachment, IncomingDocument, IncomingLine, RememberedPayee
from kontor.receipts.queries.own_sums import sums_of
from kontor.receipts.tests.office import DAY, IBAN, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_member

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


class _Context:
    job = type("QueueJob", (), {"attempts": 0})()


def test_nobody_reaches_the_receipt_of_somebody_else_by_any_address(database: None) -> None:
    office = an_office()
    mine = signed_in(office.volunteer)
    body = uploaded(mine, office, a_photo())
    document_id, attachment_id = body["document"], body["attachment"]
    other = signed_in(a_member(office.tenant, role="submitter", name="Jonas Lenz"))
    reads = [
        f"drafts/{document_id}/", f"drafts/{document_id}/use/", f"drafts/{document_id}/reading/", f"mine/{document_id}/",
        f"files/{attachment_id}/original/",
    ]  # fmt: skip
    writes = [
        f"drafts/{document_id}/", f"drafts/{document_id}/delete/", f"files/{attachment_id}/crop/",
        f"files/{attachment_id}/remove/", f"mine/{document_id}/answer/", f"mine/{document_id}/withdraw/",
    ]  # fmt: skip
    assert [other.get(at(office, path)).status_code for path in reads] == [404] * len(reads)
    assert other.get(str(body["thumb"])).status_code == 404
    assert [other.post(at(office, path), {"text": "?"}).status_code for path in writes] == [404] * len(writes)
    answer = other.post(at(office, "upload/"), {"document": document_id, "file": a_photo("red")}, headers=JSON)
    assert answer.status_code == 404
    assert mine.get(str(body["thumb"])).headers["Content-Type"] == "image/webp"
    with office.open():
        assert Attachment.objects.count() == 1


def test_who_may_not_hand_in_is_refused_everywhere(database: None) -> None:
    office = an_office()
    reader = signed_in(a_member(office.tenant, role="reader"))

    answers = [reader.get(at(office, path)).status_code for path in ("new/", "mine/", "mine/advances/")]

    assert answers == [403, 403, 403]
    assert reader.post(at(office, "upload/"), {"client_key": "abcdefgh-1", "file": a_photo()}).status_code == 403


@pytest.mark.parametrize("variant", ["private", "organisation", "to_pay", "donation", "advance"])
def test_each_way_of_payment_is_handed_in_with_what_belongs_to_it(database: None, variant: str) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    draft = str(uploaded(client, office, a_photo())["draft"])

    answer = client.post(draft, typed(office, variant))

    assert answer.status_code == 302, re.findall(r'k-err".*?</p>', answer.content.decode(), re.DOTALL)
    assert "B-2026-" in client.get(answer["Location"]).content.decode()
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.variant, document.gross, document.state) == (variant, 119_00, "approved")
        assert document.payee_iban == {"private": IBAN, "to_pay": SUPPLIER_IBAN}.get(variant, "")
        assert (document.means_id is not None) == (variant == "organisation")
        assert document.advance_typed == (200_00 if variant == "advance" else None)
        line = IncomingLine.objects.get()
        assert (line.gross, line.project_id, line.cost_type_id) == (119_00, office.project.id, office.cost_type.id)
    assert client.get(at(office, "mine/")).status_code == 200


def test_sending_everything_twice_makes_one_receipt_with_one_file(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    first, second = (uploaded(client, office, a_photo()) for _ in range(2))
    assert first == second

    answers = [client.post(str(first["draft"]), typed(office)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with office.open():
        assert (IncomingDocument.objects.count(), Attachment.objects.count()) == (1, 1)
        assert IncomingDocument.objects.get().sequence == 1


def test_a_bad_file_is_refused_with_its_name_and_the_good_one_is_kept(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    uploaded(client, office, a_photo())
    bad = SimpleUploadedFile("rechnung.pdf", b"<svg onload=alert(1)>", content_type="application/pdf")

    answer = client.post(at(office, "upload/"), {"client_key": "abcdefgh-1234", "file": bad}, headers=JSON)

    assert answer.status_code == 422
    assert "rechnung.pdf" in answer.json()["refusal"]
    with office.open():
        assert [each.file.name for each in Attachment.objects.select_related("file")] == ["bon.jpg"]
        assert not StoredFile.objects.filter(name="rechnung.pdf").exists()


def test_without_scripts_files_are_uploaded_by_the_form(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)

    answer = client.post(
        at(office, "upload/"), {"client_key": "abcdefgh-1234", "file": [a_photo(), a_photo("red", "zwei.jpg")]}
    )

    page = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 302
    assert page.count('<li><a href="?shown=') == 2


def test_what_is_missing_is_said_at_every_field_and_nothing_typed_is_lost(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    draft = str(uploaded(client, office, a_photo())["draft"])
    given = typed(office, purpose="", gross="12,x", private_iban="DE00 1234", supplier_name="Möbel Höfner")

    answer = client.post(draft, given)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="gross_error"' in page
    assert 'id="purpose_error"' in page
    assert 'id="private_iban_error"' in page
    assert 'value="12,x"' in page
    assert 'value="DE00 1234"' in page
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.state, document.supplier_name, document.payee_iban) == ("draft", "Möbel Höfner", "DE00 1234")


def test_an_unreadable_amount_never_hands_in_the_amount_from_before(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)

    answer = client.post(at(office, f"drafts/{document.id}/"), typed(office, gross="hundert"))

    assert answer.status_code == 422
    with office.open():
        assert IncomingDocument.objects.get().state == "draft"


def test_what_was_read_fills_empty_fields_even_if_nobody_has_the_page_open(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    invoice = SimpleUploadedFile("rechnung.pdf", a_pdf(attached=CII), content_type="application/pdf")
    body = uploaded(client, office, invoice)
    client.post(str(body["draft"]), {"supplier_name": "Von Hand", "initial-supplier_name": ""}, headers=DRAFT)

    with office.open():
        file_id = Extraction.objects.get().file_id
    tasks.read_file(_Context(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]

    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.gross, document.document_date, document.document_number) == (
            119_00, date(2026, 3, 12), "RE-2026-0017",
        )  # fmt: skip
        assert document.supplier_name == "Von Hand"
    state = client.get(f"{body['draft']}reading/").json()
    assert state["is_waiting"] is False
    assert state["stored"]["initial-gross"] == "119,00"
    assert set(state["origins"]) >= {"gross", "document_date", "document_number"}
    assert "supplier_name" not in state["origins"]


def test_a_page_opened_before_reading_does_not_empty_what_was_read_since(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
    stale = {"gross": "", "initial-gross": "", "purpose": "Nur das", "parts": "1"}

    client.post(at(office, f"drafts/{document.id}/"), stale, headers=DRAFT)

    with office.open():
        kept = IncomingDocument.objects.get()
        assert (kept.gross, kept.purpose) == (119_00, "Nur das")


def test_the_supplier_s_account_is_never_the_refund_account(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    invoice = SimpleUploadedFile("rechnung.pdf", a_pdf(attached=CII), content_type="application/pdf")
    body = uploaded(client, office, invoice)
    given = {key: value for key, value in typed(office, go="use").items() if key != "private_iban"}
    client.post(str(body["draft"]), given)
    with office.open():
        file_id = Extraction.objects.get().file_id
    tasks.read_file(_Context(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]

    page = client.get(f"{body['draft']}payment/").content.decode()
    answer = client.post(str(body["draft"]), {**given, "go": "submit"})

    assert answer.status_code == 422
    with office.open():
        assert IncomingDocument.objects.get().payee_iban == ""
    refund = re.search(r'id="id_private_iban"[^>]*value="([^"]*)"', page)
    assert refund is not None
    assert refund[1] == ""
    assert 'value="DE02 1203 0000 0000 2020 51"' in page


def test_a_receipt_is_split_over_parts_that_must_add_up(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
    address = at(office, f"drafts/{document.id}/")
    assert client.post(address, typed(office, go="split")).status_code == 302
    two: dict[str, Any] = {
        "parts": "2", "part-0-gross": "100,00", "part-1-gross": "9,00", "part-1-project": office.project.id,
        "part-1-cost_type": office.cost_type.id,
    }  # fmt: skip

    wrong = client.post(address, typed(office, **two))
    right = client.post(address, typed(office, **{**two, "part-1-gross": "19,00"}))

    assert wrong.status_code == 422
    assert "109,00" in wrong.content.decode()
    assert right.status_code == 302
    with office.open():
        assert list(IncomingLine.objects.order_by("position").values_list("gross", flat=True)) == [100_00, 19_00]


def test_an_own_voucher_is_printed_and_archived_when_it_is_handed_in(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    begun = client.post(at(office, "new/"), {"client_key": "abcdefgh-99", "own_voucher": "on"})
    draft = begun["Location"]

    without = client.post(draft, typed(office))
    done = client.post(draft, typed(office, own_voucher_reason="Parkschein vom Automaten verloren"))

    assert without.status_code == 422
    assert 'id="own_voucher_reason_error"' in without.content.decode()
    assert done.status_code == 302
    with office.open():
        (attachment,) = Attachment.objects.select_related("file")
        assert (attachment.file.media_type, attachment.file.owner_type) == ("application/pdf", "receipts.voucher")


def test_a_double_is_linked_if_it_is_one_s_own_and_only_named_otherwise(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    first = str(uploaded(client, office, a_photo())["draft"])
    client.post(first, typed(office))
    with office.open():
        handed_in = IncomingDocument.objects.get()
    own = uploaded(client, office, a_photo(), client_key="zweiter-versuch")
    other = signed_in(a_member(office.tenant, role="submitter", name="Jonas Lenz"))
    theirs = uploaded(other, office, a_photo(), client_key="dritter-versuch")

    own_page, their_page = (
        client.get(str(own["draft"])).content.decode(),
        other.get(str(theirs["draft"])).content.decode(),
    )

    link = at(office, f"mine/{handed_in.id}/")
    assert "B-2026-000001" in own_page
    assert link in own_page
    assert "B-2026-000001" in their_page
    assert link not in their_page
    assert "Mira" not in their_page.split('id="doubles"')[1].split("k-fields")[0]


def test_the_advance_of_a_person_is_offered_with_what_is_left_and_the_outcome(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open():
        asked = request_advance(
            user_id=office.volunteer.id, amount=100_00, currency="EUR", purpose="Sommerfest", at=NOW, by=office.clerk
        )
        advance = pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    with office.open(by=office.volunteer):
        document = a_draft(office, 37_20)
    given = typed(office, "advance", advance=advance.id, advance_typed="", gross="37,20", go="")

    state = client.post(at(office, f"drafts/{document.id}/"), given, headers=DRAFT).json()
    more = client.post(at(office, f"drafts/{document.id}/"), {**given, "gross": "119,00"}, headers=DRAFT).json()

    assert "62,80" in state["outlook"]
    assert "19,00" in more["outlook"]
    assert "Sommerfest" in client.get(at(office, f"drafts/{document.id}/payment/")).content.decode()


def test_an_advance_is_asked_for_and_shown(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    address = at(office, "mine/advances/")

    empty = client.post(address, {"amount": "", "purpose": ""})
    answer = client.post(address, {"amount": "80", "purpose": "Kuchenbasar", "project": office.project.id})

    assert (empty.status_code, answer.status_code) == (422, 302)
    assert "Kuchenbasar" in client.get(address).content.decode()
    with office.open():
        assert (Advance.objects.get().amount, Advance.objects.get().user_id) == (80_00, office.volunteer.id)


def test_a_question_is_answered_in_the_list_and_notes_of_the_desk_stay_there(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        add_note(document.id, "Geheime Notiz der Buchhaltung", at=NOW, by=office.clerk)
        ask_back(document.id, "Welches Fahrzeug?", at=NOW, by=office.clerk)

    page = client.get(at(office, "mine/")).content.decode()
    answer = client.post(at(office, f"mine/{document.id}/answer/"), {"text": "H-WH 17", "next": "list"})
    detail = client.get(at(office, f"mine/{document.id}/")).content.decode()

    assert "Welches Fahrzeug?" in page
    assert "Antwort senden" in page
    assert answer.status_code == 302
    assert "H-WH 17" in detail
    assert "Geheime Notiz" not in page + detail
    with office.open():
        assert IncomingDocument.objects.get().state == "approved"


def test_a_rejected_receipt_says_why_and_is_handed_in_again_under_its_number(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        reject(document.id, "Das Foto ist unscharf.", at=NOW, by=office.clerk)

    page = client.get(at(office, "mine/?tab=done")).content.decode()
    again = client.get(at(office, f"drafts/{document.id}/use/")).content.decode()
    answer = client.post(at(office, f"drafts/{document.id}/"), typed(office))

    assert "Das Foto ist unscharf." in page
    assert "Korrigieren und erneut einreichen" in page
    assert "Das Foto ist unscharf." in again
    assert answer.status_code == 302
    with office.open():
        row = IncomingDocument.objects.get()
        assert (row.state, row.sequence) == ("approved", 1)


def test_a_receipt_is_withdrawn_and_its_draft_page_then_opens_again(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    assert client.get(at(office, f"drafts/{document.id}/")).status_code == 302

    client.post(at(office, f"mine/{document.id}/withdraw/"))

    assert client.get(at(office, f"drafts/{document.id}/")).status_code == 200
    with office.open():
        assert IncomingDocument.objects.get().state == "withdrawn"


def test_a_draft_is_thrown_away_but_never_what_was_handed_in(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        kept, thrown = a_draft(office), a_draft(office)
        submit(kept.id, today=DAY, at=NOW, by=office.volunteer)

    answers = [client.post(at(office, f"drafts/{each.id}/delete/")).status_code for each in (kept, thrown)]

    assert answers == [409, 302]
    with office.open():
        assert [row.id for row in IncomingDocument.objects.all()] == [kept.id]


def test_the_account_of_last_time_is_offered_masked(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    draft = str(uploaded(client, office, a_photo())["draft"])
    client.post(draft, typed(office))

    page = client.get(at(office, "new/")).content.decode()

    with office.open():
        payee = RememberedPayee.objects.get()
    chosen = re.search(rf'<option value="{payee.id}"[^>]*selected>([^<]*)<', page)
    assert chosen is not None
    assert chosen[1] == "DE02 1203 0000 ···· 2051 · Mira"
    assert "wie zuletzt" in page


def test_a_page_is_cut_out_and_nonsense_corners_are_refused(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    body = uploaded(client, office, a_photo())
    address = at(office, f"files/{body['attachment']}/crop/")

    good = client.post(address, {"page": "1", "turn": "90", "corners": "[[0.1,0.1],[0.9,0.1],[0.9,0.9],[0.1,0.9]]"}, headers={"X-Fragment": "crop"})  # fmt: skip
    bad = [
        client.post(address, {"page": "1", "turn": turn, "corners": corners}).status_code
        for turn, corners in (
            ("0", "[[0,0],[1,1],[1,0],[0,1]]"),
            ("0", "nonsense"),
            ("17", ""),
            ("-90", ""),
            ("0", "[1]"),
        )
    ]

    assert good.json()["turn"] == 90
    assert bad == [422] * 5


def test_the_app_can_be_installed_and_keeps_no_page_with_data(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)

    manifest = client.get("/manifest.webmanifest").json()
    worker = client.get("/sw.js").content.decode()
    offline = Client().get("/offline/").content.decode()

    assert manifest["share_target"]["action"] == "/share/"
    assert all(client.get(icon["src"]).status_code == 200 for icon in manifest["icons"])
    kept = re.search(r"const KEPT = \[(.*?)\];", worker)
    assert kept is not None
    assert all(each.startswith(("/static/", "/offline/")) for each in re.findall(r'"([^"]+)"', kept[1]))
    assert office.tenant.name not in offline
    assert client.get("/share/?shared=1")["Location"] == at(office, "new/?shared=1")
    assert Client().get("/share/").status_code == 302
    assert client.post("/share/", {"file": a_photo()}).status_code == 302


def test_a_paid_receipt_is_done_with_its_day_and_counts_as_refunded(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    on_way = client.get(at(office, "mine/")).content.decode()
    with office.open():
        put_to_account(office, document)
        book(document.id, at=NOW, by=office.clerk)
        set_paid(document.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

    done = client.get(at(office, "mine/?tab=done")).content.decode()
    detail = client.get(at(office, f"mine/{document.id}/")).content.decode()

    assert "119,00" in on_way.split("k-figs")[1].split("</section>")[0]
    assert "erstattet" in done
    assert "Di. 10.03." in done
    assert "Sabine Brandt" not in done + detail
    with office.open():
        sums = sums_of(office.volunteer.id, today=DAY, currency="EUR")
        assert (sums.on_way, sums.refunded, sums.next_day) == (0, 119_00, None)


def test_who_checks_first_is_said_before_it_is_handed_in(database: None) -> None:
    office = an_office()
    reviewer = a_member(office.tenant, role="reviewer", name="Jonas Lenz")
    client = signed_in(office.volunteer)
    with office.open():
        stage = Stage(number=1, needed=1, users=(reviewer.id,))
        save_policy(
            Policy(id=0, name="Alles", subject_type="receipts.document", stages=(stage,)),
            state="active",
            by=office.clerk,
        )
    with office.open(by=office.volunteer):
        document = a_draft(office)

    page = client.get(at(office, f"drafts/{document.id}/payment/")).content.decode()
    client.post(at(office, f"drafts/{document.id}/"), typed(office))
    mine = client.get(at(office, "mine/")).content.decode()

    assert "vorher prüft Jonas Lenz" in page
    assert "Nächster Schritt: Jonas Lenz prüft." in mine
    with office.open():
        assert IncomingDocument.objects.get().state == "in_review"


def test_an_empty_part_is_named_at_its_amount(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    draft = str(uploaded(client, office, a_photo())["draft"])
    two: dict[str, object] = {
        "parts": "2", "part-0-gross": "119,00", "part-1-gross": "0,00", "part-1-project": office.project.id,
        "part-1-cost_type": office.cost_type.id,
    }  # fmt: skip

    answer = client.post(draft, {**typed(office), **two})

    assert answer.status_code == 422
    assert 'id="part-1-gross_error"' in answer.content.decode()
    assert 'id="part-0-gross_error"' not in answer.content.decode()


def test_what_is_left_of_the_advances_stands_on_their_card_and_other_drafts_are_offered(database: None) -> None:
    office = an_office()
    with office.open():
        advance = request_advance(
            user_id=office.volunteer.id, amount=62_80, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
        )
        pay_out_advance(advance.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    client = signed_in(office.volunteer)
    uploaded(client, office, a_photo())

    page = client.get(at(office, "new/")).content.decode()

    assert re.search(r"Noch 62,80\s€ verfügbar", page)
    assert "1 Entwurf wartet auf das Einreichen" in page
