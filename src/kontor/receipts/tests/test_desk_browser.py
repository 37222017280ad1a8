"""The desk in Chromium: by keyboard from receipt to receipt, and on the phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.harness.browser import check_accessibility

from .desk_books import browser, handed_in, stored, url
from .office import Office, an_office

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def office(database: None, browser_context: BrowserContext, server: str) -> Office:
    made = an_office()
    cookies = browser(made.clerk).cookies
    browser_context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
    )
    return made


def test_two_receipts_are_booked_by_keyboard_and_one_comes_back(office: Office, page: Page) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    page.goto(url(office, "inbox") + "?tab=progress")
    expect(page.locator(f"#rc-{first}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#outcome")).to_contain_text("4980")
    check_accessibility(page)

    page.keyboard.press("j")
    expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#outcome")).to_contain_text("42,02")
    page.keyboard.press("k")
    expect(page.locator(f"#rc-{first}")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")

    expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#rc-{first}")).to_have_count(0)
    assert stored(office, first).state == "final"

    page.locator("body").press("z")
    expect(page.locator(f"#rc-{first}")).to_have_attribute("aria-current", "true")
    assert stored(office, first).state == "in_progress"


def test_the_preview_follows_what_is_typed(office: Office, page: Page) -> None:
    document_id = handed_in(office)
    page.goto(url(office, "inbox") + f"?tab=all&r={document_id}")
    expect(page.locator("#split-part0")).to_contain_text("19,00")

    page.locator("[name=gross]").first.fill("238,00")
    page.locator("[name=gross]").first.blur()

    expect(page.locator("#outcome")).to_contain_text("200,00")
    expect(page.locator("#split-part0")).to_contain_text("38,00")
    assert stored(office, document_id).gross == 119_00


def test_on_the_phone_the_list_leads_to_one_receipt_and_back(office: Office, page: Page) -> None:
    document_id = handed_in(office)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(url(office, "inbox") + "?tab=all")
    check_accessibility(page)
    expect(page.locator("#desk")).to_be_hidden()

    page.locator(f"#rc-{document_id}").click()
    expect(page.locator("#desk")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 4000})  # nothing lies under the bottom bar, wherever one scrolls to
    check_accessibility(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.locator(".k-top a.k-only-m").first.click()
    expect(page.locator(f"#rc-{document_id}")).to_be_visible()
