"""What the form is filled with by itself: what was read, what was known, what looks alike."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from kontor.documents import tasks
from kontor.documents.models import Extraction
from kontor.documents.tests.papers import CII, a_pdf
from kontor.receipts.models import IncomingDocument, RememberedPayee
from kontor.receipts.tests.handing_in import DRAFT, Queued, a_photo, at, signed_in, typed, uploaded
from kontor.receipts.tests.office import a_draft, an_office
from tests.builders import a_member


def test_what_was_read_fills_empty_fields_even_if_nobody_has_the_page_open(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    invoice = SimpleUploadedFile("rechnung.pdf", a_pdf(attached=CII), content_type="application/pdf")
    body = uploaded(client, office, invoice)
    client.post(str(body["draft"]), {"supplier_name": "Von Hand", "initial-supplier_name": ""}, headers=DRAFT)

    with office.open():
        file_id = Extraction.objects.get().file_id
    tasks.read_file(Queued(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]

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
    tasks.read_file(Queued(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]

    page = client.get(f"{body['draft']}payment/").content.decode()
    answer = client.post(str(body["draft"]), {**given, "go": "submit"})

    assert answer.status_code == 422
    with office.open():
        assert IncomingDocument.objects.get().payee_iban == ""
    refund = re.search(r'id="id_private_iban"[^>]*value="([^"]*)"', page)
    assert refund is not None
    assert refund[1] == ""
    assert 'value="DE02 1203 0000 0000 2020 51"' in page


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
