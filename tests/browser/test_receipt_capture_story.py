"""Handing a receipt in with the browser: at a desk, on a phone, and without network."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from kontor.documents import tasks
from kontor.documents.models import Extraction
from kontor.documents.tests.papers import a_printed_page, as_bytes, on_a_table
from kontor.organisations.models import User
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.tests.office import IBAN, Office, an_office
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser

PASSWORD = "korrekt-pferd-batterie"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
BON = (
    "Baumarkt Lindner GmbH",
    "30165 Hannover",
    "Gewindestange M8 7,98",
    "Holzleim 29,22",
    "SUMME EUR 37,20",
    "18.11.2026 16:52",
)


def looks_right(page: Page, name: str) -> None:
    """Fail on anything wider than the screen and on what axe finds; keep a picture where KONTOR_SHOTS says."""
    if folder := os.environ.get("KONTOR_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_accessibility(page)


def fits_without_scrolling(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"))


def a_photo(lines: tuple[str, ...] = BON) -> FilePayload:
    return {
        "name": "bon.jpg",
        "mimeType": "image/jpeg",
        "buffer": as_bytes(on_a_table(a_printed_page(lines, size=(900, 700)))),
    }


def sign_in(page: Page, person: User) -> None:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    page.goto("/accounts/login/")
    page.get_by_label("E-Mail", exact=True).fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


class _Context:
    job = type("QueueJob", (), {"attempts": 0})()


def let_the_worker_read(office: Office) -> None:
    with office.open():
        waiting = list(Extraction.objects.filter(state="waiting").values_list("file_id", flat=True))
    for file_id in waiting:
        tasks.read_file(_Context(), tenant_id=office.tenant.id, file_id=file_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_receipt_is_handed_in_at_a_desk(page: Page, scheme: str) -> None:
    office = an_office()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the parameter's list
    sign_in(page, office.volunteer)
    page.goto(at(office, "new/"))
    looks_right(page, f"desk-1-empty-{scheme}")
    page.get_by_label("Datei wählen").set_input_files(a_photo())
    expect(page.get_by_text("Ränder gefunden")).to_be_visible()
    looks_right(page, f"desk-2-photo-{scheme}")
    let_the_worker_read(office)
    expect(page.locator("#id_gross")).to_have_value("37,20", timeout=15000)
    page.locator("#id_purpose").fill("Zwingen und Leim für den Möbelkurs")
    page.get_by_text("Offene Werkstatt").click()
    page.get_by_text("Werkzeug und Material").click()
    page.get_by_text("Privat bezahlt").click()
    page.locator("#id_private_iban").fill(IBAN)
    expect(page.get_by_text("IBAN geprüft")).to_be_visible()
    expect(page.get_by_text("werden erstattet")).to_be_visible()
    expect(page.locator("#saved")).to_contain_text("Entwurf gesichert")
    looks_right(page, f"desk-3-filled-{scheme}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("wurde eingereicht")).to_be_visible()
    looks_right(page, f"desk-4-own-{scheme}")
    page.goto(at(office, "mine/"))
    looks_right(page, f"desk-5-mine-{scheme}")
    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.gross, document.state, document.payee_iban) == (37_20, "approved", IBAN)
        assert document.purpose == "Zwingen und Leim für den Möbelkurs"


def test_a_receipt_is_handed_in_on_a_phone_in_three_steps(page: Page) -> None:
    office = an_office()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # the table above
    sign_in(page, office.volunteer)
    page.goto(at(office, "new/"))
    looks_right(page, "phone-1-empty")
    page.get_by_label("Foto aufnehmen").set_input_files(a_photo())
    expect(page.get_by_text("Ränder gefunden")).to_be_visible()
    looks_right(page, "phone-2-photo")
    assert fits_without_scrolling(page)
    corner = page.get_by_role("button", name="Ecke oben links verschieben, Pfeiltasten")
    box = corner.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (44, 44)
    corner.press("ArrowRight")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Weiter zur Verwendung").click()
    expect(page.locator("#id_gross")).to_be_visible()
    page.locator("#id_gross").fill("37,20")
    page.locator("#id_document_date").fill("18.11.2026")
    page.locator("#id_supplier_name").fill("Baumarkt Lindner")
    page.locator("#id_purpose").fill("Zwingen und Leim")
    page.get_by_text("Offene Werkstatt").click()
    page.get_by_text("Werkzeug und Material").click()
    looks_right(page, "phone-3-use")
    assert fits_without_scrolling(page)
    page.get_by_role("button", name="Weiter zur Zahlung").click()
    page.get_by_text("Privat bezahlt").click()
    page.locator("#id_private_iban").fill(IBAN)
    expect(page.get_by_text("werden erstattet")).to_be_visible()
    looks_right(page, "phone-4-payment")
    page.get_by_role("button", name="Beleg einreichen").click()
    expect(page.get_by_text("wurde eingereicht")).to_be_visible()
    looks_right(page, "phone-5-own")
    page.goto(at(office, "mine/"))
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    looks_right(page, "phone-6-mine")
    page.goto(at(office, "new/"))
    page.get_by_label("Foto aufnehmen").set_input_files(a_photo(("Anderer Bon", "SUMME EUR 5,00")))
    page.get_by_role("button", name="Weiter zur Verwendung").click()
    page.locator("#id_gross").fill("5")
    page.get_by_role("button", name="Weiter zur Zahlung").click()
    looks_right(page, "phone-7-remembered")
    assert fits_without_scrolling(page)


def test_photos_taken_without_network_wait_and_are_sent_when_it_is_back(
    chromium: Browser, server: str, database: None
) -> None:
    office = an_office()
    # The browser's own complaints about the missing network belong to this story.
    browser_context = chromium.new_context(base_url=server, locale="de-DE", viewport=PHONE)  # type: ignore[arg-type]
    page = browser_context.new_page()
    sign_in(page, office.volunteer)
    page.goto(at(office, "new/"))
    page.evaluate("navigator.serviceWorker.ready")
    browser_context.set_offline(True)
    page.get_by_label("Foto aufnehmen").set_input_files(a_photo())
    expect(page.get_by_text("1 Foto wartet auf Netz")).to_be_visible()
    page.get_by_label("Datei wählen").set_input_files(a_photo(("Zweite Seite", "SUMME EUR 37,20")))
    expect(page.get_by_text("2 Fotos warten auf Netz")).to_be_visible()
    looks_right(page, "phone-8-waiting")
    page.reload()
    expect(page.get_by_role("heading", name="Gerade kein Netz")).to_be_visible()
    expect(page.get_by_text("2 Fotos warten auf Netz")).to_be_visible()
    looks_right(page, "phone-9-offline")
    browser_context.set_offline(False)
    page.goto(at(office, "mine/"))
    expect(
        page.get_by_role("heading", name="Entwürfe", exact=False).or_(page.get_by_role("link", name="Entwürfe 1"))
    ).to_be_visible()
    with office.open():
        document = IncomingDocument.objects.get()
        assert Attachment.objects.filter(document=document).count() == 2
    browser_context.close()
