"""The contact's form in Chromium: cards, the counter of what is not saved, everybody can use it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from kontor.contacts.actions.parties import create_party
from kontor.contacts.rules.parties import PartyFacts
from kontor.core.tenancy import tenant
from tests.builders import a_member, a_tenant
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser


@pytest.fixture
def address(database: None, page: Page) -> str:
    """Make a customer, sign a bookkeeper in, and return the address of the customer's page."""
    books = a_tenant()
    sabine = a_member(books)
    with tenant(books.id, by=sabine):
        party = create_party(
            PartyFacts(name="Hofmann Möbelbau GmbH", email="a@example.org"), numbers={"debtor": ""}, by=sabine
        )
    client = Client()
    client.force_login(sabine)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "domain": "127.0.0.1", "path": "/"}]
    )
    return f"/t/{books.code}/contacts/{party.id}/"


def test_the_bar_counts_what_is_not_saved_and_saving_ends_it(address: str, page: Page) -> None:
    page.goto(address)
    counter = page.locator("k-unsaved")
    expect(counter).to_have_text("")

    page.locator("[name=phone]").fill("0511 279 44 10")
    expect(counter).to_contain_text("1 ")
    page.locator(".k-rcard", has=page.locator("[value=letter]")).click()
    expect(counter).to_contain_text("2 ")
    page.locator("[name=phone]").fill("")
    expect(counter).to_contain_text("1 ")
    page.keyboard.press("Control+s")

    expect(page.locator(".k-toast")).to_contain_text("Hofmann")
    expect(page.locator("[value=letter]")).to_be_checked()
    expect(counter).to_have_text("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_form(address: str, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    for size in ((1440, 2600), (390, 3600)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address)
        page.locator("[name=phone]").fill("0511 279 44 10")
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
