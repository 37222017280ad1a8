"""The reviewer's workbench in Chromium: by keyboard at the desk, by thumb on the phone, for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from kontor.approvals.actions.requests import answer
from kontor.approvals.links import ReplyTo, reply_path
from kontor.approvals.models import ApprovalRequest, Message
from kontor.approvals.tests.desk import Desk, a_desk
from kontor.core import clock
from kontor.organisations.models import User
from kontor.projects.models import ProjectBudget
from tests.harness.browser import check_accessibility

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def desk(database: None) -> Desk:
    made = a_desk()
    with made.office.open():
        ProjectBudget.objects.create(project=made.office.project, year=2026, amount=1_000_00)
    return made


def sign_in(desk: Desk, context: BrowserContext, server: str, user: User) -> None:
    context.add_cookies(
        [{"name": name, "value": morsel.value, "url": server} for name, morsel in desk.client(user).cookies.items()]
    )


def test_a_reviewer_works_through_the_list_by_keyboard(
    desk: Desk, browser_context: BrowserContext, page: Page, server: str
) -> None:
    first, second, third = (desk.asked(gross) for gross in (119_00, 250_00, 400_00))
    sign_in(desk, browser_context, server, desk.lead)
    page.goto(server + desk.url())
    expect(page.locator(".k-bigm")).to_contain_text("119,00")
    expect(page.locator(".k-bullet")).to_be_visible()
    check_accessibility(page)

    page.keyboard.press("a")
    expect(page.locator(f"#r-{second.id}")).to_have_attribute("aria-current", "true")
    expect(page.locator(".k-toast")).to_contain_text("genehmigt")
    assert desk.fresh(first).state == "approved"

    page.keyboard.press("z")
    expect(page.locator(f"#r-{first.id}")).to_have_attribute("aria-current", "true")
    assert desk.document(first).state == "in_review"

    page.keyboard.press("r")
    page.locator("#reject textarea").fill("Bitte auf das andere Projekt")
    check_accessibility(page)
    page.locator("#reject button[type=submit]").click()
    expect(page.locator(f"#r-{first.id}")).to_have_count(0)
    assert desk.document(first).reject_reason == "Bitte auf das andere Projekt"

    page.keyboard.press("j")
    expect(page.locator(f"#r-{third.id}")).to_have_attribute("aria-current", "true")
    page.keyboard.press("f")
    page.locator("#query textarea").fill("Wer war dabei?")
    page.locator("#query button[type=submit]").click()
    expect(page.locator(f"#r-{third.id}")).to_have_count(0)
    assert desk.document(third).state == "query"


def test_the_inconspicuous_are_approved_from_their_list_and_taken_back_by_one_key(
    desk: Desk, browser_context: BrowserContext, page: Page, server: str
) -> None:
    clean = [desk.asked(gross, variant="organisation") for gross in (10_00, 20_00, 30_00)]
    sign_in(desk, browser_context, server, desk.lead)
    page.goto(server + desk.url())
    page.get_by_role("link", name="3 unauffällige genehmigen").click()
    expect(page.locator("[data-sum]")).to_have_text("60,00")
    check_accessibility(page)

    page.locator(f"#c-{clean[2].id} input[name=ids]").uncheck()
    expect(page.locator("[data-sum]")).to_have_text("30,00")
    page.locator(".k-bar [type=submit]").click()
    expect(page.locator(".k-toast")).to_contain_text("2 genehmigt")
    assert [desk.fresh(each).state for each in clean] == ["approved", "approved", "pending"]

    page.keyboard.press("z")
    expect(page.locator(".k-toast").filter(has_text="zurückgenommen")).to_be_visible()
    assert {desk.fresh(each).state for each in clean} == {"pending"}


def test_on_the_phone_two_thumbs_do(desk: Desk, browser_context: BrowserContext, page: Page, server: str) -> None:
    first, second = desk.asked(119_00), desk.asked(250_00)
    sign_in(desk, browser_context, server, desk.lead)
    page.set_viewport_size(PHONE)
    page.goto(server + desk.url())
    expect(page.locator(f"#r-{first.id}")).to_be_visible()
    check_accessibility(page)
    page.locator(f"#r-{first.id}").click()
    expect(page.locator(".k-bigm")).to_contain_text("119,00")
    approve = page.get_by_role("button", name="Genehmigen")
    expect(approve).to_be_in_viewport()
    box = approve.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    check_accessibility(page)

    approve.click()
    expect(page.locator(".k-bigm")).to_contain_text("250,00")
    assert desk.fresh(first).state == "approved"
    assert desk.fresh(second).state == "pending"


def test_policies_and_substitutes_are_set_up_by_everybody_with_a_keyboard(
    desk: Desk, browser_context: BrowserContext, page: Page, server: str
) -> None:
    desk.asked()
    sign_in(desk, browser_context, server, desk.setup)
    for path in ("policies/", "policies/new", "substitutes/"):
        page.goto(server + desk.url(path))
        check_accessibility(page)
    page.goto(server + desk.url("policies/new"))
    page.locator("#id_name").fill("Alles über 100")
    page.locator("#id_amount_from").fill("100")
    page.get_by_label("Jonas Lenz").check()
    page.get_by_role("button", name="Ausprobieren").click()
    expect(page.locator("#trial")).to_contain_text("Es hätte sich nichts geändert")
    check_accessibility(page)
    page.get_by_role("button", name="In Gebrauch nehmen").click()
    expect(page.locator(".k-rows")).to_contain_text("Belege ab 100,00")


def test_a_question_is_answered_on_the_phone_from_the_mail(desk: Desk, page: Page, server: str) -> None:
    request = desk.asked()
    with desk.office.open(by=desk.lead):
        answer(request.id, "query", reason="Wer war dabei?", on=clock.today(), at=clock.now(), by=desk.lead)
        question = Message.objects.get(is_question=True)
    link = reply_path(ReplyTo(
        tenant_id=desk.office.tenant.id, user_id=desk.office.volunteer.id, message_id=question.id
    ))  # fmt: skip
    page.set_viewport_size(PHONE)
    page.goto(server + link)
    expect(page.locator(".k-msg")).to_contain_text("Wer war dabei?")
    check_accessibility(page)
    page.locator("#text").fill("Zwölf Jugendliche")
    page.get_by_role("button", name="Antwort senden").click()

    expect(page.locator("h1")).to_have_text("Antwort angekommen")
    assert isinstance(desk.fresh(request), ApprovalRequest)
    assert desk.fresh(request).state == "pending"
