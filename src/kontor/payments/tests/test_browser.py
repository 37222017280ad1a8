"""Payment lists in Chromium: on the desk and on the phone, for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.harness.browser import check_accessibility

from .treasury import Treasury, a_treasury

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def treasury(database: None, browser_context: BrowserContext, server: str) -> Treasury:
    made = a_treasury()
    made.bill(119_00, "RG-2026-1188")
    made.bill(1_023_80, "RG-2026-1201")
    made.bill(50_00, "RG-OHNE", iban="")
    cookies = made.client().cookies
    browser_context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
    )
    return made


@pytest.mark.parametrize("width", [1440, 390])
def test_a_list_is_put_together_checked_and_handed_to_the_bank(treasury: Treasury, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 2400})  # nothing lies under the phone's bar
    page.goto(treasury.path("new"))
    check_accessibility(page)
    expect(page.locator("[data-sum]")).to_have_text("0,00")

    page.get_by_role("checkbox", name="RG-2026-1188").check()
    page.get_by_role("checkbox", name="RG-2026-1201").check()
    expect(page.locator("[data-sum]")).to_have_text("1.142,80")
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.locator(".k-bar button[type=submit]").click()

    expect(page.locator("h1")).to_contain_text("Z-20")
    check_accessibility(page)
    page.locator("form[action$='/export'] button").click()
    expect(page.locator(".k-banner")).to_contain_text("pain.001")
    check_accessibility(page)
    with page.expect_download() as download:
        page.locator("a[href$='/file']").click()
    assert download.value.suggested_filename.endswith(".xml")

    page.locator("button[command='show-modal']").first.click()
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("tr.k-muted")).to_have_count(1)
    page.goto(treasury.path(""))
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
