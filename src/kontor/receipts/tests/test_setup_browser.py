"""The set-up of the submission in Chromium: ready with one click, on the desk and on the phone, for everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.receipts.queries.setup import counts
from tests.builders import a_bank_account, a_member, a_tenant
from tests.harness.browser import check_accessibility

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def books(database: None, browser_context: BrowserContext, server: str) -> Tenant:
    made = a_tenant()
    clerk = a_member(made)
    with tenant(made.id, by=clerk):
        a_bank_account()
    visitor = Client()
    visitor.force_login(clerk)
    browser_context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in visitor.cookies.items()]
    )
    return made


@pytest.mark.parametrize("width", [1440, 390])
def test_a_newcomer_is_ready_in_a_minute(books: Tenant, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 2400})  # nothing lies under the phone's bar
    base = f"/t/{books.code}/receipts/setup/"
    page.goto(base)
    check_accessibility(page)

    page.locator(".k-banner button").click()
    expect(page.locator(".k-banner")).to_have_count(0)
    with tenant(books.id):
        assert counts().is_ready

    page.goto(f"{base}means/new")
    page.locator("[name=name]").fill("Karte des Büros")
    page.locator("[name=is_debited_later][value=True]").check()
    check_accessibility(page)
    page.locator(".k-bar button[type=submit]").click()
    expect(page.get_by_role("link", name="Karte des Büros")).to_be_visible()

    for tail in ("", "projects", "types/", "types/new", "ways/", "refunds/new", "repayments/new", "submission"):
        page.goto(base + tail)
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tail
