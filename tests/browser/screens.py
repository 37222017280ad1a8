"""People at screens of their own, who see what is wrong with a page: in light and dark, for axe, and for the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page

from kontor.organisations.models import User
from tests.harness.browser import check_accessibility

PASSWORD = "korrekt-pferd-batterie"
PHONE, DESK = (390, 844), (1440, 900)
ANSWERED = re.compile(r"Failed to load resource.*status of (403|404|409|422|429)")
"""What a browser says of a refusal that the page shows itself."""
COLOURS_STAND = """Promise.allSettled(document.getAnimations()
  .filter((each) => each instanceof CSSTransition).map((each) => each.finished)).then(() => true)"""
"""Waits until nothing fades from one scheme into the other any more."""
SAY_VIOLATIONS = (
    "document.addEventListener('securitypolicyviolation', event => "
    "console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`))"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a screen of their own, with what the browser had to complain about."""

    page: Page
    email: str
    complaints: list[str]

    def looks(self) -> None:
        """Fail on anything wider than the screen, on what axe finds in light and in dark, and on a missing policy."""
        page = self.page
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.evaluate(COLOURS_STAND)
            width = page.viewport_size["width"] if page.viewport_size else 0
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, scheme)
            check_accessibility(page)
        page.emulate_media(color_scheme="light")
        page.evaluate(COLOURS_STAND)
        assert self.complaints == [], page.url

    def opens(self, address: str) -> None:
        """Open an address, which must be there and carry its policy."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, (address, answer.status)
        policy = answer.headers.get("content-security-policy", "")
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), (address, policy)

    def signs_in(self) -> None:
        self.opens("/accounts/login/")
        self.looks()
        self.page.get_by_label("E-Mail", exact=True).fill(self.email)
        self.page.locator("#id_password").fill(PASSWORD)
        self.button("Anmelden").click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@contextmanager
def at_a_screen(chromium: Browser, server: str, size: tuple[int, int], email: str) -> Iterator[Person]:
    """Give somebody a browser; it is closed with the story, which fails on whatever the browser complained about."""
    context = chromium.new_context(
        base_url=server, locale="de-DE", viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE,
        reduced_motion="reduce",
    )  # fmt: skip
    context.add_init_script(SAY_VIOLATIONS)
    complaints: list[str] = []
    context.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" and not ANSWERED.search(said.text) else None,
    )
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    try:
        yield Person(context.new_page(), email, complaints)
        assert complaints == []
    finally:
        context.close()


def with_password(person: User) -> str:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person.email
