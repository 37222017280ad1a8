"""Handing in with the browser: photos, pages signed in, what stands on them."""

from __future__ import annotations

from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page

from kontor.documents.tests.papers import a_printed_page, as_bytes, on_a_table
from kontor.organisations.models import User
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.sheets import sheets_of
from kontor.receipts.tests.office import Office
from tests.harness.browser import check_accessibility

PHONE = {"width": 390, "height": 844}
TAKE = "[data-take=page]"


def a_picture_of(*lines: str) -> Image.Image:
    return on_a_table(a_printed_page(lines or ("Baumarkt Lindner", "SUMME EUR 37,20"), size=(900, 700)))


def a_photo(*lines: str, name: str = "bon.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": as_bytes(a_picture_of(*lines))}


def signed_in(context: BrowserContext, person: User, server: str) -> Page:
    """Open a page for a person by the cookie of their session."""
    client = Client()
    client.force_login(person)
    (cookie,) = client.cookies.values()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
    return context.new_page()


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


def names(office: Office) -> list[list[str]]:
    """Return the file names of each receipt in the order of its pages."""
    with office.open():
        ids = list(IncomingDocument.objects.order_by("id").values_list("id", flat=True))
        sheets = sheets_of(ids)
        return [[sheet.attachment.file.name for sheet in sheets.get(each, [])] for each in ids]


def frames(page: Page) -> Locator:
    return page.locator(".k-frames li")


def looks_right(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    check_accessibility(page)
