"""Chart of accounts and opening balances in a real browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from kontor.core.tenancy import tenant
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import JournalLine
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser
ROOMS = ("", "roles/", "taxes/", "regimes/", "rates/", "types/", "types/new", "numbers/")


@pytest.fixture
def books(page: Page, server: str) -> Tenant:
    made = a_tenant()
    client = Client()
    client.force_login(a_member(made, role="administrator"))
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": server}]
    )  # fmt: skip
    return made


def _look(page: Page, name: str) -> None:
    """Check the page for everybody, on a phone as well; keep a picture where somebody wants to see it."""
    folder = os.environ.get("KONTOR_PICTURES")
    for width, height in ((1440, 4500), (390, 9000)):  # tall: nothing lies under the bar at the bottom
        page.set_viewport_size({"width": width, "height": height})
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size({"width": 1440, "height": 900})


def test_an_account_is_made_and_taken_out_of_use(page: Page, books: Tenant) -> None:
    page.goto(f"/t/{books.code}/ledger/setup/accounts/")
    _look(page, "accounts")
    page.get_by_role("link", name="Neues Konto").click()
    page.get_by_label("Kontonummer").fill("493")
    page.get_by_label("Deutscher Name").fill("Werkstattbedarf")
    page.get_by_label("Art", exact=True).select_option("expense")
    page.get_by_label("Gruppe in Auswertungen").select_option("office")
    page.get_by_role("button", name="Konto speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("4 Stellen")
    _look(page, "account-refused")
    page.get_by_label("Kontonummer").fill("4931")
    page.get_by_role("button", name="Konto speichern").click()
    expect(page).to_have_url(re.compile(r"/setup/accounts/$"))

    with tenant(books.id):
        made = Account.objects.get(number="4931")
        assert (made.name_de, made.report_group) == ("Werkstattbedarf", "office")
    page.goto(f"/t/{books.code}/ledger/setup/accounts/{made.id}/")
    _look(page, "account")
    page.get_by_role("button", name="Außer Gebrauch nehmen").click()
    expect(page.get_by_role("button", name="Wieder in Gebrauch nehmen")).to_be_visible()


def test_opening_balances_are_typed_by_the_keyboard(page: Page, books: Tenant) -> None:
    page.goto(f"/t/{books.code}/ledger/setup/opening/")
    _look(page, "opening")
    page.locator('[name="debit-1000"]').fill("20,50")
    page.locator('[name="debit-1000"]').press("Enter")
    expect(page.locator('[name="debit-1010"], [name="debit-1100"], [name="debit-1200"]').first).to_be_visible()
    assert page.evaluate("document.activeElement.dataset.side") == "debit"
    assert page.evaluate("document.activeElement.dataset.account") > "1000"
    page.locator('[name="debit-1200"]').fill("1.500")
    page.locator('[name="credit-0860"]').fill("1000")
    expect(page.locator('[data-sum="difference"]')).to_have_text("520,50")
    page.locator('[name="credit-0860"]').press("Control+s")
    expect(page.get_by_role("link", name="Eröffnungsbuchung")).to_be_visible()
    _look(page, "opened")

    with tenant(books.id):
        lines = JournalLine.objects.values_list("account__number", "amount_base").order_by("account__number")
        assert list(lines) == [("0860", -1000_00), ("1000", 20_50), ("1200", 1500_00), ("9000", -520_50)]


def test_the_other_rooms_are_for_everybody(page: Page, books: Tenant) -> None:
    for room in ROOMS:
        page.goto(f"/t/{books.code}/ledger/setup/{room}")
        _look(page, room.replace("/", "") or "overview")
