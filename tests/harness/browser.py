"""Fixtures of the browser: a served Kontor and a page that fails the test on what a person would not see."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

# Debian's browser without windows takes a third of the processor time that the whole one takes to draw for nobody.
_DEBIAN = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM = Path(os.environ.get("KONTOR_CHROMIUM") or next((path for path in _DEBIAN if path.exists()), _DEBIAN[-1]))
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A refused form answers 422 (403, 409 likewise); Chromium logs that as an error though it is the page's plan.
_PLANNED = re.compile(r"Failed to load resource.*status of (403|404|409|422|429)")
# A busy machine takes its time; a wait ends as soon as what it waits for is there.
_PATIENCE_MS = 30_000
_AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def server(test_database: None) -> Iterator[str]:
    """Serve the worker's database on loopback, static files included; yields the address without a final slash."""
    _log_where_it_stays_open()
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error is not None:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def _log_where_it_stays_open() -> None:
    """Keep the log off pytest's capture, which closes with a test while the server's threads still write."""
    for handler in logging.getLogger("kontor").handlers:
        if isinstance(handler, logging.StreamHandler) and sys.__stderr__ is not None:
            handler.stream = sys.__stderr__  # setStream would flush the old one, which may be closed by now


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it (apt install chromium) or set KONTOR_CHROMIUM")
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_context(chromium: Browser, server: str, database: None) -> Iterator[BrowserContext]:
    """Give a fresh German browser; the test fails on console errors, uncaught errors and policy violations."""
    context = chromium.new_context(base_url=server, locale="de-DE", viewport={"width": 1440, "height": 900})
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _PLANNED.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    context.on("console", note)
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """Open an empty page in a fresh browser; relative addresses lead to `server`."""
    return browser_context.new_page()


def check_accessibility(page: Page) -> None:
    """Fail with axe's findings if the page has any.

    What lies half below a bar that stays in view, where the page happens to stand, is judged with the page in full height.
    """
    found = Axe().run(page, options={"runOnly": _AXE_RULES})
    size = page.viewport_size
    if size and {each["id"] for each in found.response["violations"]} == {"target-size"}:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"]) + 1})
        found = Axe().run(page, options={"runOnly": _AXE_RULES})
        page.set_viewport_size(size)
    assert found.violations_count == 0, found.generate_report()


class Held:
    """An answer that the server has given and the browser has not got yet."""

    def __init__(self) -> None:
        self._route: Route | None = None
        self._answer: APIResponse | None = None

    def keep(self, route: Route) -> None:
        """Let the server answer, and keep the answer; where it leads elsewhere, the browser follows later."""
        self._route = route
        self._answer = route.fetch(max_redirects=0)

    @property
    def is_asked(self) -> bool:
        """Return whether the browser has asked, answered or not."""
        return self._route is not None

    def answer(self, page: Page) -> APIResponse:
        """Return what the server has answered, as soon as it has."""
        for _ in range(_PATIENCE_MS // 20):
            if self._answer is not None:
                return self._answer
            page.wait_for_timeout(20)
        raise AssertionError("the browser has not asked, or the server has not answered")

    def arrive(self, *, body: str | None = None) -> None:
        """Let the browser have the answer now, with another `body` if one is given; it may not want it any more."""
        assert self._route is not None
        assert self._answer is not None
        self._route.fulfill(response=self._answer, body=body)

    def break_off(self) -> None:
        """Let the connection break instead."""
        assert self._route is not None
        self._route.abort("connectionreset")


@contextmanager
def held_back(page: Page, address: str, *, method: str = "GET") -> Iterator[Held]:
    """Hold back the answer to the first request with `method` whose address holds `address`; all others pass."""
    held = Held()

    def come(route: Route, request: Request) -> None:
        if held.is_asked or request.method != method:
            route.continue_()
        else:
            held.keep(route)

    page.route(lambda asked: address in asked, come)
    yield held
    page.unroute_all(behavior="ignoreErrors")
