"""The second factor as people meet it: app, passkey, recovery codes, asked again before what is delicate."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext, Page, expect

from kontor.organisations.models import User
from tests.builders import a_member, a_tenant
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser

PASSWORD = "korrekt-pferd-batterie"
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def looks_right(page: Page) -> None:
    """Fail on anything wider than the screen and on what axe finds, in light and dark."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        check_accessibility(page)


def a_person() -> User:
    """Make a reader of some books with a password and a confirmed address."""
    person = a_member(a_tenant(), role="reader", name="Rosa Reh")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def sign_in(page: Page, person: User, *, at: str = "", then: str = "Übersicht") -> None:
    """Sign in with the password at the server `at`; `then` is the heading that follows."""
    page.goto(f"{at}/accounts/login/")
    page.get_by_label("E-Mail", exact=True).fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name=then, exact=True)).to_be_visible()


def confirm_by_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Identität bestätigen")).to_be_visible()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Weiter").click()


def code_of(secret: str, *, steps: int = 0) -> str:
    """Compute the app's code (RFC 6238: SHA-1, 30 seconds, six digits), `steps` intervals away from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def with_authenticator(page: Page) -> None:
    """Give the browser a virtual device that confirms everything (WebAuthn domain of the DevTools protocol)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_an_app_is_set_up_by_its_picture_and_then_asked_for_at_the_sign_in(
    browser_context: BrowserContext, size: str
) -> None:
    person = a_person()
    page = browser_context.new_page()
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # the parameter's table
    sign_in(page, person)
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("Bisher öffnet allein das Passwort dieses Konto.")).to_be_visible()
    looks_right(page)

    page.get_by_role("link", name="App einrichten").click()
    expect(page).to_have_url(re.compile("totp"))  # the page itself, or the question who it is on the way there
    if "reauthenticate" in page.url:
        looks_right(page)
        confirm_by_password(page)
    expect(page.get_by_role("img", name="QR-Code für die Authenticator-App")).to_be_visible()
    looks_right(page)
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code der App").fill("000000")
    page.get_by_role("button", name="App einschalten").click()
    expect(page.locator("#id_code_error")).to_be_visible()
    looks_right(page)
    page.get_by_label("Code der App").fill(code_of(secret))
    page.get_by_role("button", name="App einschalten").click()

    expect(page.get_by_role("heading", name="Wiederherstellungscodes", exact=True)).to_be_visible()
    codes = page.locator("#recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    looks_right(page)
    stored = Authenticator.objects.get(user_id=person.pk, type="totp").data["secret"]
    assert secret not in stored
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Textdatei herunterladen").click()
    assert codes[0].strip() in download.value.path().read_text()

    page.context.clear_cookies()
    sign_in(page, person, then="Zweiter Faktor")
    looks_right(page)
    page.locator("#id_code").fill("111111")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    # The next code: it is taken already, and the present one was used a moment ago.
    page.locator("#id_code").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, person, then="Zweiter Faktor")
    page.locator("#id_code").fill(codes[0].strip())
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("Noch 9 von 10 Codes")).to_be_visible()
    looks_right(page)


def test_a_passkey_is_added_signs_in_alone_and_confirms_what_is_delicate(
    browser_context: BrowserContext, server: str
) -> None:
    # A passkey belongs to a name, and an address of numbers is none.
    named = server.replace("127.0.0.1", "localhost")
    person = a_person()
    page = browser_context.new_page()
    with_authenticator(page)
    sign_in(page, person, at=named)
    page.goto(f"{named}/accounts/2fa/webauthn/")
    looks_right(page)
    page.get_by_role("link", name="Passkey hinzufügen").click()
    expect(page).to_have_url(re.compile("webauthn(/|%2F)add"))
    if "reauthenticate" in page.url:
        confirm_by_password(page)
    looks_right(page)
    expect(page.get_by_label("Ohne Passwort anmelden")).to_be_checked()
    page.get_by_label("Name").fill("Laptop Büro")
    page.get_by_role("button", name="Passkey auf diesem Gerät anlegen").click()
    expect(page.get_by_role("heading", name="Wiederherstellungscodes", exact=True)).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{named}/accounts/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, person, at=named, then="Zweiter Faktor")
    looks_right(page)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_role("heading", name="Übersicht")).to_be_visible()

    page.goto(f"{named}/accounts/2fa/webauthn/")
    expect(page.get_by_text("Laptop Büro")).to_be_visible()
    looks_right(page)
    page.goto(f"{named}/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/webauthn/")
    looks_right(page)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_text("Laptop Büro")).to_be_visible()
    page.get_by_role("link", name="Laptop Büro umbenennen").click()
    looks_right(page)
    page.get_by_label("Name").fill("Notebook")
    page.get_by_role("button", name="Namen speichern").click()
    page.get_by_role("link", name="Notebook entfernen").click()
    looks_right(page)
    page.get_by_role("button", name="Passkey entfernen").click()
    expect(page.get_by_text("Noch kein Passkey")).to_be_visible()


def test_a_device_that_does_not_confirm_is_explained_in_a_sentence(browser_context: BrowserContext) -> None:
    page = browser_context.new_page()
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Mit Passkey anmelden").click()

    expect(page.get_by_role("alert")).to_contain_text("Passkeys funktionieren unter dieser Adresse nicht")
    expect(page.get_by_role("link", name="Unter localhost öffnen")).to_have_attribute(
        "href", page.url.replace("127.0.0.1", "localhost")
    )
    looks_right(page)


@pytest.mark.parametrize("size", SIZES)
def test_password_address_and_devices_fit_every_screen(browser_context: BrowserContext, size: str) -> None:
    person = a_person()
    page = browser_context.new_page()
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]  # the parameter's table
    page.goto("/accounts/password/reset/")
    looks_right(page)
    page.get_by_label("E-Mail").fill(person.email)
    page.get_by_role("button", name="Link senden").click()
    expect(page.get_by_role("heading", name="Eine E-Mail ist unterwegs")).to_be_visible()
    looks_right(page)
    page.goto("/accounts/password/reset/key/zz-broken/")
    expect(page.get_by_role("heading", name="Dieser Link gilt nicht mehr")).to_be_visible()
    looks_right(page)
    sign_in(page, person)

    page.goto("/accounts/sessions/")
    expect(page.get_by_text("Chrome auf Linux")).to_be_visible()
    expect(page.get_by_text("dieses Gerät")).to_be_visible()
    looks_right(page)
    page.goto("/accounts/email/")
    looks_right(page)
    page.goto("/accounts/password/change/")
    looks_right(page)
    page.get_by_label("Derzeitiges Passwort").fill("falsch")
    page.locator("#id_password1").fill("kurz")
    page.locator("#id_password2").fill("anders")
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.locator("#id_oldpassword_error")).to_be_visible()
    looks_right(page)
    page.get_by_label("Derzeitiges Passwort").fill(PASSWORD)
    page.locator("#id_password1").fill("ganz-neues-langes-wort")
    page.locator("#id_password2").fill("ganz-neues-langes-wort")
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.get_by_text("Passwort geändert", exact=True)).to_be_visible()
    person.refresh_from_db()
    assert person.check_password("ganz-neues-langes-wort")
