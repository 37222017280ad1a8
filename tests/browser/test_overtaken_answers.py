"""Answers that arrive out of order: what somebody typed is never replaced by what was stored before."""

from playwright.sync_api import BrowserContext, Route, expect

from kontor.receipts.models import IncomingDocument
from kontor.receipts.tests.office import an_office

from .test_receipt_capture_pages import TAKE, a_photo, at, pytestmark, signed_in

__all__ = ["pytestmark"]


def test_a_reading_that_was_overtaken_by_a_save_takes_nothing_back(
    browser_context: BrowserContext, server: str
) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    held: list[Route] = []
    page.route("**/reading/", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks what it is given
    page.goto(at(office, "new/"))
    page.locator(TAKE).last.set_input_files(a_photo())
    expect(page.locator("k-crop")).to_be_visible()
    while not held:
        page.wait_for_timeout(50)
    asked = held[0].fetch()  # the server says what is stored before anything is typed
    assert asked.json()["stored"]["initial-purpose"] == ""

    page.locator("#id_purpose").fill("Leim für den Kurs")
    page.locator("#id_supplier_name").focus()
    expect(page.locator("#saved")).to_contain_text("Entwurf gesichert")
    with page.expect_response("**/reading/"):
        held[0].fulfill(response=asked)
    page.wait_for_timeout(200)  # the page takes an answer over a moment later

    expect(page.locator("#id_purpose")).to_have_value("Leim für den Kurs")
    page.locator("#id_supplier_name").fill("Baumarkt Lindner")
    page.locator("#id_purpose").focus()
    expect(page.locator("[name=initial-supplier_name]")).to_have_value("Baumarkt Lindner")
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.purpose, document.supplier_name) == ("Leim für den Kurs", "Baumarkt Lindner")
    page.unroute_all(behavior="ignoreErrors")
