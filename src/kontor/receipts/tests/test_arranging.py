"""Pages in order, left out, split off and joined, on every door that shows them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.documents import tasks
from kontor.documents.models import Extraction, StoredFile
from kontor.documents.store import read_file
from kontor.documents.tests.papers import CII, a_pdf, a_picture, as_bytes
from kontor.receipts.actions.arranging import join_drafts, leave_out, move_page, split_off, take_back_in
from kontor.receipts.actions.submitting import fingerprint, submit
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.panel import panel
from kontor.receipts.queries.sheets import sheets_of
from kontor.receipts.rules.pages import Leaf, NoSuchPageHere, NothingToSplit, OneInvoiceOnly, in_order, leaf_of, moved
from kontor.receipts.rules.workflow import NotOwn, WrongState
from kontor.receipts.tests.office import DAY, IBAN, Office, an_office
from tests.builders import NOW, a_member

JSON = {"X-Fragment": "upload"}


class _Context:
    job = type("QueueJob", (), {"attempts": 0})()


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


def signed_in(office: Office) -> Client:
    client = Client()
    client.force_login(office.volunteer)
    return client


def sent(client: Client, office: Office, content: bytes, *, name: str, key: str = "abcdefgh-1") -> tuple[int, int]:
    """Send a file, let the worker read it, and return the receipt's and the attachment's id."""
    file = SimpleUploadedFile(name, content)
    answer = client.post(at(office, "upload/"), {"client_key": key, "file": file}, headers=JSON)
    assert answer.status_code == 200, answer.content
    with office.open():
        waiting = list(Extraction.objects.filter(state="waiting").values_list("file_id", flat=True))
    for file_id in waiting:
        tasks.read_file(_Context(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]
    return answer.json()["document"], answer.json()["attachment"]


def pages(office: Office, document_id: int) -> list[tuple[str, int]]:
    """Return name and page of each sheet in the order shown."""
    with office.open():
        return [(each.attachment.file.name, each.page) for each in sheets_of([document_id]).get(document_id, [])]


def a_photo(colour: str) -> bytes:
    return as_bytes(a_picture((700, 800), colour))


def lines(amount: str, number: str) -> tuple[str, ...]:
    return ("Papier Huber GmbH", "Marktplatz 4, 80331 München", f"Rechnungsnummer: {number}", "Rechnungsdatum: 12.03.2026",
            "Kopierpapier A4, 20 Pakete", f"Gesamtbetrag {amount} €")  # fmt: skip


def test_pages_keep_the_order_people_put_them_in_and_new_ones_come_last() -> None:
    leaves = [
        leaf_of(1, 1, position=0, shape={"1": {"place": 2}}),
        leaf_of(2, 1, position=1, shape={"1": {"place": 1}, "2": {"left_out": True}}),
        leaf_of(2, 2, position=1, shape={"1": {"place": 1}, "2": {"left_out": True}}),
        leaf_of(2, 3, position=1, shape={}),
    ]
    ordered = in_order(leaves)

    assert [(leaf.attachment_id, leaf.page) for leaf in ordered] == [(2, 1), (1, 1), (2, 3)]
    again = moved(ordered, attachment_id=2, page=3, to=-5)
    assert [(leaf.attachment_id, leaf.page) for leaf in again] == [(2, 3), (2, 1), (1, 1)]
    with pytest.raises(NoSuchPageHere):
        moved([Leaf(attachment_id=1, page=1, position=0)], attachment_id=1, page=2, to=0)


def test_the_buttons_move_a_page_and_everybody_sees_the_new_order(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    document_id, red = sent(client, office, a_photo("red"), name="rot.jpg")
    _same, scan = sent(client, office, a_pdf(pages=2), name="scan.pdf")
    assert pages(office, document_id) == [("rot.jpg", 1), ("scan.pdf", 1), ("scan.pdf", 2)]

    answer = client.post(at(office, f"files/{red}/move/"), {"page": "1", "to": "1"})

    assert answer["Location"].endswith(f"/drafts/{document_id}/?shown={red}-1")
    wanted = [("scan.pdf", 1), ("rot.jpg", 1), ("scan.pdf", 2)]
    assert pages(office, document_id) == wanted
    with office.open():
        shown = panel(document_id)
        assert shown is not None
        files = dict(shown.files)
        assert [(files[view.file_id], view.page) for view in shown.pages] == wanted
        assert list(Attachment.objects.order_by("position").values_list("id", flat=True)) == [scan, red]
    page = client.get(answer["Location"]).content.decode()
    assert page.index(f'data-move="/t/{office.tenant.code}/receipts/files/{scan}/move/"') < page.index(
        f'data-move="/t/{office.tenant.code}/receipts/files/{red}/move/"'
    )


def test_a_page_of_a_pdf_is_left_out_and_comes_back(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    document_id, scan = sent(client, office, a_pdf(pages=3), name="scan.pdf")
    with office.open(by=office.volunteer):
        whole = fingerprint(IncomingDocument.objects.get(id=document_id))

    client.post(at(office, f"files/{scan}/leave-out/"), {"page": "1"})

    assert pages(office, document_id) == [("scan.pdf", 2), ("scan.pdf", 3)]
    with office.open(by=office.volunteer):
        document = IncomingDocument.objects.get(id=document_id)
        assert fingerprint(document) != whole, "who approved saw other pages"
        assert all(each["page"] != 1 for name, each in document.proposals.items() if name != "vat")
        take_back_in(document_id, by=office.volunteer)
        assert fingerprint(IncomingDocument.objects.get(id=document_id)) == whole
    assert sorted(pages(office, document_id)) == [("scan.pdf", 1), ("scan.pdf", 2), ("scan.pdf", 3)]


def test_the_last_page_of_a_file_takes_the_file_off_and_the_archive_keeps_it(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    document_id, red = sent(client, office, a_photo("red"), name="rot.jpg")

    client.post(at(office, f"files/{red}/leave-out/"), {"page": "1"})

    assert pages(office, document_id) == []
    with office.open():
        assert StoredFile.objects.filter(name="rot.jpg").count() == 1


def test_one_scan_of_two_receipts_becomes_two_drafts_each_with_its_own_amount(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    two = _joined_pdf(lines("119,00", "RE-1"), lines("55,50", "RE-2"))
    document_id, scan = sent(client, office, two, name="scan.pdf")

    answer = client.post(at(office, f"files/{scan}/split/"), {"page": "2"})
    with office.open():
        waiting = list(Extraction.objects.filter(state="waiting").values_list("file_id", flat=True))
    for file_id in waiting:
        tasks.read_file(_Context(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]

    with office.open():
        first, second = IncomingDocument.objects.order_by("id")
        assert answer["Location"].endswith(f"/drafts/{second.id}/")
        assert first.id == document_id
        assert (first.gross, second.gross) == (119_00, 55_50)
        assert (first.document_number, second.document_number) == ("RE-1", "RE-2")
        assert read_file(StoredFile.objects.get(name="scan.pdf")) == two, "the archive keeps the whole scan"
    assert pages(office, first.id) == [("scan-1.pdf", 1)]
    assert pages(office, second.id) == [("scan-2.pdf", 1)]


def test_splitting_at_a_photo_moves_the_photos_and_leaves_what_was_typed(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    document_id, red = sent(client, office, a_photo("red"), name="rot.jpg")
    _same, blue = sent(client, office, a_photo("blue"), name="blau.jpg")
    client.post(
        at(office, f"drafts/{document_id}/"), {"purpose": "Leim", "gross": "5,00"}, headers={"X-Fragment": "draft"}
    )
    with office.open(by=office.volunteer):
        with pytest.raises(NothingToSplit):
            split_off(document_id, red, 1, at=NOW, by=office.volunteer)
        new = split_off(document_id, blue, 1, at=NOW, by=office.volunteer)
        kept = IncomingDocument.objects.get(id=document_id)
        assert (kept.purpose, kept.gross, new.purpose) == ("Leim", 5_00, "")
    assert (pages(office, document_id), pages(office, new.id)) == ([("rot.jpg", 1)], [("blau.jpg", 1)])


def test_an_electronic_invoice_stays_in_one_piece(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    long = CII.replace(b"</rsm:SupplyChainTradeTransaction>", _LINE * 60 + b"</rsm:SupplyChainTradeTransaction>")
    document_id, xml = sent(client, office, long, name="rechnung.xml")
    assert pages(office, document_id)[:2] == [("rechnung.xml", 1), ("rechnung.xml", 2)]

    with office.open(by=office.volunteer), pytest.raises(OneInvoiceOnly):
        split_off(document_id, xml, 2, at=NOW, by=office.volunteer)
    zugferd_id, zugferd = sent(client, office, a_pdf(pages=2, attached=CII), name="zugferd.pdf", key="abcdefgh-2")
    answer = client.post(at(office, f"files/{zugferd}/split/"), {"page": "2"})
    assert answer.status_code == 422
    assert "bleibt beisammen" in answer.content.decode()
    assert pages(office, zugferd_id) == [("zugferd.pdf", 1), ("zugferd.pdf", 2)]


def test_two_drafts_become_one_with_what_either_says(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    one, _red = sent(client, office, a_photo("red"), name="rot.jpg")
    two, _blue = sent(client, office, a_photo("blue"), name="blau.jpg", key="abcdefgh-2")
    save = {"X-Fragment": "draft"}
    client.post(at(office, f"drafts/{one}/"), {"purpose": "Leim"}, headers=save)
    more = {"purpose": "Zwingen", "gross": "9,90", "variant": "private", "private_route": office.route.id,
            "private_payee": "new", "private_iban": IBAN, "private_name": "Mira"}  # fmt: skip
    client.post(at(office, f"drafts/{two}/"), more, headers=save)
    assert "Entwürfe zusammenlegen" in client.get(at(office, f"drafts/{one}/")).content.decode()

    client.post(at(office, f"drafts/{one}/join/"), {"other": two})

    assert pages(office, one) == [("rot.jpg", 1), ("blau.jpg", 1)]
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.purpose, document.gross, document.variant, document.payee_iban) == (
            "Leim",
            9_90,
            "private",
            IBAN,
        )
        assert {"gross", "purpose", "variant"} <= set(document.typed)


def test_pages_of_others_and_of_what_is_handed_in_stay_where_they_are(database: None) -> None:
    office = an_office()
    client = signed_in(office)
    document_id, red = sent(client, office, a_photo("red"), name="rot.jpg")
    other_id, _blue = sent(client, office, a_photo("blue"), name="blau.jpg", key="abcdefgh-2")
    stranger = Client()
    stranger.force_login(a_member(office.tenant, role="submitter", name="Jonas Lenz"))
    writes = [f"files/{red}/move/", f"files/{red}/leave-out/", f"files/{red}/split/", f"drafts/{document_id}/pages/",
              f"drafts/{document_id}/join/"]  # fmt: skip
    given = {"page": "1", "to": "0", "other": other_id}
    assert [stranger.post(at(office, path), given).status_code for path in writes] == [404] * len(writes)

    with tenant(office.tenant.id, by=office.clerk), pytest.raises(NotOwn):
        move_page(document_id, red, 1, to=0, by=office.clerk)
    whole = {"gross": "5", "document_date": DAY.strftime("%d.%m.%Y"), "supplier_name": "X", "purpose": "Y", "parts": "1",
             "variant": "donation", "part-0-project": office.project.id, "part-0-cost_type": office.cost_type.id}  # fmt: skip
    client.post(at(office, f"drafts/{document_id}/"), whole, headers={"X-Fragment": "draft"})
    with office.open(by=office.volunteer):
        submit(document_id, today=DAY, at=NOW, by=office.volunteer)
        for act in (
            lambda: leave_out(document_id, red, 1, by=office.volunteer),
            lambda: join_drafts(other_id, document_id, by=office.volunteer),
            lambda: join_drafts(other_id, other_id, by=office.volunteer),
        ):
            with pytest.raises(WrongState):
                act()


_LINE = b"""<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>
</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Papier</ram:Name></ram:SpecifiedTradeProduct>
</ram:IncludedSupplyChainTradeLineItem>"""


def _joined_pdf(*papers: tuple[str, ...]) -> bytes:
    import io  # noqa: PLC0415

    import pypdfium2 as pdfium  # noqa: PLC0415

    whole = pdfium.PdfDocument.new()
    for paper in papers:
        whole.import_pages(pdfium.PdfDocument(a_pdf(paper)))
    target = io.BytesIO()
    whole.save(target)
    return target.getvalue()
