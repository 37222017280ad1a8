"""Answers that arrive late: what was typed or done meanwhile is never replaced by what an older question found."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kontor.receipts.models import IncomingDocument
from kontor.receipts.tests.desk_books import handed_in, stored, url
from kontor.receipts.tests.office import Office, an_office
from tests.harness.browser import held_back

from .capturing import TAKE, a_photo, at, frames, names, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

TO_THE_FRONT = """(frames, action) => {
  const body = new FormData();
  body.append("page", "1");
  body.append("to", "0");
  frames.dispatchEvent(new CustomEvent("k-stage", { bubbles: true, detail: { action, body } }));
}"""


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


@pytest.fixture
def desk(office: Office, browser_context: BrowserContext, server: str) -> Page:
    """Open a page of the bookkeeper."""
    return signed_in(browser_context, office.clerk, server)


def at_desk(office: Office, document_id: int, *, tab: str = "all") -> str:
    return url(office, "inbox") + f"?tab={tab}&r={document_id}"


def test_a_reading_that_was_overtaken_by_a_save_takes_nothing_back(
    office: Office, browser_context: BrowserContext, server: str
) -> None:
    page = signed_in(browser_context, office.volunteer, server)
    with held_back(page, "/reading/") as reading:
        page.goto(at(office, "new/"))
        page.locator(TAKE).last.set_input_files(a_photo())
        expect(page.locator("k-crop")).to_be_visible()
        asked = reading.answer(page)  # the server says what is stored before anything is typed
        assert asked.json()["stored"]["initial-purpose"] == ""

        page.locator("#id_purpose").fill("Leim für den Kurs")
        page.locator("#id_supplier_name").focus()
        expect(page.locator("#saved")).to_contain_text("Entwurf gesichert")
        with page.expect_response("**/reading/"):
            reading.arrive()
        page.locator("#id_supplier_name").fill("Baumarkt Lindner")
        page.locator("#id_purpose").focus()
        expect(page.locator("[name=initial-supplier_name]")).to_have_value("Baumarkt Lindner")

        expect(page.locator("#id_purpose")).to_have_value("Leim für den Kurs")
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.purpose, document.supplier_name) == ("Leim für den Kurs", "Baumarkt Lindner")


def test_a_draft_is_saved_again_after_an_answer_that_broke_off(
    office: Office, browser_context: BrowserContext, server: str
) -> None:
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    with held_back(page, "/receipts/", method="POST") as save:
        page.locator("#id_purpose").fill("Leim")
        save.answer(page)
        save.arrive(body='{"stored": ')
        expect(page.locator("#saved")).to_contain_text("Keine Verbindung")

        page.locator("#id_purpose").fill("Leim für den Kurs")

        expect(page.locator("#saved")).to_contain_text("Entwurf gesichert")
    with office.open():
        assert IncomingDocument.objects.get().purpose == "Leim für den Kurs"


def test_a_photo_that_is_chosen_while_another_one_is_on_its_way_is_sent_too(
    office: Office, browser_context: BrowserContext, server: str
) -> None:
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    with held_back(page, "/upload/", method="POST") as first:
        page.locator(TAKE).last.set_input_files(a_photo(name="eins.jpg"))
        first.answer(page)
        page.locator(TAKE).last.set_input_files(a_photo("Zweite Seite", name="zwei.jpg"))
        expect(page.locator(TAKE).last).to_have_value("")  # it was taken

        first.arrive()

        expect(frames(page)).to_have_count(2)
    assert names(office) == [["eins.jpg", "zwei.jpg"]]


def test_the_order_of_the_pages_is_the_one_of_the_last_move(
    office: Office, browser_context: BrowserContext, server: str
) -> None:
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    for count, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        page.locator(TAKE).last.set_input_files(a_photo(name, name=name))
        expect(frames(page)).to_have_count(count + 1 if count else 0)
        expect(page.locator("k-crop")).to_be_visible()
    links = page.locator(".k-frames [data-move]")
    first, second, third = (link.get_attribute("data-move") or "" for link in links.all())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with held_back(page, third, method="POST") as move:
        for moved in (third, second):  # each to the front
            page.locator("k-frames").evaluate(TO_THE_FRONT, moved)
        move.answer(page)
        assert not [url for url in asked if second in url]  # the second move waits for the answer to the first
        with page.expect_response(lambda answer: second in answer.url):
            move.arrive()

        expect(links.nth(0)).to_have_attribute("data-move", second)
        expect(links.nth(1)).to_have_attribute("data-move", third)
        expect(links.nth(2)).to_have_attribute("data-move", first)
    assert names(office) == [["b.jpg", "c.jpg", "a.jpg"]]


def test_what_is_typed_while_the_desk_saves_is_still_there_afterwards(office: Office, desk: Page) -> None:
    document_id = handed_in(office)
    desk.goto(at_desk(office, document_id))
    desk.locator("#id_purpose").fill("Zwingen")
    with held_back(desk, f"/{document_id}/save", method="POST") as save:
        desk.keyboard.press("Control+s")
        save.answer(desk)
        desk.locator("#id_purpose").fill("Zwingen und Leim für die Werkstatt")

        save.arrive()

        expect(desk.locator("[data-discard]")).to_be_visible()
        expect(desk.locator("#id_purpose")).to_have_value("Zwingen und Leim für die Werkstatt")
        expect(desk.locator("#id_purpose")).to_be_focused()
    assert stored(office, document_id).purpose == "Zwingen"
    desk.keyboard.press("Control+s")
    expect(desk.locator("[data-discard]")).to_have_count(0)
    assert stored(office, document_id).purpose == "Zwingen und Leim für die Werkstatt"


def test_what_is_typed_while_a_form_comes_back_is_kept_with_what_was_typed_before(office: Office, desk: Page) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    desk.goto(at_desk(office, first))
    desk.locator("#id_purpose").fill("Vorher getippt")
    desk.locator(f"#rc-{second}").click()
    expect(desk.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    with held_back(desk, f"/{first}/save", method="POST") as again:
        desk.locator(f"#rc-{first}").click()
        again.answer(desk)
        desk.locator("#id_remittance").fill("Inzwischen getippt")

        again.arrive()

        expect(desk.locator("#id_purpose")).to_have_value("Vorher getippt")
        expect(desk.locator("#id_remittance")).to_have_value("Inzwischen getippt")
        expect(desk.locator("#id_remittance")).to_be_focused()


def test_a_save_that_broke_off_loses_nothing_that_is_typed(
    office: Office, browser_context: BrowserContext, server: str
) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    browser = browser_context.browser
    assert browser is not None
    context = browser.new_context(base_url=server, locale="de-DE")  # its console may tell of the broken line
    page = signed_in(context, office.clerk, server)
    page.goto(at_desk(office, first))
    page.locator("#id_purpose").fill("Vor dem Abbruch")
    with held_back(page, f"/{first}/save", method="POST") as save:
        with page.expect_event("requestfailed"):
            page.keyboard.press("Control+s")
            save.answer(page)
            save.break_off()
        page.locator("#id_remittance").fill("Nach dem Abbruch")
        page.locator(f"#rc-{second}").click()
        expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
        expect(page.locator("#id_remittance")).to_have_value("")

        page.locator(f"#rc-{first}").click()

        expect(page.locator("#id_remittance")).to_have_value("Nach dem Abbruch")
        expect(page.locator("#id_purpose")).to_have_value("Vor dem Abbruch")
    context.close()
