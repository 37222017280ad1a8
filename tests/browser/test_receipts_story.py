"""One receipt, one story: a stranger registers, joins, is let in, hands in a photo, is approved, booked, paid, and told.

Every station is clicked in Chromium: the volunteer and the reviewer on a phone of 390 px, the office at a desk. Each is
looked at by axe in light and dark, fits the screen, keeps to the content security policy and leaves no error behind.
What a toast says for ten seconds proves nothing on a busy machine: each station is known by what stays.
"""

from __future__ import annotations

import re
import uuid
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.cache import cache
from lxml import etree
from playwright.sync_api import Browser, FilePayload, expect

from kontor.approvals.tests.desk import a_policy
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.core import clock
from kontor.documents.tests.papers import a_printed_page, as_bytes, on_a_table
from kontor.ledger.actions.mappings import map_cost_type
from kontor.ledger.models.accounts import Account
from kontor.organisations.tests.mails import last_mail_to, link_in
from kontor.receipts.models import IncomingDocument
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.tests.office import IBAN, Office, an_office
from tests.builders import a_member
from tests.flows.test_receipts_story import HOUSE_BANK, a_statement, standing

from .screens import DESK, PASSWORD, PHONE, Person, at_a_screen, with_password

pytestmark = pytest.mark.browser

BON = ("Baumarkt Lindner GmbH", "30165 Hannover", "Leim 119,00", "SUMME EUR 119,00")


@pytest.fixture
def office(database: None) -> Office:
    cache.clear()
    made = an_office()
    with made.open():
        MoneyAccount.objects.filter(id=made.bank_id).update(iban=HOUSE_BANK)
        map_cost_type(
            made.cost_type.id, Account.objects.get(number="4980"), tax_code="purchase-standard", by=made.clerk
        )
    return made


def the_invitation_is_read(ada: Person, organisation_id: int) -> str:
    """Open the invitation and return the link in the mail that its button writes."""
    ada.signs_in()
    expect(ada.page.get_by_role("heading", name="Übersicht")).to_be_visible()
    ada.opens(f"/organisations/{organisation_id}/invitation")
    ada.looks()
    href = ada.page.locator("a[href^='mailto:']").get_attribute("href")
    found = re.search(r"https?://[^\s/]+(/join/\?code=\w{6})", unquote(href or ""))
    assert found is not None, href
    return found[1]


def registers(tomke: Person, invitation: str) -> None:
    """Follow the invitation, create an account, confirm the address by the mail's link, sign in."""
    page = tomke.page
    tomke.opens(invitation)
    page.get_by_role("link", name="Konto erstellen").click()
    tomke.looks()
    page.get_by_label("Vorname").fill("Tomke")
    page.get_by_label("Nachname").fill("Hansen")
    page.get_by_label("E-Mail-Adresse").fill(tomke.email)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_label("Ich akzeptiere die").check()
    tomke.button("Konto erstellen").click()
    expect(page.get_by_role("heading", name="Eine E-Mail ist unterwegs")).to_be_visible()
    tomke.looks()
    tomke.opens(link_in(last_mail_to(tomke.email)))
    tomke.button("Adresse bestätigen").click()
    expect(page.get_by_role("heading", name="Adresse bestätigt")).to_be_visible()
    tomke.looks()
    tomke.signs_in()


def joins(tomke: Person, code: str) -> None:
    """Send the code that the invitation brought along."""
    expect(tomke.page.get_by_role("heading", name="Organisation beitreten")).to_be_visible()
    expect(tomke.page.get_by_label("Einladungscode")).to_have_value(code)
    tomke.looks()
    tomke.button("Organisation beitreten").click()
    expect(tomke.page.get_by_text("wartet auf Annahme")).to_be_visible()
    tomke.looks()


