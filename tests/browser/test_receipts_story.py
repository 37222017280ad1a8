"""A receipt from the phone to the account: handed in by thumb, approved, booked and paid at the desk, tracked again."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from kontor.approvals.tests.desk import a_policy
from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.documents.tests.papers import a_printed_page, as_bytes, on_a_table
from kontor.ledger.actions.mappings import map_cost_type
from kontor.ledger.models.accounts import Account
from kontor.organisations.models import User
from kontor.receipts.models import IncomingDocument
from kontor.receipts.rules.tracks import Status
from kontor.receipts.tests.office import IBAN, Office, an_office
from tests.builders import a_member
from tests.flows.test_receipts_story import HOUSE_BANK, a_statement, standing
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

PASSWORD = "korrekt-pferd-batterie"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
BON = ("Baumarkt Lindner GmbH", "30165 Hannover", "Leim 119,00", "SUMME EUR 119,00")


@pytest.fixture
def office(database: None) -> Office:
    made = an_office()
    with made.open():
        MoneyAccount.objects.filter(id=made.bank_id).update(iban=HOUSE_BANK)
        map_cost_type(
            made.cost_type.id, Account.objects.get(number="4980"), tax_code="purchase-standard", by=made.clerk
        )
    return made


def looks_right(page: Page) -> None:
    """Fail on anything wider than the screen and on what axe finds."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_accessibility(page)


def signed_in(context: BrowserContext, person: User) -> Page:
    """Open a page and sign in as people do."""
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-Mail", exact=True).fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()
    return page


def a_photo() -> FilePayload:
    content = as_bytes(on_a_table(a_printed_page(BON, size=(900, 700))))
    return {"name": "bon.jpg", "mimeType": "image/jpeg", "buffer": content}


def hand_in(page: Page, books: str) -> None:
    page.goto(f"{books}receipts/new/")
    page.get_by_label("Foto aufnehmen").set_input_files(a_photo())
    expect(page.get_by_role("button", name="Weiter zur Verwendung")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Weiter zur Verwendung").click()
    page.get_by_label("Betrag", exact=True).fill("119,00")
    page.get_by_label("Datum", exact=True).fill(f"{clock.today():%d.%m.%Y}")
    page.get_by_label("Lieferant", exact=True).fill("Baumarkt Lindner")
    page.get_by_label("Wofür?").fill("Leim für die Bühne")
    page.get_by_text("Offene Werkstatt").click()
    page.get_by_text("Werkzeug und Material").click()
    looks_right(page)
    page.get_by_role("button", name="Weiter zur Zahlung").click()
    page.get_by_text("Privat bezahlt").click()
    page.locator("#id_private_iban").fill(IBAN)
    expect(page.get_by_text("werden erstattet")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Beleg einreichen").click()
    expect(page.get_by_text("wurde eingereicht")).to_be_visible()
    looks_right(page)


def book_and_pay(page: Page, books: str, folder: Path) -> str:
    """Book, put on a list, write the file; returns the end-to-end id in it."""
    page.goto(f"{books}receipts/desk/")
    expect(page.locator("#outcome")).to_contain_text("4980")
    looks_right(page)
    page.get_by_role("button", name="Buchen & weiter").click()
    expect(page.get_by_text("Baumarkt Lindner gebucht")).to_be_visible()
    page.goto(f"{books}receipts/desk/?tab=pay")
    looks_right(page)
    page.get_by_role("button", name="Zur Zahlung").last.click()
    expect(page.get_by_role("button", name="Datei erstellen")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Datei erstellen").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Überweisungsdatei").click()
    file = folder / "ueberweisung.xml"
    waiting.value.save_as(file)
    return str(etree.parse(file).xpath("string(//*[local-name()='EndToEndId'])"))


def test_from_the_phone_to_the_account(
    browser_context: BrowserContext, chromium: Browser, server: str, office: Office, tmp_path: Path
) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    books = f"/t/{office.tenant.code}/"
    phone = chromium.new_context(base_url=server, locale="de-DE", viewport=PHONE, has_touch=True)  # type: ignore[arg-type]
    faults: list[str] = []
    phone.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    mira = signed_in(phone, office.volunteer)
    hand_in(mira, books)

    reviewing = chromium.new_context(base_url=server, locale="de-DE", viewport=PHONE)  # type: ignore[arg-type]
    desk = signed_in(reviewing, lena)
    desk.goto(f"{books}approvals/")
    looks_right(desk)
    desk.get_by_text("Baumarkt Lindner").first.click()
    looks_right(desk)
    desk.get_by_role("button", name="Genehmigen").first.click()
    expect(desk.locator(".k-toast")).to_contain_text("genehmigt")

    ruth = signed_in(browser_context, office.clerk)
    end_to_end = book_and_pay(ruth, books, tmp_path)
    upload = a_statement(end_to_end)
    ruth.goto(f"{books}bank/")
    ruth.locator("input[type=file]").first.set_input_files(
        {"name": "auszug.xml", "mimeType": "application/xml", "buffer": upload.read()}
    )
    ruth.wait_for_url("**/match/**")
    with office.open():
        document_id = IncomingDocument.objects.get().id
    expect(ruth.get_by_text("1 Zahlung aus eigenen Zahlungslisten")).to_be_visible()
    assert standing(office, document_id)[0] is Status.DONE
    ruth.goto(f"{books}receipts/archive/")
    expect(ruth.get_by_text("Baumarkt Lindner").locator("visible=true").first).to_be_visible()
    looks_right(ruth)

    mira.goto(f"{books}receipts/mine/?tab=done")
    expect(mira.get_by_text("Auf dem Konto").locator("visible=true").first).to_be_visible()
    looks_right(mira)
    phone.close()
    reviewing.close()
    assert faults == []
