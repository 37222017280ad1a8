"""The first page anybody sees."""

import pytest
from playwright.sync_api import Browser, Page

from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser


def test_the_sign_in_page_is_whole_and_accessible(page: Page) -> None:
    page.goto("/")

    assert "/accounts/login/" in page.url
    check_accessibility(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_fits_a_phone(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 2600})

    page.goto("/accounts/login/")

    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_broken_policy_would_be_noticed(chromium: Browser, server: str, database: None) -> None:
    page = chromium.new_page(base_url=server)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/accounts/login/")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")

    page.close()
    assert any("Content Security Policy" in complaint for complaint in complaints)
