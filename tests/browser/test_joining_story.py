"""From an unknown visitor to an open set of books, at a desk and on a phone."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kontor.core.models import OutgoingMail
from kontor.organisations.models import Organisation, Tenant, User
from tests.builders import a_member, a_tenant
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser

PASSWORD = "korrekt-pferd-batterie"
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def link_in_mail(address: str) -> str:
    mail = OutgoingMail.objects.filter(to=address).latest("id")
    found = re.search(r"http://[^\s/]+(/\S+)", mail.text)
    assert found is not None
    return found[1]


def looks_right(page: Page) -> None:
    """Fail on anything wider than the screen and on what axe finds."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_accessibility(page)


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    looks_right(page)
    page.get_by_label("E-Mail", exact=True).fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def registered(page: Page) -> str:
    """Create an account by the pages and the mail; returns its address."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Konto erstellen").click()
    looks_right(page)
    page.get_by_label("Vorname").fill("Jonas")
    page.get_by_label("Nachname").fill("Lenz")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_label("Ich akzeptiere die").check()
    page.get_by_role("button", name="Konto erstellen").click()
    expect(page.get_by_role("heading", name="Eine E-Mail ist unterwegs")).to_be_visible()
    looks_right(page)
    page.goto(link_in_mail(email))
    looks_right(page)
    page.get_by_role("button", name="Adresse bestätigen").click()
    expect(page.get_by_role("heading", name="Adresse bestätigt")).to_be_visible()
    looks_right(page)
    return email


def an_administrator(books: Tenant) -> User:
    ada = a_member(books, role="administrator", name="Ada Admin")
    ada.set_password(PASSWORD)
    ada.save(update_fields=["password"])
    return ada


@pytest.mark.parametrize("size", SIZES)
def test_a_visitor_registers_joins_is_accepted_and_sees_the_books(
    browser_context: BrowserContext, chromium: Browser, server: str, size: str
) -> None:
    books = a_tenant()
    ada = an_administrator(books)
    office = chromium.new_context(base_url=server, locale="de-DE", viewport=SIZES[size])  # type: ignore[arg-type]
    desk = office.new_page()
    sign_in(desk, ada.email)
    expect(desk.get_by_role("heading", name="Übersicht")).to_be_visible()
    desk.goto(f"/organisations/{books.organisation_id}/invitation")
    code = desk.get_by_label("Einladungscode", exact=True).inner_text()
    page = browser_context.new_page()
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # the parameter's table
    email = registered(page)

    sign_in(page, email)
    expect(page.get_by_role("heading", name="Organisation beitreten")).to_be_visible()
    looks_right(page)
    page.get_by_label("Einladungscode").fill(code)
    page.get_by_role("button", name="Organisation beitreten").click()
    expect(page.get_by_text("wartet auf Annahme")).to_be_visible()
    looks_right(page)

    desk.goto("/organisations/")
    looks_right(desk)
    desk.get_by_role("link", name="1 Anfrage wartet").click()
    looks_right(desk)
    desk.get_by_label("Menü zu Jonas Lenz").click()
    desk.locator("details[open]").get_by_role("button", name="Akzeptieren", exact=True).click()
    expect(desk.get_by_role("heading", name="Zugriff gewähren")).to_be_visible()
    looks_right(desk)
    desk.get_by_label("Lesezugriff").check()
    desk.get_by_role("button", name="Zugriff gewähren").click()
    expect(desk.get_by_role("heading", name="Identität bestätigen")).to_be_visible()
    looks_right(desk)
    desk.locator("#id_password").fill(PASSWORD)
    desk.get_by_role("button", name="Weiter").click()
    expect(desk.get_by_role("heading", name="Anhängige Benutzer")).to_be_visible()
    looks_right(desk)
    office.close()

    page.goto("/")
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()
    assert f"/t/{books.code}/" in page.url


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_an_organisation_fit_and_are_accessible(page: Page, size: str, scheme: str) -> None:
    books = a_tenant()
    ada = an_administrator(books)
    a_member(books)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # the parameter's table
    sign_in(page, ada.email)
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()
    own = f"/organisations/{books.organisation_id}/"

    for address in (
        own, f"{own}users/", f"{own}plan", f"{own}history", f"{own}invitation", f"{own}tenants/new", "/organisations/add", "/join/",
        "/preferences/", "/preferences/notifications", "/preferences/delete", "/accounts/email/", "/terms/", "/plans/",
    ):  # fmt: skip
        page.goto(address)
        looks_right(page)


def test_the_invitation_code_is_copied_by_a_button(page: Page, browser_context: BrowserContext) -> None:
    books = a_tenant()
    ada = an_administrator(books)
    browser_context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, ada.email)
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()
    page.goto(f"/organisations/{books.organisation_id}/invitation")

    page.get_by_role("button", name="Code kopieren").click()

    expect(page.get_by_role("button", name="kopiert")).to_be_visible()
    code = Organisation.objects.get(id=books.organisation_id).invitation_code
    assert page.evaluate("navigator.clipboard.readText()") == code
