"""Fixtures of the browser: a served Kontor and a page that fails the test on what a person would not see."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

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
            handler.setStream(sys.__stderr__)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it (apt install chromium) or set KONTOR_CHROMIUM")
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
    """Fail with axe's findings if the page has any."""
    found = Axe().run(page, options={"runOnly": _AXE_RULES})
    assert found.violations_count == 0, found.generate_report()
