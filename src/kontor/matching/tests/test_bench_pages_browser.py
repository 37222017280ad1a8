"""Walking over the end of a page, the badge of the rail, and a payment in another currency, in Chromium."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kontor.core.tenancy import tenant
from kontor.matching.queries import bench
from kontor.matching.tests.books import DAY, Books, the_books
from kontor.openitems.models import OpenItem
from tests.builders import a_bank_line, an_invoice
from tests.harness.browser import check_accessibility

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def books(database: None, browser_context: BrowserContext, server: str) -> Books:
    made = the_books()
    cookies = made.client().cookies
    browser_context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
    )
    return made


def _lines(books: Books, count: int) -> list[int]:
    with tenant(books.tenant.id, by=books.clerk):
        return [
            a_bank_line(10_00 + n, account_id=books.bank_id, day=DAY - timedelta(n + 1), remittance=f"Zahlung {n}")
            for n in range(count)
        ]


def test_j_walks_to_the_next_page_and_k_walks_back(books: Books, page: Page) -> None:
    lines = _lines(books, bench.ROWS + 2)
    last, beyond = lines[bench.ROWS - 2], lines[bench.ROWS - 1]
    page.goto(books.url("match") + f"?t={last}")
    expect(page.locator(f"#tx-{last}")).to_have_attribute("aria-current", "true")

    page.keyboard.press("j")

    expect(page.locator(f"#tx-{beyond}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#tx-{last}")).to_have_count(0)
    expect(page.locator(f'k-match[data-t="{beyond}"]')).to_have_count(1)

    page.keyboard.press("j")

    expect(page.locator(f'k-match[data-t="{lines[bench.ROWS]}"]')).to_have_count(1)

    page.keyboard.press("k")
    expect(page.locator(f'k-match[data-t="{beyond}"]')).to_have_count(1)
    page.keyboard.press("k")

    expect(page.locator(f"#tx-{last}")).to_have_attribute("aria-current", "true")


def test_the_badge_of_the_rail_counts_down_with_each_assignment(books: Books, page: Page) -> None:
    _lines(books, 2)
    page.goto(books.url("match") + f"?t={books.both_id}")
    badge = page.locator(".k-rail .k-nav a[aria-current] .k-n")
    expect(badge).to_contain_text("3")

    page.keyboard.press("Enter")

    expect(badge).to_contain_text("2")
    expect(page.locator(".k-rail .k-nav[id] a[aria-current]")).to_have_count(1)


def test_a_dollar_invoice_is_paid_in_euros_on_the_screen(books: Books, page: Page) -> None:
    with tenant(books.tenant.id, by=books.clerk):
        item_id = an_invoice(
            1_000_00,
            party_id=books.party_id,
            number="US-77",
            on=DAY,
            currency="USD",
            rate="0.92",
            tax_code="",
            rate_percent=0,
        )
    line = books.line(940_00, counterparty_name="Unbekannt", remittance="Zahlung")
    page.goto(books.url("match") + f"?t={line}&find=US-77")
    page.locator(f"#item-{line}-{item_id}").check()

    expect(page.locator(f"#paid-{line}-{item_id}")).to_have_value("940,00")
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")
    expect(page.locator("#outcome")).to_contain_text("2660")
    expect(page.locator("#outcome")).to_contain_text("20,00")
    check_accessibility(page)
    page.locator(".k-bar .k-btn-p:visible").click()

    expect(page.locator(".k-toast")).to_contain_text("Unbekannt")
    with tenant(books.tenant.id):
        assert OpenItem.objects.get(id=item_id).amount_open == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_and_direct_posting_are_for_everybody(books: Books, page: Page, scheme: str) -> None:
    lines = _lines(books, bench.ROWS + 2)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    page.goto(books.url("match") + "?p=2")
    page.keyboard.press("b")
    expect(page.locator("#party-1")).to_be_visible()
    check_accessibility(page)

    page.set_viewport_size({"width": 390, "height": 2600})
    page.goto(books.url("match") + f"?t={lines[-1]}")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
