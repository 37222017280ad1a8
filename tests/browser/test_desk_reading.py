"""The desk beside its picture: what was read is taken over, panes begin at their top, tabs at the current one."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kontor.receipts.tests.desk_books import handed_in, stored
from kontor.receipts.tests.office import Office, an_office
from kontor.receipts.tests.test_desk_typed_browser import desk, with_picture

from .capturing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


@pytest.fixture
def page(office: Office, browser_context: BrowserContext, server: str) -> Page:
    return signed_in(browser_context, office.clerk, server)


def read_beside(page: Page, field: str) -> Locator:
    """Return what was read, as it stands beside a field of the form."""
    return page.locator(f"#desk .k-field:has({field}) [data-read]")


def test_a_reading_shows_itself_when_the_field_says_something_else_and_is_taken_over(
    office: Office, page: Page
) -> None:
    document_id, _file = with_picture(office)
    page.goto(desk(office, document_id))
    amount, supplier = read_beside(page, "#id_gross"), read_beside(page, "#id_supplier")
    expect(amount).to_be_hidden()
    expect(supplier).to_be_hidden()

    page.locator("#id_gross").fill("120,00")
    expect(amount).to_contain_text("119,00")
    page.locator("#id_gross").fill("119")  # the same amount, written otherwise
    expect(amount).to_be_hidden()
    page.locator("#id_gross").fill("120,00")
    page.locator("#id_purpose").fill("Bleibt stehen")
    page.locator("#id_supplier").fill("Baumarkt")
    expect(supplier).to_contain_text("Baumarkt Lindner")

    amount.get_by_role("button").click()

    expect(page.locator("#id_gross")).to_have_value("119,00")
    expect(read_beside(page, "#id_gross")).to_be_hidden()
    expect(read_beside(page, "#id_supplier")).to_be_visible()  # only the one that was taken over
    expect(page.locator("#id_purpose")).to_have_value("Bleibt stehen")
    assert stored(office, document_id).purpose != "Bleibt stehen"


def test_the_details_of_another_receipt_begin_at_their_top_and_those_of_the_same_one_stay(
    office: Office, page: Page
) -> None:
    first, second = handed_in(office), handed_in(office, 50_00, supplier_name="Café Leinepark")
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(desk(office, first))
    details = page.locator("#detail .k-scroll").first
    details.evaluate("pane => pane.scrollTo(0, 400)")
    page.locator("[name=note]").fill("Anruf beim Baumarkt")
    page.locator("[name=note]").press("Enter")
    expect(page.locator(".k-private")).to_contain_text("Anruf beim Baumarkt")

    page.locator(f"#rc-{second}").click()

    expect(page.locator(f"#rc-{second}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#id_supplier")).to_be_in_viewport()
    assert details.evaluate("pane => pane.scrollTop") == 0


def test_on_the_phone_the_receipt_that_was_chosen_begins_at_its_top(office: Office, page: Page) -> None:
    receipts = [handed_in(office, 10_00 + n, purpose=f"Beleg {n}") for n in range(6)]
    page.set_viewport_size({"width": 390, "height": 400})
    page.goto(desk(office, receipts[0]).replace(f"&r={receipts[0]}", ""))
    last = page.locator(".k-tx").last
    last.scroll_into_view_if_needed()
    assert page.evaluate("scrollY") > 0

    last.click()

    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator(".k-tx[aria-current]")).to_have_count(1)
    assert page.evaluate("scrollY") == 0


def test_tabs_wider_than_a_phone_begin_with_the_current_one_in_sight(office: Office, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(reverse("journal", kwargs={"tenant": office.tenant.code}))
    tabs = page.locator("nav.k-tabs")
    assert tabs.evaluate("tabs => tabs.scrollLeft") == 0

    tabs.locator("a").last.click()

    expect(tabs.locator("a").last).to_have_attribute("aria-current", "page")
    expect(tabs.locator("a").last).to_be_in_viewport(ratio=1)
    assert tabs.evaluate("tabs => tabs.scrollWidth > tabs.clientWidth && tabs.scrollLeft > 0")
