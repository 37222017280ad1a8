"""The desk in Chromium: what was typed survives everything, pages are turned for good, places and fields find each other."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from kontor.approvals.tests.desk import a_policy
from kontor.documents.actions.intake import take_in
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import pages_of
from kontor.receipts.actions.drafting import add_file, take_reading
from kontor.receipts.actions.processing import save, take
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Attachment, IncomingDocument, PrivateNote
from tests.builders import NOW, a_member
from tests.harness.browser import check_accessibility

from .desk_books import browser, handed_in, stored, url
from .office import DAY, Office, a_draft, an_office, put_to_account

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def office(database: None, browser_context: BrowserContext, server: str) -> Office:
    made = an_office()
    enter(browser_context, server, made.clerk)
    return made


def enter(context: BrowserContext, server: str, who: object) -> None:
    cookies = browser(who).cookies  # type: ignore[arg-type]  # a user
    context.add_cookies([{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()])


def desk(office: Office, document_id: int, *, tab: str = "all") -> str:
    return url(office, "inbox") + f"?tab={tab}&r={document_id}"


def a_picture(width: int = 400, height: int = 600) -> bytes:
    """Draw a receipt on which the total stands in the lower half."""
    page = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(page)
    pen.text((30, 40), "Baumarkt Lindner", fill="black")
    pen.text((30, 420), "SUMME 119,00", fill="black")
    target = io.BytesIO()
    page.save(target, "PNG")
    return target.getvalue()


def with_picture(office: Office) -> tuple[int, int]:
    """Hand in a receipt with a picture on which amount and supplier were read; returns its id and the file's."""
    with office.open(by=office.volunteer):
        draft = a_draft(office)
        file = take_in(a_picture(), name="bon.png", owner_type="receipts.document", at=NOW, by=office.volunteer)
        add_file(draft.id, file, by=office.volunteer)
        places: dict[str, dict[str, object]] = {
            "amount": {"value": 119_00, "box": [0.05, 0.68, 0.45, 0.73]},
            "supplier": {"value": "Baumarkt Lindner", "box": [0.05, 0.05, 0.5, 0.1]},
        }
        take_reading(
            draft.id,
            {
                name: each | {"origin": "ocr", "confidence": 90, "page": 1, "file": file.id}
                for name, each in places.items()
            },
            by=office.volunteer,
        )
        submit(draft.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        document = IncomingDocument.objects.get(id=draft.id)
        if document.state == "approved":
            put_to_account(office, document)
    return draft.id, file.id


def test_what_is_typed_never_reaches_the_next_receipt_and_is_there_again_on_coming_back(
    office: Office, page: Page
) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    page.goto(desk(office, first, tab="progress"))
    page.locator("#id_remittance").fill("Nur für den ersten")
    page.locator("#id_variant").select_option("organisation")
    page.locator("h1").click()

    page.keyboard.press("j")
    expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#id_remittance")).to_have_value("")
    expect(page.locator("#id_variant")).to_have_value("private")
    expect(page.locator(f"#rc-{first}")).to_have_class(re.compile("is-unsaved"))
    assert page.evaluate("new FormData(document.getElementById('desk')).get('part0-account')") == "4980"

    page.keyboard.press("k")
    expect(page.locator("#id_remittance")).to_have_value("Nur für den ersten")
    expect(page.locator("#id_variant")).to_have_value("organisation")
    expect(page.locator("[data-discard]")).to_be_visible()
    check_accessibility(page)

    page.locator("[data-discard]").click()
    expect(page.locator("#id_remittance")).to_have_value("")
    assert stored(office, first).remittance == ""


def test_notes_messages_and_bulk_acts_leave_the_typed_form_as_it_is(office: Office, page: Page) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    page.goto(desk(office, first, tab="progress"))
    page.locator("#id_purpose").fill("Halb getippt")

    page.locator("[name=note]").fill("Anruf beim Baumarkt")
    page.locator("[name=note]").press("Enter")
    expect(page.locator(".k-private")).to_contain_text("Anruf beim Baumarkt")
    expect(page.locator("#id_purpose")).to_have_value("Halb getippt")
    page.locator("[name=message]").fill("Ist der Leim für die Werkstatt?")
    page.locator("#send-message").click()
    expect(page.locator(".k-msg").first).to_contain_text("Ist der Leim für die Werkstatt?")
    expect(page.locator("#id_purpose")).to_have_value("Halb getippt")

    page.locator(f".k-txrow:has(#rc-{second}) [name=ids]").check()
    page.locator(".k-bulkbar [name=names]").fill("Bühne")
    page.get_by_role("button", name="Kategorisieren").click()
    expect(page.locator("#toasts")).to_contain_text("1 Beleg")
    page.locator(f"#rc-{first}").click()
    expect(page.locator("#id_purpose")).to_have_value("Halb getippt")

    document = stored(office, first)
    assert (document.purpose, document.version) == ("Zwingen und Leim", document.version)
    with office.open():
        assert PrivateNote.objects.filter(document_id=first).count() == 1


def test_a_file_is_added_and_a_bad_one_refused_with_the_form_as_typed(office: Office, page: Page) -> None:
    document_id = handed_in(office)
    page.goto(desk(office, document_id))
    page.locator("#id_purpose").fill("Während des Hochladens")
    page.locator("[commandfor=attach]").first.click()
    page.locator("#attach-file").set_input_files([
        FilePayload(name="rückseite.png", mimeType="image/png", buffer=a_picture()),
        FilePayload(name="böse.pdf", mimeType="application/pdf", buffer=b"<svg onload=alert(1)>"),
    ])  # fmt: skip
    page.locator("dialog[open] button.k-btn-p").click()

    expect(page.locator("#toasts")).to_contain_text("böse.pdf", timeout=30_000)
    expect(page.locator("k-viewer figure img")).to_have_count(1)
    expect(page.locator("#id_purpose")).to_have_value("Während des Hochladens")
    with office.open():
        names = (
            Attachment.objects.filter(document_id=document_id).order_by("position").values_list("file__name", flat=True)
        )
        assert list(names) == ["beleg.txt", "rückseite.png"]


def test_asking_back_saves_what_was_typed_and_an_empty_question_loses_nothing(office: Office, page: Page) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    page.goto(desk(office, first, tab="progress"))
    page.locator("#id_purpose").fill("Leim für die Bühne")
    page.locator("h1").click()
    page.keyboard.press("f")
    page.locator("dialog[open] button.k-btn-p").click()

    expect(page.locator(".k-errsum")).to_be_visible(timeout=20_000)
    expect(page.locator("#id_purpose")).to_have_value("Leim für die Bühne")
    assert stored(office, first).state == "in_progress"

    page.get_by_role("button", name="Rückfrage", exact=False).first.click()
    page.locator("#ask-text").fill("Für welches Projekt?")
    page.locator("dialog[open] button.k-btn-p").click()

    expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    document = stored(office, first)
    assert (document.state, document.purpose) == ("query", "Leim für die Bühne")


def test_the_second_bookkeeper_is_told_and_keeps_what_they_typed(
    office: Office, page: Page, browser_context: BrowserContext, server: str
) -> None:
    document_id = handed_in(office)
    second = a_member(office.tenant, name="Jonas Lenz")
    enter(browser_context, server, second)
    page.goto(desk(office, document_id))
    page.locator("#id_purpose").fill("Von Jonas getippt")
    with office.open():
        save(document_id, {"purpose": "Von Sabine gespeichert"}, version=None, keep=False, at=NOW, by=office.clerk)

    page.keyboard.press("Control+s")

    expect(page.locator(".k-errsum")).to_contain_text("Sabine Brandt")
    expect(page.locator(".k-conflict")).to_contain_text("Von Sabine gespeichert")
    expect(page.locator("#id_purpose")).to_have_value("Von Jonas getippt")
    with office.open():
        take(document_id, at=NOW, by=office.clerk)
    page.keyboard.press("Control+s")
    expect(page.locator(".k-errsum")).to_contain_text("Sabine Brandt")
    expect(page.locator("#id_purpose")).to_have_value("Von Jonas getippt")
    assert stored(office, document_id).purpose == "Von Sabine gespeichert"
    check_accessibility(page)


def test_a_turned_page_stays_turned_for_everyone_and_the_form_as_typed(office: Office, page: Page) -> None:
    document_id, file_id = with_picture(office)
    page.goto(desk(office, document_id))
    page.locator("#id_purpose").fill("Während des Drehens")
    expect(page.locator("k-viewer figure img")).to_have_attribute("width", "400")
    page.locator("[data-turn]").click()

    expect(page.locator("k-viewer figure img")).to_have_attribute("width", "600")
    expect(page.locator("[data-turn]")).to_be_focused()
    expect(page.locator("#id_purpose")).to_have_value("Während des Drehens")
    with office.open():
        assert [(view.page, view.turn) for view in pages_of(file_id)] == [(1, 90)]
        assert StoredFile.objects.get(id=file_id).name == "bon.png"
    page.goto(url(office, "archived", document_id=document_id))
    width, height = (int(page.locator("k-viewer figure img").get_attribute(side) or 0) for side in ("width", "height"))
    assert width > height


@pytest.mark.parametrize("width", [1440, 390])
def test_a_focused_field_lights_up_its_place_and_a_place_leads_to_its_field(
    office: Office, page: Page, width: int
) -> None:
    document_id, _file = with_picture(office)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(desk(office, document_id))
    mark = page.locator('[data-fields~="gross"]')

    page.locator("#id_gross").focus()
    expect(mark).to_have_class(re.compile("is-lit"))
    assert page.locator(".k-loupe").count() == (1 if width == 390 else 0)
    page.locator("#id_purpose").focus()
    expect(mark).not_to_have_class(re.compile("is-lit"))
    expect(page.locator(".k-loupe")).to_have_count(0)

    page.locator('[data-fields~="supplier"] rect').click()
    assert page.evaluate("document.activeElement.closest('.k-field').querySelector('[name]').name") == "supplier"
    page.locator('[data-show="gross"]').focus()
    page.keyboard.press("Enter")
    expect(mark).to_have_class(re.compile("is-lit"))
    if width == 1440:
        expect(page.locator("#id_gross")).to_be_focused()
    page.set_viewport_size({"width": width, "height": 900 if width == 1440 else 4000})
    check_accessibility(page)


def test_the_reviewer_sees_the_same_places_on_the_picture(
    office: Office, page: Page, browser_context: BrowserContext, server: str
) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    with_picture(office)
    enter(browser_context, server, lena)

    page.goto(f"/t/{office.tenant.code}/approvals/")

    expect(page.locator("k-pages .k-box")).to_have_count(2)
    expect(page.locator("k-pages .k-boxes")).to_contain_text("119,00")