def lets_in(ada: Person) -> None:
    """Accept who waits and grant the right to hand in, with the password once more."""
    page = ada.page
    ada.opens("/organisations/")
    page.get_by_role("link", name="1 Anfrage wartet").click()
    ada.looks()
    page.get_by_label("Menü zu Tomke Hansen").click()
    page.locator("details[open]").get_by_role("button", name="Akzeptieren", exact=True).click()
    expect(page.get_by_role("heading", name="Zugriff gewähren")).to_be_visible()
    ada.looks()
    page.get_by_role("checkbox", name=re.compile("^Einreichung")).check()
    ada.button("Zugriff gewähren").click()
    expect(page.get_by_role("heading", name="Identität bestätigen")).to_be_visible()
    ada.looks()
    page.locator("#id_password").fill(PASSWORD)
    ada.button("Weiter").click()
    expect(page.get_by_role("heading", name="Anhängige Benutzer")).to_be_visible()
    ada.looks()


def a_photo() -> FilePayload:
    content = as_bytes(on_a_table(a_printed_page(BON, size=(900, 700))))
    return {"name": "bon.jpg", "mimeType": "image/jpeg", "buffer": content}


def hands_in(tomke: Person, books: str) -> None:
    """Photograph, say what for, say how it was paid, hand in."""
    page = tomke.page
    tomke.opens("/")
    assert urlsplit(page.url).path == books
    tomke.looks()
    page.get_by_role("link", name="Beleg", exact=True).locator("visible=true").first.click()
    tomke.looks()
    with page.expect_file_chooser() as choosing:
        page.locator("label", has_text=re.compile(r"^\s*Foto aufnehmen\s*$")).click()
    choosing.value.set_files(a_photo())
    expect(tomke.button("Weiter zur Verwendung")).to_be_visible()
    tomke.looks()
    tomke.button("Weiter zur Verwendung").click()
    page.get_by_label("Betrag", exact=True).fill("119,00")
    page.get_by_label("Datum", exact=True).fill(f"{clock.today():%d.%m.%Y}")
    page.get_by_label("Lieferant", exact=True).fill("Baumarkt Lindner")
    page.get_by_label("Wofür?").fill("Leim für die Bühne")
    page.get_by_text("Offene Werkstatt").click()
    page.get_by_text("Werkzeug und Material").click()
    tomke.looks()
    tomke.button("Weiter zur Zahlung").click()
    page.get_by_text("Privat bezahlt").click()
    page.locator("#id_private_iban").fill(IBAN)
    expect(page.get_by_text("werden erstattet")).to_be_visible()
    tomke.looks()
    tomke.button("Beleg einreichen").click()
    for stop in ("Eingereicht", "von mir", "In Freigabe", "Lena Vogt"):
        expect(page.locator("main")).to_contain_text(stop)
    tomke.looks()


def approves(lena: Person, books: str) -> None:
    """Open what waits, look at it, and agree with the thumb."""
    lena.signs_in()
    expect(lena.page.get_by_role("heading", name="Übersicht")).to_be_visible()
    lena.opens(f"{books}approvals/")
    lena.looks()
    lena.page.get_by_text("Baumarkt Lindner").locator("visible=true").first.click()
    lena.looks()
    lena.page.get_by_role("button", name="Genehmigen").first.click()
    expect(lena.page.get_by_role("button", name="Genehmigen")).to_have_count(0)
    lena.looks()


def books_it(ruth: Person, books: str) -> None:
    """Book what came up by itself, with the account that the type of expense brings."""
    ruth.signs_in()
    expect(ruth.page.get_by_role("heading", name="Übersicht")).to_be_visible()
    ruth.opens(f"{books}receipts/desk/")
    expect(ruth.page.locator("#outcome")).to_contain_text("4980")
    ruth.looks()
    ruth.page.get_by_role("button", name="Buchen & weiter").click()
    expect(ruth.page.get_by_role("button", name="Buchen & weiter")).to_have_count(0)
    ruth.looks()


