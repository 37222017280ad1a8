"""Somebody who keeps many books finds them all in the menu, which fetches them when it is opened."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from kontor.core.tenancy import tenant
from kontor.organisations.actions import grant_access
from kontor.ui.places import BOOKS_MAX
from tests.builders import a_tenant, a_user
from tests.harness.browser import check_accessibility

pytestmark = pytest.mark.browser


def test_many_books_come_when_the_menu_is_opened_and_lead_to_the_same_screen(page: Page, server: str) -> None:
    person, codes = a_user(), []
    for _ in range(BOOKS_MAX + 1):
        books = a_tenant(by=person)
        with tenant(books.id):
            grant_access(person, tenant=books, role="bookkeeper", by=None)
        codes.append(books.code)
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])

    page.goto(f"/t/{codes[0]}/contacts/")
    menu = page.locator(".k-rail details").first
    expect(menu.locator(f'a[href="/t/{codes[-1]}/contacts/"]')).to_have_count(0)
    menu.locator("summary").click()

    expect(menu.locator("li a")).to_have_count(len(codes))
    check_accessibility(page)
    menu.locator(f'a[href="/t/{codes[-1]}/contacts/"]').click()
    expect(page).to_have_url(f"{server}/t/{codes[-1]}/contacts/")
