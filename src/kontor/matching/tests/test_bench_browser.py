"""The workbench in Chromium: by keyboard, for everybody, within the policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kontor.core.tenancy import tenant
from kontor.matching.tests.books import Books, the_books
from kontor.openitems.models import Allocation
from tests.harness.browser import check_accessibility

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def books(database: None, browser_context: BrowserContext, server: str) -> Books:
    made = the_books()
    made.line(357_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="RE 2026-0420")
    made.line(-12_80, counterparty_name="Sparkasse Hannover", remittance="Entgelt Kontoführung 10/2026")
    cookies = made.client().cookies
    browser_context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in cookies.items()]
    )
    return made


def _count(books: Books) -> int:
    with tenant(books.tenant.id):
        return Allocation.objects.filter(reverses__isnull=True).count()


def test_a_bookkeeper_works_through_the_list_by_keyboard(books: Books, page: Page) -> None:
    page.goto(books.url("match"))
    page.locator(f"#tx-{books.both_id}").click()
    expect(page.locator(".k-pay h2")).to_have_text("Hofmann Möbelbau GmbH")
    expect(page.locator("mark", has_text="2026-0412")).to_be_visible()

    page.keyboard.press("Enter")

    expect(page.locator(".k-toast")).to_contain_text("Hofmann")
    expect(page.locator(f"#tx-{books.both_id}")).to_have_count(0)
    expect(page.locator(".k-tx[aria-current]")).to_have_count(1)
    assert _count(books) == 2

    page.keyboard.press("z")

    expect(page.locator(f"#tx-{books.both_id}")).to_have_attribute("aria-current", "true")
    expect(page.locator(".k-pay .k-big")).to_contain_text("2.064,65")


def test_ticks_and_amounts_move_remainder_and_preview(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")

    page.keyboard.press("x")

    expect(page.locator("[data-split=rest]")).to_have_text("1.190,00")
    expect(page.locator("#outcome")).to_contain_text("1.190,00")


def test_another_item_is_searched_and_ticked(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")
    page.keyboard.press("/")
    page.keyboard.type("0420")

    expect(page.locator("#find")).to_have_value("0420")
    expect(page.locator(".k-alloc")).to_contain_text("2026-0420")


def test_a_fee_is_posted_with_b(books: Books, page: Page) -> None:
    page.goto(books.url("match") + "?q=Sparkasse")
    expect(page.locator(".k-pay h2")).to_have_text("Sparkasse Hannover")
    page.keyboard.press("b")
    page.locator("#direct [data-account]").first.click()
    page.get_by_role("button", name="Buchen & weiter").click()

    expect(page.locator(".k-toast")).to_contain_text("Sparkasse")
    assert _count(books) == 1


def test_the_first_payment_can_be_assigned_without_being_chosen(books: Books, page: Page) -> None:
    page.goto(books.url("match") + "?q=SEPA")
    button = page.get_by_role("button", name="Zuordnen & weiter")
    expect(button).to_be_enabled()

    page.keyboard.press("Enter")

    expect(page.locator(".k-toast")).to_contain_text("zugeordnet")
    assert _count(books) > 0


def test_nothing_can_be_assigned_while_nothing_is_ticked(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")
    button = page.get_by_role("button", name="Zuordnen & weiter")
    boxes = page.locator(".k-alloc [name=items]")

    for place in range(boxes.count()):
        boxes.nth(place).set_checked(False)

    expect(button).to_be_disabled()
    boxes.first.check()
    expect(button).to_be_enabled()


def test_an_item_is_searched_ticked_and_assigned_with_enter_alone(books: Books, page: Page) -> None:
    line = books.line(357_00, counterparty_name="Unbekannt", remittance="danke")
    page.goto(books.url("match") + f"?t={line}")
    for box in page.locator(".k-alloc [name=items]:checked").all():
        box.uncheck()
    page.keyboard.press("/")
    page.keyboard.type("0420")

    page.keyboard.press("Enter")

    expect(page.locator(".k-alloc tr", has_text="2026-0420").locator("[name=items]")).to_be_checked()
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")
    expect(page.locator("#outcome")).to_contain_text("Soll = Haben")
    page.keyboard.press("Enter")
    expect(page.locator(".k-toast")).to_contain_text("Unbekannt")
    assert _count(books) == 1


def test_the_certain_ones_are_posted_and_taken_back_by_keyboard(books: Books, page: Page) -> None:
    page.goto(books.url("match"))
    page.keyboard.press("a")
    expect(page.locator("[data-count]")).to_contain_text("angehakt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="buchen?")).to_be_visible()

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Zahlungsprotokoll")).to_be_visible()
    assert _count(books) > 0
    page.keyboard.press("z")
    expect(page.locator(".k-banner")).to_contain_text("zurückgenommen")


def test_the_help_names_the_keys_of_the_page(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")

    page.keyboard.press("?")

    here = page.locator("[data-here]")
    expect(here).to_contain_text("Direkt auf ein Konto buchen")
    expect(here.locator("kbd", has_text="B")).to_be_visible()


def test_the_workbench_itself_never_scrolls(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")

    page.keyboard.press("b")

    expect(page.locator("#direct [role=combobox]").first).to_be_focused()
    assert page.evaluate("document.scrollingElement.scrollHeight - innerHeight") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_workbench(books: Books, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    for address in (books.url("match") + f"?t={books.both_id}", books.url("match_safe")):
        page.goto(address)
        check_accessibility(page)


def test_everybody_can_use_it_on_a_phone(books: Books, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 2600})
    for address in (books.url("match"), books.url("match") + f"?t={books.both_id}", books.url("match_safe")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        check_accessibility(page)
