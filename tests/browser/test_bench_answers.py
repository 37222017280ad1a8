"""The workbench, the search fields and the messages when answers come late or in another order."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kontor.core.tenancy import tenant
from kontor.matching.tests.books import Books, the_books
from kontor.openitems.models import Allocation
from tests.harness.browser import held_back

from .capturing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@pytest.fixture
def books(database: None) -> Books:
    made = the_books()
    made.line(357_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="RE 2026-0420")
    return made


@pytest.fixture
def page(books: Books, browser_context: BrowserContext, server: str) -> Page:
    return signed_in(browser_context, books.clerk, server)


def a_fee(books: Books, name: str = "Sparkasse Hannover") -> int:
    return books.line(-12_80, counterparty_name=name, remittance="Entgelt Kontoführung 10/2026")


def allocated(books: Books) -> int:
    with tenant(books.tenant.id):
        return Allocation.objects.filter(reverses__isnull=True).count()


def shown(page: Page, line: int) -> None:
    expect(page.locator(f'k-match[data-t="{line}"]')).to_have_count(1)
    expect(page.locator(f"#tx-{line}")).to_have_attribute("aria-current", "true")


def test_the_payment_that_was_chosen_last_is_shown_whichever_answer_comes_last(books: Books, page: Page) -> None:
    first, last = a_fee(books), a_fee(books, "Volksbank")
    page.goto(books.url("match") + f"?t={books.both_id}")
    with held_back(page, f"t={first}") as overtaken:
        page.locator(f"#tx-{first}").click()
        overtaken.answer(page)
        with page.expect_event("requestfailed", lambda request: f"t={first}" in request.url):
            page.locator(f"#tx-{last}").click()  # what was asked before is not wanted any more
        shown(page, last)

        overtaken.arrive()

        shown(page, last)


def test_a_payment_chosen_during_a_posting_comes_after_its_answer(books: Books, page: Page) -> None:
    fee = a_fee(books)
    page.goto(books.url("match") + f"?t={books.both_id}")
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with held_back(page, "/match/confirm", method="POST") as posting:
        page.keyboard.press("Enter")
        posting.answer(page)
        page.locator(f"#tx-{fee}").click()
        expect(page.locator(f"#tx-{fee}")).to_be_focused()
        assert not [url for url in asked if f"t={fee}" in url]  # it waits for the answer
        with page.expect_response(lambda answer: f"t={fee}" in answer.url):
            posting.arrive()

        shown(page, fee)
    expect(page.locator(f"#tx-{books.both_id}")).to_have_count(0)
    assert allocated(books) == 2


def test_a_held_enter_posts_one_payment(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={books.both_id}")
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")
    page.keyboard.down("Enter")
    expect(page.locator(f"#tx-{books.both_id}")).to_have_count(0)
    expect(page.get_by_role("button", name="Zuordnen & weiter")).to_be_enabled()

    page.keyboard.down("Enter")  # held down: the browser says it again and again

    page.keyboard.up("Enter")
    page.keyboard.press("z")
    expect(page.locator(f"#tx-{books.both_id}")).to_have_attribute("aria-current", "true")
    with tenant(books.tenant.id):
        taken_back = Allocation.objects.filter(reverses__isnull=False).count()
    assert allocated(books) == taken_back == 2


def test_a_search_shows_what_was_typed_last_without_waiting_for_what_was_typed_before(books: Books, page: Page) -> None:
    fee = a_fee(books)
    page.goto(books.url("match"))
    search = page.get_by_placeholder("Name, Betrag, Zweck, IBAN")
    with held_back(page, "q=Hof") as overtaken:
        search.press_sequentially("Hof")
        overtaken.answer(page)

        search.fill("Sparkasse")

        expect(page.locator(f"#tx-{books.both_id}")).to_have_count(0)
        overtaken.arrive()
        expect(page.locator(f"#tx-{fee}")).to_be_visible()
        expect(search).to_have_value("Sparkasse")


def test_a_preview_never_stands_beside_another_payment(books: Books, page: Page) -> None:
    fee = a_fee(books)
    page.goto(books.url("match") + f"?t={books.both_id}")
    with held_back(page, "/match/preview", method="POST") as preview:
        page.keyboard.press("x")
        preview.answer(page)
        with page.expect_event("requestfailed", lambda request: "/match/preview" in request.url):
            page.locator(f"#tx-{fee}").click()
        shown(page, fee)


def test_an_account_is_still_searched_after_walking_to_the_next_payment(books: Books, page: Page) -> None:
    first, second = a_fee(books), a_fee(books, "Volksbank")
    page.goto(books.url("match") + f"?t={first}")
    page.locator(f"#tx-{second}").click()
    shown(page, second)
    page.keyboard.press("b")
    account = page.get_by_role("combobox", name="Konto")
    expect(account).to_be_focused()

    account.press_sequentially("4970")

    option = page.locator("#direct [role=option]").first
    expect(option).to_contain_text("4970")
    account.press("Enter")
    expect(account).to_have_value("4970 Kosten des Geldverkehrs")
    expect(page.locator("#direct [name=account-1]")).to_have_value("4970")


def test_enter_takes_what_was_typed_and_not_what_an_older_search_found(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={a_fee(books)}")
    page.keyboard.press("b")
    account = page.get_by_role("combobox", name="Konto")
    account.press_sequentially("49")
    expect(page.locator("#direct [role=option]").first).to_be_visible()
    with held_back(page, "q=4970") as search:
        account.press_sequentially("70")
        account.press("Enter")
        search.answer(page)
        expect(page.locator("#direct [name=account-1]")).to_have_value("4970")  # as typed, until it is found

        search.arrive()

        expect(account).to_have_value("4970 Kosten des Geldverkehrs")


def test_an_account_that_is_typed_goes_with_the_form_before_anything_is_found(books: Books, page: Page) -> None:
    page.goto(books.url("match") + f"?t={a_fee(books)}")
    page.keyboard.press("b")
    account = page.get_by_role("combobox", name="Konto")
    with held_back(page, "q=4970") as search:
        account.fill("4970")
        search.answer(page)

        account.press("Enter")

        expect(page.locator(".k-toast")).to_contain_text("Sparkasse")
    assert allocated(books) == 1


def test_the_palette_opens_what_was_typed_and_not_what_stood_there_before(books: Books, page: Page) -> None:
    page.goto(books.url("match"))
    page.keyboard.press("Control+k")
    palette = page.locator("k-palette")
    expect(palette.locator("[role=option]").first).to_be_visible()
    with held_back(page, "q=Journal") as search:
        palette.locator("input").fill("Journal")
        palette.locator("input").press("Enter")
        search.answer(page)
        expect(palette.locator("dialog")).to_be_visible()

        search.arrive()

        expect(page.get_by_role("heading", name="Journal")).to_be_visible()


def test_a_message_that_an_answer_brought_leaves_by_itself(books: Books, page: Page) -> None:
    page.clock.install()
    page.goto(books.url("match") + f"?t={books.both_id}")
    page.clock.resume()
    expect(page.locator("[data-split=rest]")).to_have_text("0,00")
    page.keyboard.press("Enter")
    expect(page.locator(".k-toast")).to_contain_text("Hofmann")

    page.clock.fast_forward(11_000)

    expect(page.locator(".k-toast")).to_have_count(0)
