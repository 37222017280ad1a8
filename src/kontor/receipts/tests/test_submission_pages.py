"""Handing receipts in by the pages: who may, what is kept, what is refused."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.documents.models import StoredFile
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine
from kontor.receipts.tests.handing_in import JSON, SUPPLIER_IBAN, a_photo, at, signed_in, typed, uploaded
from kontor.receipts.tests.office import IBAN, a_draft, an_office
from tests.builders import a_member


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
