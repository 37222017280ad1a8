"""The small scripts of our own: each does what its page promises, also when answers are late or missing."""

from __future__ import annotations

import base64
import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from kontor.approvals.tests.desk import a_desk
from kontor.core import clock
from kontor.core.jobs import job, start_job
from kontor.core.models import Job
from kontor.core.progress import Progress
from kontor.core.tenancy import tenant
from kontor.documents.actions.intake import take_in
from kontor.organisations.models import Membership, Organisation, Theme, User
from kontor.receipts.actions.drafting import add_file
from kontor.receipts.actions.submitting import submit
from kontor.receipts.tests.office import a_draft, an_office
from tests.builders import NOW, a_member, a_tenant
from tests.harness.browser import held_back

from .capturing import TAKE, a_photo, at, names, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

KEPT = """([owner, upload, key, content]) => new Promise((done) => {
  const asked = indexedDB.open("kontor-receipts", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
  asked.onsuccess = () => {
    const base = asked.result;
    const blob = new Blob([Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))], { type: "image/jpeg" });
    const acted = base.transaction("waiting", "readwrite");
    acted.objectStore("waiting").add({ owner, upload, key, document: "", replaces: "", source: "", name: "wartet.jpg", blob });
    acted.oncomplete = () => { base.close(); done(true); };
  };
})"""


MOVED = "(pages) => { const next = pages.nextSibling; const place = pages.parentNode; pages.remove(); place.insertBefore(pages, next); }"


@job("test.small_scripts", label="Probe")
def _nothing(progress: Progress) -> dict[str, object]:
    """Be a kind of job; the test itself says how far it is."""
    return {}


def _asked(page: Page, address: str, *, method: str = "GET") -> list[Request]:
    """Return a list that takes up each request from now on whose address holds `address`."""
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each) if address in each.url and each.method == method else None)
    return asked


def test_a_job_is_asked_for_until_it_has_ended_also_after_an_answer_that_says_nothing(
    browser_context: BrowserContext, server: str
) -> None:
    books = a_tenant()
    clerk = a_member(books)
    with tenant(books.id, by=clerk):
        running = start_job("test.small_scripts", arguments={}, by=clerk, at=clock.now())
        Job.objects.filter(id=running.id).update(state="running", done=3, total=10)
    page = signed_in(browser_context, clerk, server)
    page.goto(f"/t/{books.code}/jobs/{running.id}")
    expect(page.locator("k-job")).to_contain_text("3 / 10")

    with held_back(page, f"/jobs/{running.id}") as lost:
        lost.answer(page)
        lost.arrive(body="")
        with tenant(books.id, by=clerk):
            Job.objects.filter(id=running.id).update(state="done", done=10, finished_at=clock.now())

        expect(page.locator("k-job")).to_contain_text("fertig")
    expect(page.locator("k-job[data-src]")).to_have_count(0)


def test_a_code_is_copied_and_its_button_says_so_for_a_moment(browser_context: BrowserContext, server: str) -> None:
    books = a_tenant()
    admin = a_member(books, role="administrator")
    Membership.objects.filter(user=admin, organisation_id=books.organisation_id).update(is_admin=True)
    browser_context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = signed_in(browser_context, admin, server)
    page.clock.install()
    page.goto(f"/organisations/{books.organisation_id}/invitation")
    button = page.locator("k-copy[data-from=invitation-code] button")
    words = button.inner_text()

    button.click()
    expect(button).to_have_text("kopiert")
    button.click()  # again while it still says so
    expect(button).to_have_text("kopiert")
    page.clock.fast_forward(2_500)

    expect(button).to_have_text(words)
    code = Organisation.objects.get(id=books.organisation_id).invitation_code
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_the_appearance_changes_at_once_and_is_kept_by_the_server(browser_context: BrowserContext, server: str) -> None:
    books = a_tenant()
    clerk = a_member(books)
    page = signed_in(browser_context, clerk, server)
    page.goto(f"/t/{books.code}/")
    page.locator(".k-me").click()
    dark = page.locator("k-theme button[value=dark]:visible")
    with held_back(page, "/appearance/", method="POST") as kept:
        dark.click()

        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(dark).to_have_attribute("aria-pressed", "true")
        kept.answer(page)
        kept.arrive()
    assert User.objects.get(id=clerk.id).theme == Theme.DARK

    page.locator("k-theme button[value=system]:visible").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile(".*"))


def test_a_page_is_seen_closer_and_turned_one_step_for_each_press(browser_context: BrowserContext, server: str) -> None:
    desk = a_desk()
    office = desk.office
    with office.open(by=office.volunteer):
        draft = a_draft(office)
        photo = take_in(
            a_photo()["buffer"], name="bon.jpg", owner_type="receipts.document", at=NOW, by=office.volunteer
        )
        add_file(draft.id, photo, by=office.volunteer)
        submit(draft.id, today=clock.today(), at=clock.now(), by=office.volunteer)
    page = signed_in(browser_context, desk.lead, server)
    page.goto(desk.url())
    picture = page.locator("k-pages .k-vpage")
    expect(picture.locator("img")).to_be_visible()

    page.get_by_role("button", name="Vergrößern").click()
    expect(picture).to_have_class("k-vpage is-zoom-1 is-turn-0")
    expect(page.locator("[data-zoom-word]")).to_have_text("150 %")
    page.locator("k-pages").evaluate(MOVED)
    page.locator("[data-turn]").click()

    expect(picture).to_have_class("k-vpage is-zoom-0 is-turn-1")  # it begins anew, and turns once
    expect(page.locator("[data-zoom-word]")).to_have_text("Breite")


def test_a_cut_never_overtakes_an_earlier_one(browser_context: BrowserContext, server: str) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "new/"))
    page.locator(TAKE).last.set_input_files(a_photo())
    corner = page.get_by_role("button", name="Ecke unten rechts verschieben, Pfeiltasten")
    with held_back(page, "/crop/", method="POST") as first:  # the one of the edges that were found
        expect(corner).to_be_visible()
        first.answer(page)
        cuts = _asked(page, "/crop/", method="POST")
        page.clock.install()
        corner.press("ArrowLeft")
        page.clock.fast_forward(2_000)
        assert cuts == []  # it waits for the answer to the first
        with page.expect_request(lambda each: "/crop/" in each.url) as second:
            first.arrive()

    corners = json.loads(re.search(r'name="corners"\r\n\r\n(.*?)\r\n', second.value.post_data or "")[1])  # type: ignore[index]
    assert len(corners) == 4


def test_a_photo_that_waited_for_the_network_is_sent_once_and_becomes_a_draft(
    browser_context: BrowserContext, server: str
) -> None:
    office = an_office()
    page = signed_in(browser_context, office.volunteer, server)
    page.goto(at(office, "mine/"))
    note = page.locator("k-waiting")
    owner, upload = note.get_attribute("data-owner"), note.get_attribute("data-upload")
    content = base64.b64encode(a_photo()["buffer"]).decode()
    page.evaluate(KEPT, [owner, upload, "waiting-key-1", content])
    uploads = _asked(page, "/upload/", method="POST")
    with held_back(page, "/upload/", method="POST") as sent:
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(note).to_have_text("1 Foto wartet auf Netz")
        sent.answer(page)
        page.evaluate("window.dispatchEvent(new Event('online'))")  # the network flickers
        sent.arrive()
        expect(page).to_have_url(re.compile(r"tab=drafts"))
    assert len(uploads) == 1
    expect(page.locator("k-waiting")).to_be_hidden()
    assert names(office) == [["wartet.jpg"]]
