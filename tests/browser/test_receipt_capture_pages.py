"""Several pages, several receipts, several windows: handing in with the browser beyond the straight way."""

import base64

import pytest
from PIL import ImageFilter
from playwright.sync_api import Browser, BrowserContext, expect

from kontor.documents.models import Rendition, StoredFile
from kontor.documents.tests.papers import as_bytes
from kontor.receipts.models import Attachment, IncomingDocument, Source
from kontor.receipts.tests.office import IBAN, an_office

from .broken_line import a_line_that_breaks
from .capturing import PHONE, TAKE, a_photo, a_picture_of, at, frames, looks_right, names, signed_in

pytestmark = pytest.mark.browser

DROPPED = """([content, name, type, kind]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  if (kind === "paste") return document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true }));
  for (const each of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(each, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
SHARED = """([content, name, type]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const form = Object.assign(document.createElement("form"), { method: "POST", action: "/share/", enctype: "multipart/form-data" });
  const input = Object.assign(document.createElement("input"), { type: "file", name: "file" });
  input.files = carried.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""


def in_base64(*lines: str) -> str:
    return base64.b64encode(as_bytes(a_picture_of(*lines))).decode()


def test_pages_are_moved_by_thumb_and_by_mouse_and_split_into_two_receipts(
    browser_context: BrowserContext, server: str
) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # the table above
    page.goto(at(office, "new/"))
    for place, name in enumerate(["eins.jpg", "zwei.jpg", "drei.jpg"], start=1):
        page.locator(TAKE).first.set_input_files(a_photo(f"Seite {place}", name=name))
        expect(frames(page) if place > 1 else page.locator("k-crop")).to_have_count(place)
    looks_right(page)
    page.get_by_role("button", name="Seite nach vorn").click()
    expect(frames(page).nth(1).locator("[aria-current]")).to_have_count(1)
    assert names(office) == [["eins.jpg", "drei.jpg", "zwei.jpg"]]

    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#id_purpose").fill("Leim und Zwingen")
    frames(page).nth(2).drag_to(frames(page).nth(0))
    expect(frames(page).nth(0).locator("[aria-current]")).to_have_count(1)
    assert names(office) == [["zwei.jpg", "eins.jpg", "drei.jpg"]]
    expect(page.locator("#id_purpose")).to_have_value("Leim und Zwingen")

    page.get_by_role("link", name="Seite 3").click()
    page.get_by_text("Mehr", exact=True).last.click()
    looks_right(page)
    page.get_by_role("button", name="Hier beginnt ein neuer Beleg").click()
    expect(page.get_by_text("zwei Belege")).to_be_visible()
    assert names(office) == [["zwei.jpg", "eins.jpg"], ["drei.jpg"]]
    page.locator(".k-toolmore > summary").click()
    page.get_by_role("button", name="Entwürfe zusammenlegen").click()
    expect(frames(page)).to_have_count(3)
    assert names(office) == [["drei.jpg", "zwei.jpg", "eins.jpg"]]
    expect(page.locator("#id_purpose")).to_have_value("Leim und Zwingen")


def test_a_picture_is_dropped_and_another_one_pasted(browser_context: BrowserContext, server: str) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    page.evaluate(DROPPED, [in_base64("Eins"), "abgelegt.jpg", "image/jpeg", "drop"])
    expect(page.locator("k-crop")).to_be_visible()
    expect(page.locator(".k-drop-veil")).to_have_count(0)
    page.evaluate(DROPPED, [in_base64("Zwei"), "eingefuegt.jpg", "image/jpeg", "paste"])
    expect(frames(page)).to_have_count(2)
    assert names(office) == [["abgelegt.jpg", "eingefuegt.jpg"]]


def test_a_photo_shared_by_another_app_becomes_a_draft(browser_context: BrowserContext, server: str) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.evaluate(SHARED, [in_base64("Geteilt"), "geteilt.jpg", "image/jpeg"])
    expect(page.locator("k-crop")).to_be_visible()
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.source, document.state) == (Source.SHARE, "draft")
    assert names(office) == [["geteilt.jpg"]]


def test_corners_that_a_person_moves_cut_the_picture_and_leave_the_original(
    browser_context: BrowserContext, server: str
) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    page.locator(TAKE).last.set_input_files(a_photo())
    expect(page.get_by_text("Ränder gefunden, scharf genug")).to_be_visible()
    corner = page.get_by_role("button", name="Ecke unten rechts verschieben, Pfeiltasten")
    box = corner.bounding_box()
    assert box is not None
    with page.expect_response(lambda answer: "/crop/" in answer.url):
        page.mouse.move(box["x"] + 22, box["y"] + 22)
        page.mouse.down()
        page.mouse.move(box["x"] - 60, box["y"] - 40, steps=5)
        page.mouse.up()
    with page.expect_response(lambda answer: "/crop/" in answer.url):
        page.get_by_role("button", name="Drehen").click()
    page.reload()
    expect(page.get_by_text("Zugeschnitten")).to_be_visible()
    with office.open():
        cropped = Rendition.objects.get(kind="cropped")
        whole = Rendition.objects.get(kind="preview")
        assert cropped.geometry["turn"] == 90
        found, moved = whole.geometry["found"], cropped.geometry["corners"]
        assert moved[2][0] < found[2][0] - 0.03
        assert [round(each[0], 2) for each in (moved[0], moved[3])] == [
            round(each[0], 2) for each in (found[0], found[3])
        ]
        original = StoredFile.objects.get(name="bon.jpg")
        assert original.size == len(as_bytes(a_picture_of()))