def pays(ruth: Person, books: str, folder: Path) -> str:
    """Put it on a payment list and fetch the bank's file; returns the end-to-end id in it."""
    page = ruth.page
    ruth.opens(f"{books}receipts/desk/?tab=pay")
    ruth.looks()
    page.get_by_role("button", name="Zur Zahlung").last.click()
    expect(page.get_by_role("button", name="Datei erstellen")).to_be_visible()
    ruth.looks()
    page.get_by_role("button", name="Datei erstellen").click()
    page.locator("#id_password").fill(PASSWORD)
    ruth.button("Weiter").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Überweisungsdatei").click()
    file = folder / "ueberweisung.xml"
    waiting.value.save_as(file)
    ruth.looks()
    order = etree.parse(file)
    assert order.xpath("string(//*[local-name()='CdtTrfTxInf']//*[local-name()='Nm'])") == "Tomke Hansen"
    assert order.xpath("string(//*[local-name()='InstdAmt'])") == "119.00"
    return str(order.xpath("string(//*[local-name()='EndToEndId'])"))


def brings_the_statement(ruth: Person, books: str, end_to_end: str) -> None:
    """Choose the bank's file; its line names nothing but the end-to-end id, and that is enough."""
    page = ruth.page
    ruth.opens(f"{books}bank/")
    ruth.looks()
    with page.expect_file_chooser() as choosing:
        page.locator("label", has_text="Auszug").locator("visible=true").first.click()
    content = a_statement(end_to_end).read()
    choosing.value.set_files({"name": "auszug.xml", "mimeType": "application/xml", "buffer": content})
    page.wait_for_url("**/match/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    ruth.looks()


def sees_it_paid(tomke: Person, books: str) -> None:
    """Follow the receipt to its last stop: in the list and on its own page."""
    page = tomke.page
    tomke.opens(f"{books}receipts/mine/?tab=done")
    expect(page.get_by_text("Auf dem Konto").locator("visible=true").first).to_be_visible()
    expect(page.get_by_text("erstattet").locator("visible=true").first).to_be_visible()
    tomke.looks()
    page.get_by_role("link", name="Baumarkt Lindner").locator("visible=true").first.click()
    way = page.locator("main")
    for stop in (
        "Eingereicht",
        "Genehmigt",
        "Lena Vogt",
        "Gebucht",
        "Auf der Zahlungsliste",
        "Auf dem Konto",
        "laut Kontoauszug",
    ):
        expect(way).to_contain_text(stop)
    tomke.looks()


def test_from_the_registration_to_the_money_on_the_account(
    chromium: Browser, server: str, office: Office, tmp_path: Path
) -> None:
    reviewer = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    administrator = a_member(office.tenant, role="administrator", name="Ada Admin")
    a_policy(office, (1, (reviewer,)))
    books = f"/t/{office.tenant.code}/"
    with ExitStack() as screens:

        def person(size: tuple[int, int], email: str) -> Person:
            return screens.enter_context(at_a_screen(chromium, server, size, email))

        ada, ruth = person(DESK, with_password(administrator)), person(DESK, with_password(office.clerk))
        tomke, lena = person(PHONE, f"{uuid.uuid4().hex[:12]}@example.org"), person(PHONE, with_password(reviewer))

        invitation = the_invitation_is_read(ada, office.tenant.organisation_id)
        registers(tomke, invitation)
        joins(tomke, invitation[-6:])
        lets_in(ada)
        hands_in(tomke, books)
        approves(lena, books)
        books_it(ruth, books)
        end_to_end = pays(ruth, books, tmp_path)
        with office.open():
            document_id = IncomingDocument.objects.get().id
        assert standing(office, document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)

        brings_the_statement(ruth, books, end_to_end)
        assert standing(office, document_id) == (Status.DONE, Payment.SETTLED)
        with office.open():
            assert BankTransaction.objects.get().remittance == ""
        ruth.opens(f"{books}receipts/archive/")
        expect(ruth.page.get_by_text("Baumarkt Lindner").locator("visible=true").first).to_be_visible()
        ruth.looks()
        sees_it_paid(tomke, books)
