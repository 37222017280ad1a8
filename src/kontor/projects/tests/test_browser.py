"""The small rooms' pages in a real browser: accessible in light, dark and on a phone, without overflow."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from kontor.contacts.actions.parties import add_bank_details, create_party
from kontor.contacts.actions.terms import TermFacts, create_payment_term
from kontor.contacts.rules.parties import PartyFacts, PostalAddress
from kontor.contacts.rules.terms import DiscountTier
from kontor.core.clock import now
from kontor.core.jobs import job, start_job
from kontor.core.progress import Progress
from kontor.core.tenancy import tenant
from kontor.organisations.history import activities
from kontor.organisations.models import Tenant
from kontor.projects.actions import create_project
from tests.builders import a_member, a_tenant
from tests.harness.browser import check_accessibility

PAGES = {
    "overview": "", "record": "record/", "event": "record/{event}/", "people": "people/", "new-person": "people/new",
    "person": "people/{person}/", "jobs": "jobs/", "job": "jobs/{job}/", "contacts": "contacts/", "party": "contacts/{party}/",
    "terms": "contacts/terms/", "term": "contacts/terms/{term}/", "import": "contacts/import", "projects": "projects/",
    "project": "projects/{project}/", "preferences": "/preferences/",
}  # fmt: skip


@job("test.browser", label="Counting")
def _count(progress: Progress) -> dict[str, object]:
    return {}


@pytest.fixture
def office(database: None, page: Page) -> tuple[Tenant, dict[str, int]]:
    """Open furnished books and sign their administrator in."""
    books = a_tenant()
    sabine = a_member(books, role="administrator")
    hofmann = PartyFacts(
        name="Hofmann Möbelbau GmbH", contact_person="Anja Hofmann", phone="0511 279 44 10", email="buchhaltung@example.org",
        vat_number="DE284771905", address=PostalAddress(street="Lägenstraße", building_number="4", postcode="30559", town="Hannover"),
    )  # fmt: skip
    with tenant(books.id, by=sabine):
        party = create_party(hofmann, numbers={"debtor": "", "creditor": ""}, by=sabine)
        add_bank_details(party, iban="DE89370400440532013000", bic="COBADEFFXXX", by=sabine)
        for name in ("Ärzte ohne Grenzen", "Bürgerstiftung Region", "Druckhaus Benatzky", "Evang. Kirchenkreis Celle"):
            create_party(PartyFacts(name=name), numbers={"debtor": ""}, by=sabine)
        tiers = (DiscountTier(8, Decimal("3.0")), DiscountTier(14, Decimal("2.0")))
        term = create_payment_term(
            TermFacts(code="30S", name="8 Tage 3 %, 30 netto", net_days=30, discounts=tiers), by=sabine
        )
        youth = create_project("200", name="Jugend", kind="area", by=sabine)
        create_project("210", name="Sommerfreizeit", kind="job", parent=youth, by=sabine)
        counting = start_job("test.browser", arguments={}, by=sabine, at=now())
    with tenant(books.id):
        event = activities()[0].event_id
    client = Client()
    client.force_login(sabine)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "domain": "127.0.0.1", "path": "/"}]
    )
    ids = {
        "event": event,
        "person": sabine.pk,
        "job": counting.id,
        "party": party.id,
        "term": term.id,
        "project": youth.id,
    }
    return books, ids


def _address(office: tuple[Tenant, dict[str, int]], path: str) -> str:
    books, ids = office
    return path if path.startswith("/") else f"/t/{books.code}/{path.format(**ids)}"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_on_a_desk(office: tuple[Tenant, dict[str, int]], page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PAGES.values():
        page.goto(_address(office, path))
        check_accessibility(page)


@pytest.mark.browser
def test_every_page_fits_a_phone(office: tuple[Tenant, dict[str, int]], page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 6000})
    for name, path in PAGES.items():
        page.goto(_address(office, path))
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


@pytest.mark.browser
def test_a_refused_contact_moves_the_focus_to_the_summary(office: tuple[Tenant, dict[str, int]], page: Page) -> None:
    page.goto(_address(office, PAGES["party"]))
    page.get_by_label("IBAN").fill("DE21 2505 0180 0000 4417 04")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Kontakt speichern").click()

    page.get_by_role("link", name="IBAN:").click()

    assert page.evaluate("document.activeElement.id") == "id_iban"
    assert page.get_by_label("IBAN").input_value() == "DE21 2505 0180 0000 4417 04"
    check_accessibility(page)