def test_a_blurred_photo_says_so_at_once_and_is_taken_again(browser_context: BrowserContext, server: str) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # the table above
    page.goto(at(office, "new/"))
    shaken = as_bytes(a_picture_of("Baumarkt", "SUMME EUR 37,20").filter(ImageFilter.GaussianBlur(9)))
    with page.expect_request(lambda request: request.url.endswith("/upload/")):
        page.locator(TAKE).first.set_input_files({"name": "unscharf.jpg", "mimeType": "image/jpeg", "buffer": shaken})
    hint = page.get_by_text("Das Foto ist unscharf: noch einmal aufnehmen?")
    expect(hint.first).to_be_visible()
    expect(page.locator(".k-flag.is-warn")).to_be_visible()
    looks_right(page)
    page.get_by_label("Das Foto ist unscharf: noch einmal aufnehmen?").set_input_files(a_photo(name="scharf.jpg"))
    expect(page.get_by_text("Ränder gefunden, scharf genug")).to_be_visible()
    expect(hint).to_have_count(0)
    assert names(office) == [["scharf.jpg"]]


def test_what_is_typed_survives_a_closed_window_until_it_is_saved(
    chromium: Browser, server: str, database: None
) -> None:
    office = an_office()
    # The browser's own complaints about the missing answers belong to this story.
    context = chromium.new_context(base_url=server, locale="de-DE")
    page = signed_in(context, office.volunteer, server)
    page.goto(at(office, "new/"))
    page.locator(TAKE).last.set_input_files(a_photo())
    expect(page.locator("k-crop")).to_be_visible()
    context.set_offline(True)
    page.locator("#id_purpose").fill("Leim für den Kurs")
    page.get_by_text("Offene Werkstatt").click()
    expect(page.locator("#saved")).to_contain_text("Keine Verbindung")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()) }")  # not even the last words get out
    page.wait_for_timeout(500)  # the browser writes its store a moment later
    address = page.url
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#id_purpose")).to_have_value("Leim für den Kurs")
    expect(again.get_by_role("radio", name="Offene Werkstatt")).to_be_checked()
    expect(again.locator("#saved")).to_contain_text("Entwurf")
    again.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('kontor-typed-'))")
    with office.open():
        assert IncomingDocument.objects.get().purpose == "Leim für den Kurs"
    context.close()


def test_two_windows_of_one_draft_keep_what_either_saved_and_hand_in_once(
    browser_context: BrowserContext, server: str
) -> None:
    office = an_office()
    one = signed_in(browser_context, office.volunteer, server)
    one.goto(at(office, "new/"))
    one.locator(TAKE).last.set_input_files(a_photo())
    expect(one.locator("k-crop")).to_be_visible()
    two = browser_context.new_page()
    two.goto(one.url)
    one.locator("#id_gross").fill("37,20")
    one.locator("#id_document_date").fill("18.11.2026")
    one.locator("#id_purpose").fill("Leim")
    one.get_by_text("Offene Werkstatt").click()
    one.get_by_text("Werkzeug und Material").click()
    one.get_by_text("Privat bezahlt").click()
    one.locator("#id_private_iban").fill(IBAN)
    expect(one.locator("#saved")).to_contain_text("Entwurf gesichert")
    expect(one.get_by_text("werden erstattet")).to_be_visible()
    two.locator("#id_supplier_name").fill("Baumarkt Lindner")
    expect(two.locator("#saved")).to_contain_text("Entwurf gesichert")
    expect(two.locator("#id_purpose")).to_have_value("Leim")
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.purpose, document.supplier_name, document.payee_iban) == ("Leim", "Baumarkt Lindner", IBAN)
    one.get_by_role("button", name="Beleg einreichen").dblclick()
    expect(one.get_by_text("B-2026-000001").first).to_be_visible()
    two.locator("#id_comment").evaluate(
        "(field) => { field.value = 'spät'; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    expect(two.get_by_text("B-2026-000001").first).to_be_visible()
    with office.open():
        assert IncomingDocument.objects.get().sequence == 1


def test_an_upload_cut_off_in_the_middle_goes_on_by_itself_and_makes_one_receipt(
    chromium: Browser, server: str, database: None
) -> None:
    office = an_office()
    with a_line_that_breaks(server, after=40_000) as (line, cuts, mended):
        # The browser's own complaint about the broken line belongs to this story.
        context = chromium.new_context(base_url=line, locale="de-DE", viewport=PHONE)  # type: ignore[arg-type]
        page = signed_in(context, office.volunteer, line)
        page.goto(at(office, "new/"))
        page.locator(TAKE).first.set_input_files(a_photo())
        expect(page.get_by_text("1 Foto wartet auf Netz")).to_be_visible()
        mended.set()
        expect(page.get_by_text("Ränder gefunden")).to_be_visible()
        context.close()
    assert min(cuts) > 40_000
    with office.open():
        assert (IncomingDocument.objects.count(), Attachment.objects.count()) == (1, 1)
        assert StoredFile.objects.get(name="bon.jpg").size == len(as_bytes(a_picture_of()))
